package pro

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	folding "entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// Values that a choice may have besides those of the nomenclature.
const (
	newPatient  = "new"
	otherChoice = "other"
	asUsual     = "usual" // as often as the first act is usually done
	fromSoon    = "soon"
	fromToday   = "today"
	fromNext    = "tomorrow"
)

// morning is when care asked for another day starts if nobody says the hour, in minutes.
const morning = 8 * 60

// askRead is what a form of a new request says.
type askRead struct {
	request.Ask
	// Communes are those the typed name may mean, when it does not name one.
	Communes []territory.Found
	// Nobody says that no patient was chosen.
	Nobody bool
}

// readAsk reads the form; the faults of what cannot be read stay in it. Only the acts,
// mode and line of the profession chosen count: the others are not shown.
func readAsk(f *web.Form, near geo.Point, now time.Time) askRead {
	a := askRead{}
	a.Once, a.Draft = f.Key(), request.ID(f.Text("draft", 64))
	a.Profession = nomenclature.ProfessionCode(f.Value("profession"))
	for _, code := range f.All("acts_" + string(a.Profession)) {
		a.Acts = append(a.Acts, nomenclature.ActCode(code))
	}
	a.Mode = readMode(f, a.Profession, a.Acts)
	a.Care.Line = rota.LineID(f.Text("line_"+string(a.Profession), 64))
	a.Care.Networks = f.All("networks")
	a.Care.Frequency = readOften(f, a.Acts)
	a.Care.Days = readDuring(f)
	a.Urgency = nomenclature.Urgency(f.Value("urgency"))
	a.Details.Motive = f.Text("motive", 4000)
	a.Phone, a.Consent = readPhone(f, "my_phone"), f.Bool("consent")
	switch id := f.Text("patient", 64); id {
	default:
		a.Patient = patient.ID(id)
	case "":
		a.Nobody = true
	case newPatient:
		a.NewPatient = readIdentity(f)
		a.NewPatient.Commune, a.Communes = readCommune(f, "commune", near)
		if a.GPName, a.GP = f.Chosen("gp", "gp_id"); a.GP != "" {
			a.GPName = ""
		}
	}
	zone := civil.ZoneOf(string(a.NewPatient.Commune))
	if slices.Contains(births, a.Profession) {
		a.Details.Maternity = readMaternity(f)
	}
	a.Start = readStart(f, now, zone.Loc)
	if d, err := time.ParseDuration(f.Value("respond")); err == nil {
		a.RespondWithin = d
	}
	return a
}

// births are the professions asked for care around a birth.
var births = []nomenclature.ProfessionCode{nomenclature.Midwife, nomenclature.Nurse, "PUER"}

func readIdentity(f *web.Form) patient.Identity {
	i := patient.Identity{
		FamilyName: f.Text("family_name", 200), BirthName: f.Text("birth_name", 200), GivenName: f.Text("given_name", 200), BirthPlace: f.Text("birth_place", 200),
		Sex: patient.Sex(f.Value("sex")), Phone: directory.Phone(f.Text("phone", 60)), RelativePhone: directory.Phone(f.Text("relative_phone", 60)),
		RelativeName: f.Text("relative_name", 200), Street: f.Text("street", 300), Building: f.Text("building", 100), Floor: f.Text("floor", 100), Door: f.Text("door", 100),
		Code: f.Text("code", 100), NameOnDoor: f.Text("name_on_door", 200), FileNumber: f.Text("file_number", 100), InsuranceScheme: f.Text("insurance_scheme", 10),
	}
	i.BirthDate = readDay(f, "birth_date")
	return i
}

// readPhone returns the number in its international form, as the people asked will dial it.
func readPhone(f *web.Form, name string) string {
	number, err := directory.ParsePhone(f.Text(name, 60))
	if err != nil {
		f.Refuse(fault.Invalid("directory.phone", name))
	}
	return string(number)
}

func readDay(f *web.Form, name string) civil.Day {
	t := f.Date(name, time.UTC)
	if t.IsZero() {
		return civil.Day{}
	}
	return civil.DayOf(t, time.UTC)
}

