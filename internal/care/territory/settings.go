package territory

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
)

// Settings are the choices of one territory. Each field names its key, its default, its bounds and
// what it does; pages, checks and documentation are made from these tags. A duration is written 10m,
// 4h or 1h30m; an hour 21:00; a night 21:00-07:00; a list 5,15;
// a percentage is written 50 and held as 0.5.
type Settings struct {
	Reply          Delays        `key:"reply" default:"U0=10m U1=20m U2=2h U3=4h U4=12h P=24h" min:"1m" max:"168h" info:"Reply expected, by urgency; at most, for planned care"`
	PlannedLeast   time.Duration `key:"reply.planned_least" default:"2h" min:"10m" max:"48h" info:"Reply expected for planned care, at least"`
	PlannedMargin  time.Duration `key:"reply.planned_margin" default:"12h" min:"0s" max:"168h" info:"Planned care is answered this long before it starts"`
	Start          Delays        `key:"start" default:"U0=1h U1=4h U3=24h U4=48h" min:"10m" max:"168h" info:"Care starts at the latest, by urgency"`
	SameDayUntil   int           `key:"start.same_day_until" kind:"hour" default:"17:00" info:"Care of the day (U2) triggered from this hour on starts the next day"`
	UsualShare     float64       `key:"usual.share" kind:"percent" default:"50" min:"0" max:"90" info:"Share of the reply delay, in per cent, during which the usual team is asked alone"`
	UsualSeesName  bool          `key:"usual.sees_name" default:"true" info:"The usual team reads the first and last name in the request"`
	ShortNotice    time.Duration `key:"short_notice" default:"2h" min:"0s" max:"24h" info:"Less than this before care: everyone is asked at once and the supervisor is told"`
	Waves          bool          `key:"waves.on" default:"false" info:"Ask by waves, the nearest first, instead of everyone at once"`
	WaveSizes      []int         `key:"waves.sizes" default:"5,15" min:"1" max:"1000" info:"People asked in each wave; the last wave asks everyone left"`
	MinWave        time.Duration `key:"waves.least" default:"5m" min:"1m" max:"6h" info:"Shortest time between two waves"`
	Night          civil.Night   `key:"night" default:"21:00-07:00" info:"The night: nobody is woken for a request that can wait"`
	AlertsCapOn    bool          `key:"alerts.cap_on" default:"false" info:"Limit the requests one person receives in a day; never those of U0 and U1, of a duty line or of the usual team"`
	AlertsCap      int           `key:"alerts.cap" default:"6" min:"1" max:"100" info:"Requests one person receives in a day, at most"`
	DutyStep       time.Duration `key:"duty.step" default:"5m" min:"1m" max:"2h" info:"Time given to each person on duty before the next one is asked"`
	UnseenUrgent   time.Duration `key:"notify.unseen_urgent" default:"1m" min:"10s" max:"30m" info:"An urgent message unseen for this long is sent by the next channel"`
	Unseen         time.Duration `key:"notify.unseen" default:"10m" min:"1m" max:"12h" info:"Any other message unseen for this long is sent by the next channel"`
	TextsRequest   int           `key:"notify.texts_request" default:"400" min:"0" max:"100000" info:"Text messages about one request, in billed segments, at most; 0 for no limit"`
	TextsDay       int           `key:"notify.texts_day" default:"5000" min:"0" max:"1000000" info:"Text messages of a day, in billed segments, at most; urgent ones leave even then; 0 for no limit"`
	TextPrice      int           `key:"notify.text_price" default:"70" min:"0" max:"1000" info:"Price of one billed segment, in thousandths of a euro, for the estimates"`
	Undo           time.Duration `key:"undo" default:"2m" min:"0s" max:"30m" info:"Time during which an acceptance can be undone"`
	Reconfirm      time.Duration `key:"reconfirm" default:"2h" min:"5m" max:"48h" info:"Silence after an amended request before the supervisor is told"`
	ReconfirmSoon  time.Duration `key:"reconfirm.urgent" default:"15m" min:"1m" max:"12h" info:"The same for U0 and U1"`
	Late           time.Duration `key:"late" default:"1h" min:"0s" max:"48h" info:"Time left to start, after the reminder at the agreed hour, before the supervisor is told"`
	LateUrgent     time.Duration `key:"late.urgent" default:"15m" min:"0s" max:"12h" info:"The same for U0 and U1"`
	OrderTellsDesk bool          `key:"order.tell_desk" default:"true" info:"Tell the desk and the requester apart when a mandatory request of an order finds nobody"`
	SeriesReminder time.Duration `key:"series.reminder" default:"48h" min:"0s" max:"336h" info:"Reminder before a series of care ends, to renew it"`
	ReadOnly       time.Duration `key:"rest.read_only" default:"720h" min:"24h" max:"8760h" info:"A request nobody took may be retried, placed or waitlisted for this long"`
	Archive        time.Duration `key:"rest.archive" default:"720h" min:"24h" max:"17520h" info:"What has ended, or can only be read, leaves the ordinary lists after this long"`
	Shifts         []int         `key:"desk.shifts" default:"7,14,21" min:"0" max:"23" info:"Hours at which a shift of the desk or of a service begins"`
	OwnerLeaves    bool          `key:"desk.owner_leaves" default:"false" info:"Whoever looks after a request leaves it by himself at the end of his shift"`
	OwnerStale     time.Duration `key:"desk.owner_stale" default:"12h" min:"1h" max:"168h" info:"A request looked after by the same person for this long is shown as such"`
	RadiusUrban    float64       `key:"radius.urban" default:"10" min:"1" max:"100" info:"Radius proposed in towns, in kilometres"`
	RadiusRural    float64       `key:"radius.rural" default:"20" min:"1" max:"100" info:"Radius proposed in the country, in kilometres"`
	RadiusWaitlist float64       `key:"radius.waitlist" default:"50" min:"1" max:"100" info:"Radius proposed for professions with a waiting list, in kilometres"`

	EnrolOpen       bool          `key:"enrol.open" default:"true" info:"Professionals and establishments may ask to enrol by themselves"`
	EnrolUnfinished time.Duration `key:"enrol.unfinished" default:"168h" min:"24h" max:"2160h" info:"An application left unfinished for this long is forgotten"`
	EnrolKept       time.Duration `key:"enrol.kept" default:"720h" min:"24h" max:"8760h" info:"What was declared in an application is destroyed this long after it was judged; an invitation holds as long"`
	ReachEvery      time.Duration `key:"reach.every" default:"720h" min:"168h" max:"8760h" info:"A professional of whom there was no sign for this long is asked whether he can be reached"`
	ReachWait       time.Duration `key:"reach.wait" default:"168h" min:"24h" max:"2160h" info:"Without a sign for this long after that, he is shown as unreachable"`

	KeepYears    int           `key:"keep.years" default:"20" min:"5" max:"50" info:"A file is kept this many years after the last thing that happened in it"`
	KeepUntilAge int           `key:"keep.until_age" default:"28" min:"18" max:"40" info:"And in any case until this birthday of the person"`
	KeepErase    bool          `key:"keep.erase" default:"false" info:"The house erases files at their term by itself; otherwise it only shows them"`
	GlassFor     time.Duration `key:"glass.for" default:"1h" min:"10m" max:"24h" info:"Whoever opens a file for an emergency reads it for this long"`

	DocumentSize         int  `key:"documents.size" default:"10" min:"1" max:"12" info:"Largest document that may be attached, in megabytes"`
	PrescriptionAttached bool `key:"prescription.attached" default:"false" info:"Acts that need a prescription want it attached; otherwise saying where it is is enough"`
	BorderShared         bool `key:"border.shared" default:"true" info:"People of a neighbouring territory who serve the commune are asked too, and both consoles see the request, when both territories agree"`
	BorderWeight         int  `key:"border.weight" by:"platform" default:"0" min:"0" max:"100" info:"Priority on the communes that several territories hold: the highest owns what is asked there; set by the platform"`
}

