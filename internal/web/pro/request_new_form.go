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
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// Values that a choice may have besides those of the nomenclature.
const (
	newPatient  = "new"
	otherChoice = "other"
	asUsual     = "usual" // as often as the first act is usually done
	onDays      = "on"    // on days of the week
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
	// Place is the patient's commune, whose clocks those of the form are.
	Place territory.CommuneCode
	// More are the further needs of the same patient.
	More []request.Ask
}

// readAsk reads the form; the faults of what cannot be read stay in it. place is the
// commune of a patient already known.
func readAsk(f *web.Form, near geo.Point, place territory.CommuneCode, now time.Time) askRead {
	a := askRead{Place: place}
	a.Once, a.Draft = f.Key(), request.ID(f.Text("draft", 64))
	a.Phone, a.Consent = readPhone(f, "my_phone"), f.Bool("consent")
	switch id := f.Text("patient", 64); id {
	default:
		a.Patient = patient.ID(id)
	case "":
		a.Nobody = true
	case newPatient:
		a.NewPatient, a.Twin = readIdentity(f), request.TwinAnswer(f.Value("twin"))
		a.NewPatient.Commune, a.Communes = readCommune(f, "commune", near)
		if a.GPName, a.GP = f.Chosen("gp", "gp_id"); a.GP != "" {
			a.GPName = ""
		}
		a.Place = a.NewPatient.Commune
	}
	zone := civil.ZoneOf(string(a.Place))
	needs := needsIn(f)
	needs[0].read(&a.Ask, now, zone.Loc)
	for _, n := range needs[1:] {
		other := request.Ask{Patient: a.Patient, NewPatient: a.NewPatient, Consent: a.Consent}
		n.read(&other, now, zone.Loc)
		if other.Details.Maternity == nil && slices.Contains(births, other.Profession) {
			other.Details.Maternity = a.Details.Maternity // one birth, said once
		}
		a.More = append(a.More, other)
	}
	readFollowing(f, &a.Ask)
	return a
}

// lines are the needs of the form, to be asked together.
func (a askRead) lines() []request.Ask { return append([]request.Ask{a.Ask}, a.More...) }

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
	return append(list, web.Option{Value: onDays, Label: t("ask.often.on")}, web.Option{Value: otherChoice, Label: t("ask.other")})
}

// weekdayBoxes are the days of the week, from Monday.
func weekdayBoxes(ctx context.Context) []web.Option {
	var list []web.Option
	for i := range 7 {
		day := strconv.Itoa((i + 1) % 7)
		list = append(list, web.Option{Value: day, Label: capital(web.P(ctx).T("common.weekday." + day))})
	}
	return list
}

// momentBoxes are the moments of the day, with their hours.
func momentBoxes(ctx context.Context) []web.Option {
	p := web.P(ctx)
	var list []web.Option
	for _, d := range nomenclature.DayParts() {
		list = append(list, web.Option{Value: d.Code, Label: p.T("ask.at.part", "part", d.Label(p.Lang()), "from", strconv.Itoa(d.From/60), "to", strconv.Itoa(d.To/60))})
	}
	return list
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
	return append(append(list, ends(ctx)...), web.Option{Value: otherChoice, Label: t("ask.other")})
}

// ends are what may end the care besides a number of days.
func ends(ctx context.Context) (list []web.Option) {
	for _, t := range request.EndCriteria() {
		list = append(list, web.Option{Value: t.Code, Label: t.Label(web.P(ctx).Lang())})
	}
	return list
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