// readCommune returns the commune that was chosen or whose name was typed in full;
// otherwise those it may mean, and the fault.
func readCommune(f *web.Form, name string, near geo.Point) (territory.CommuneCode, []territory.Found) {
	text, code := f.Chosen(name, name+"_code")
	if c, ok := territory.CommuneOf(territory.CommuneCode(code)); ok {
		return c.Code, nil
	}
	if text == "" {
		return "", nil // the use case says that it is missing
	}
	const shown = 8
	found := territory.Search(text, near, shown)
	named := slices.DeleteFunc(slices.Clone(found), func(c territory.Found) bool {
		return !slices.Contains([]string{folding.Key(c.Name), folding.Key(c.Label())}, folding.Key(text))
	})
	switch {
	case len(named) == 1:
		return named[0].Code, nil
	case len(found) == 1:
		return found[0].Code, nil
	case len(found) == 0:
		f.Refuse(fault.Invalid("ask.commune.unknown", name))
	default:
		f.Refuse(fault.Invalid("ask.commune.which", name))
	}
	return "", found
}

// readMode is the one chosen, or the one the first act is usually given in.
func readMode(f *web.Form, p nomenclature.ProfessionCode, acts []nomenclature.ActCode) nomenclature.Mode {
	if m := f.Value("mode_" + string(p)); m != "" {
		return nomenclature.Mode(m)
	}
	if len(acts) > 0 {
		if a, ok := nomenclature.ActOf(acts[0]); ok && a.Mode != "" {
			return a.Mode
		}
	}
	prof, _ := nomenclature.ProfessionOf(p)
	if len(prof.Modes) > 0 {
		return prof.Modes[0]
	}
	return ""
}

func readOften(f *web.Form, acts []nomenclature.ActCode) (often nomenclature.Frequency) {
	switch text := f.Value("often"); text {
	case asUsual, "":
		if len(acts) > 0 {
			act, _ := nomenclature.ActOf(acts[0])
			often = act.Frequency
		}
	case otherChoice:
		const most = 60
		n := f.Int("often_n", 1, most)
		switch f.Value("often_unit") {
		case "week":
			often.PerWeek = n
		case "every":
			often.EveryDays = n
		default:
			often.PerDay = n
		}
		if n == 0 && f.Value("often_n") == "" {
			f.Refuse(fault.Invalid("form.required", "often_n"))
		}
	default:
		var err error
		if often, err = nomenclature.ParseFrequency(text); err != nil {
			f.Refuse(fault.Invalid("form.unknown_choice", "frequency"))
		}
	}
	return often
}

// readDuring returns days; 0 is a duration nobody knows.
func readDuring(f *web.Form) int {
	text := f.Value("during")
	if text == otherChoice {
		const most = 730
		return f.Int("during_n", 0, most)
	}
	n, err := strconv.Atoi(text)
	if text != "" && err != nil {
		f.Refuse(fault.Invalid("form.unknown_choice", "days"))
	}
	return n
}

func readMaternity(f *web.Form) *request.Maternity {
	m := &request.Maternity{Date: readDay(f, "maternity_date"), MotherAndBaby: f.Bool("mother_and_baby"), PostPartum: f.Bool("post_partum")}
	if m.Empty() {
		return nil
	}
	return m
}

// readStart returns when care is wanted, in the clocks of the patient; zero is as soon as possible.
func readStart(f *web.Form, now time.Time, loc *time.Location) time.Time {
	day := civil.DayOf(now, loc)
	hour, said := f.Time("from_hour")
	minute := int(hour / time.Minute)
	switch f.Value("from") {
	case fromToday:
		if !said {
			return time.Time{}
		}
	case fromNext:
		day = day.Add(1)
	case otherChoice:
		if day = readDay(f, "from_day"); day.IsZero() {
			if f.Value("from_day") == "" {
				f.Refuse(fault.Invalid("form.required", "from_day"))
			}
			return time.Time{}
		}
	default:
		return time.Time{}
	}
	if !said {
		minute = morning
	}
	return civil.First(day, minute, loc)
}