// Delays holds one delay for each urgency that has one. Settings that were read may share it: Set
// replaces it and nobody changes it in place.
type Delays map[nomenclature.Urgency]time.Duration

// Option describes one setting. Its label is the sentence "territory.setting." + Key.
type Option struct {
	Key     string
	Default string
	Min     string
	Max     string
	Info    string
	Kind    string // duration, hour, night, number, percent, km, list or yes_no
	// Urgency is set for a delay that each urgency has its own of.
	Urgency nomenclature.Urgency
	// Platform says that only administrators of the platform change it.
	Platform bool
	field    int
}

// Options lists the settings in the order of the story.
func Options() []Option { return slices.Clone(options()) }

var options = sync.OnceValue(func() []Option {
	t := reflect.TypeFor[Settings]()
	var out []Option
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		o := Option{
			Key: tag.Get("key"), Default: tag.Get("default"), Min: tag.Get("min"), Max: tag.Get("max"),
			Info: tag.Get("info"), Kind: cmp.Or(tag.Get("kind"), kindOf(t.Field(i).Type)), Platform: tag.Get("by") == "platform", field: i,
		}
		if t.Field(i).Type != reflect.TypeFor[Delays]() {
			out = append(out, o)
			continue
		}
		for word := range strings.FieldsSeq(o.Default) {
			u, delay, _ := strings.Cut(word, "=")
			each := o
			each.Key, each.Default, each.Urgency = o.Key+"."+strings.ToLower(u), delay, nomenclature.Urgency(u)
			out = append(out, each)
		}
	}
	return out
})

func kindOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration](), reflect.TypeFor[Delays]():
		return "duration"
	case reflect.TypeFor[civil.Night]():
		return "night"
	case reflect.TypeFor[float64]():
		return "km"
	case reflect.TypeFor[[]int]():
		return "list"
	case reflect.TypeFor[bool]():
		return "yes_no"
	}
	return "number"
}