// writeAsk fills the form of a draft, or of a request to be asked again.
func writeAsk(f *web.Form, r request.Request, d *request.Details, loc *time.Location) {
	code := string(r.Profession)
	f.Set("patient", string(r.Patient))
	writeCare(f, r)
	if d != nil {
		f.Set("motive", d.Motive)
		if m := d.Maternity; m != nil {
			f.Set("maternity_date", m.Date.String())
			f.Set("mother_and_baby", yes(m.MotherAndBaby))
			f.Set("post_partum", yes(m.PostPartum))
		}
	}
	f.Set("line_"+code, string(r.Care.Line))
	f.Set("networks", r.Care.Networks...)
	if r.StartAt.After(r.Created) {
		f.Set("from", otherChoice)
		f.Set("from_day", civil.DayOf(r.StartAt, loc).String())
		f.Set("from_hour", civil.FormatHour(civil.MinuteOf(r.StartAt, loc)))
	}
	f.Set("my_phone", directory.Phone(r.From.Phone).String())
}

// writeCare proposes what was asked the last time: who, what, how and how soon.
func writeCare(f *web.Form, r request.Request) {
	code := string(r.Profession)
	f.Set("profession", code)
	var acts []string
	for _, a := range r.Acts {
		acts = append(acts, string(a))
	}
	f.Set("acts_"+code, acts...)
	f.Set("mode_"+code, string(r.Mode))
	writeChoice(f, "often", r.Care.Frequency.String(), oftenValues)
	if f.Value("often") == otherChoice {
		often := r.Care.Frequency
		f.Set("often_n", strconv.Itoa(max(often.PerDay, often.PerWeek, often.EveryDays)))
		f.Set("often_unit", map[bool]string{true: "week", false: "every"}[often.PerWeek > 0])
		if often.PerDay > 0 {
			f.Set("often_unit", "day")
		}
	}
	writeChoice(f, "during", strconv.Itoa(r.Care.Days), duringValues)
	if f.Value("during") == otherChoice {
		f.Set("during_n", strconv.Itoa(r.Care.Days))
	}
	f.Set("urgency", string(r.Urgency))
}

func writeChoice(f *web.Form, name, value string, known []string) {
	if !slices.Contains(known, value) {
		value = otherChoice
	}
	f.Set(name, value)
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// The values of the quick choices.
var (
	oftenValues   = []string{"once", "1/day", "2/day", "3/day", "every 2 days"}
	duringValues  = []string{"0", "1", "3", "7", "15", "30"}
	respondValues = []string{"30m", "1h", "2h", "4h", "12h", "24h"}
)

func often(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	list := []web.Option{{Value: asUsual, Label: t("ask.often.usual")}}
	for _, v := range oftenValues {
		f, _ := nomenclature.ParseFrequency(v)
		list = append(list, web.Option{Value: v, Label: shortOften(ctx, f)})
	}
	return append(list, web.Option{Value: otherChoice, Label: t("ask.other")})
}

func shortOften(ctx context.Context, f nomenclature.Frequency) string {
	if f.PerDay > 0 {
		return web.P(ctx).T("ask.often.day", "n", f.PerDay)
	}
	return capital(f.Label(web.P(ctx)))
}

func oftenUnits(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{{Value: "day", Label: t("ask.often.per_day")}, {Value: "week", Label: t("ask.often.per_week")}, {Value: "every", Label: t("ask.often.every")}}
}

func during(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	var list []web.Option
	for _, v := range duringValues {
		n, _ := strconv.Atoi(v)
		label := t("ask.during.days", "n", n)
		if n == 0 {
			label = t("ask.during.open")
		}
		list = append(list, web.Option{Value: v, Label: label})
	}
	return append(list, web.Option{Value: otherChoice, Label: t("ask.other")})
}

func starts(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{
		{Value: fromSoon, Label: t("ask.from.soon")}, {Value: fromToday, Label: t("ask.from.today")},
		{Value: fromNext, Label: t("ask.from.tomorrow")}, {Value: otherChoice, Label: t("ask.from.date")},
	}
}

func responds(ctx context.Context) []web.Option {
	var list []web.Option
	for _, v := range respondValues {
		d, _ := time.ParseDuration(v)
		list = append(list, web.Option{Value: v, Label: web.P(ctx).Duration(d)})
	}
	return list
}

// capital makes a sentence of words.
func capital(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:size]) + s[size:]
}