// Defaults are the settings of a territory that has chosen nothing.
func Defaults() Settings {
	var s Settings
	for _, o := range options() {
		_ = s.Set(o.Key, o.Default) // the tests set every default
	}
	return s
}

// Get writes the value of a setting as Set reads it; "" for a key that does not exist.
func (s Settings) Get(key string) string {
	o, ok := option(key)
	if !ok {
		return ""
	}
	switch v := reflect.ValueOf(s).Field(o.field).Interface().(type) {
	case Delays:
		return shortDuration(v[o.Urgency])
	case time.Duration:
		return shortDuration(v)
	case int:
		if o.Kind == "hour" {
			return civil.FormatHour(v)
		}
		return strconv.Itoa(v)
	case []int:
		words := make([]string, len(v))
		for i, n := range v {
			words[i] = strconv.Itoa(n)
		}
		return strings.Join(words, ",")
	case civil.Night:
		return civil.FormatHour(v.From) + "-" + civil.FormatHour(v.To)
	case float64:
		if o.Kind == "percent" {
			v = math.Round(v * 100)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// Set changes one setting. The fault says what is refused, at the field named by the key.
func (s *Settings) Set(key, text string) error {
	o, ok := option(key)
	if !ok {
		return fault.Invalid("territory.setting.unknown", key, "key", key)
	}
	v, err := o.read(text)
	if err != nil {
		return err
	}
	field := reflect.ValueOf(s).Elem().Field(o.field)
	if delays, ok := field.Interface().(Delays); ok {
		changed := maps.Clone(delays)
		if changed == nil {
			changed = Delays{}
		}
		changed[o.Urgency], _ = v.(time.Duration)
		v = changed
	}
	field.Set(reflect.ValueOf(v))
	return nil
}

// Check refuses settings that contradict each other, each with its field.
func (s Settings) Check() error {
	var l fault.List
	if s.PlannedLeast > s.Reply[nomenclature.Planned] {
		l.Add(fault.Invalid("territory.setting.reply_order", "reply.planned_least"))
	}
	if s.Night.From == s.Night.To {
		l.Add(fault.Invalid("territory.setting.night", "night"))
	}
	return l.Err()
}

func option(key string) (Option, bool) {
	i := slices.IndexFunc(options(), func(o Option) bool { return o.Key == key })
	if i < 0 {
		return Option{}, false
	}
	return options()[i], true
}

// read returns the value of the field's type.
func (o Option) read(text string) (any, error) {
	text = strings.TrimSpace(text)
	malformed := fault.Invalid("territory.setting.malformed."+o.Kind, o.Key)
	switch o.Kind {
	case "duration":
		d, err := time.ParseDuration(text)
		return bounded(o, d, err, malformed)
	case "hour":
		h, ok := readHour(text)
		if !ok {
			return nil, malformed
		}
		return h, nil
	case "night":
		from, to, _ := strings.Cut(text, "-")
		f, okFrom := readHour(from)
		t, okTo := readHour(to)
		if !okFrom || !okTo {
			return nil, malformed
		}
		return civil.Night{From: f, To: t}, nil
	case "percent":
		n, err := strconv.Atoi(text)
		if _, err := bounded(o, n, err, malformed); err != nil {
			return nil, err
		}
		return float64(n) / 100, nil
	case "km":
		km, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		return bounded(o, km, err, malformed)
	case "list":
		return o.readList(text, malformed)
	case "yes_no":
		yes, err := strconv.ParseBool(text)
		if err != nil {
			return nil, malformed
		}
		return yes, nil
	}
	n, err := strconv.Atoi(text)
	return bounded(o, n, err, malformed)
}

func readHour(text string) (minute int, ok bool) {
	minute, err := civil.ParseHour(strings.TrimSpace(text))
	return minute, err == nil && minute < 24*60
}

func (o Option) readList(text string, malformed error) (any, error) {
	const longest = 20
	var list []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		v, err := bounded(o, n, err, malformed)
		if err != nil {
			return nil, err
		}
		list = append(list, v.(int))
	}
	if len(list) > longest {
		return nil, malformed
	}
	return list, nil
}

// bounded refuses a value that was not read or is outside of the bounds of o.
func bounded[T time.Duration | int | float64](o Option, v T, err, malformed error) (any, error) {
	if err != nil {
		return nil, malformed
	}
	lo, hi := bound[T](o.Min), bound[T](o.Max)
	if !(v >= lo && v <= hi) { // also refuses NaN
		return nil, fault.Invalid("territory.setting.bounds", o.Key, "min", o.Min, "max", o.Max)
	}
	return v, nil
}

func bound[T time.Duration | int | float64](text string) T {
	if d, err := time.ParseDuration(text); err == nil && text != "0" {
		return T(d)
	}
	f, _ := strconv.ParseFloat(text, 64)
	return T(f)
}

// shortDuration writes 2h and not 2h0m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
