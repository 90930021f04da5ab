package pro

import (
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/web"
)

// need is one need of the form: a profession and what is asked of it. The names of the
// fields of a further need begin with its prefix.
type need struct {
	f      *web.Form
	prefix string
}

// maxNeeds is how many professions one form asks.
const maxNeeds = 5

// needsIn lists the needs of a form, the first without prefix, then « l2. » and so on.
func needsIn(f *web.Form) []need {
	n, _ := strconv.Atoi(f.Value("lines"))
	list := []need{{f: f}}
	for i := 2; i <= min(n, maxNeeds); i++ {
		list = append(list, need{f, "l" + strconv.Itoa(i) + "."})
	}
	return list
}

func (n need) name(field string) string           { return n.prefix + field }
func (n need) value(field string) string          { return n.f.Value(n.prefix + field) }
func (n need) set(field string, v ...string)      { n.f.Set(n.prefix+field, v...) }
func (n need) text(field string, most int) string { return n.f.Text(n.prefix+field, most) }
func (n need) refuse(code, field string)          { n.f.Refuse(fault.Invalid(code, n.prefix+field)) }

// profession is the one chosen.
func (n need) profession() nomenclature.ProfessionCode {
	return nomenclature.ProfessionCode(n.value("profession"))
}

// acts are those chosen of the profession chosen: those of the others are not shown.
func (n need) acts() (list []nomenclature.ActCode) {
	for _, code := range n.f.All(n.name("acts_" + n.value("profession"))) {
		list = append(list, nomenclature.ActCode(code))
	}
	return list
}

// read fills a with what the need says; the faults of what cannot be read stay in the form.
func (n need) read(a *request.Ask, now time.Time, loc *time.Location) {
	a.Profession, a.Acts = n.profession(), n.acts()
	a.Mode = n.mode(a.Acts)
	a.Care.Line = rota.LineID(n.text("line_"+string(a.Profession), 64))
	a.Care.Networks = n.f.All(n.name("networks"))
	a.Care.Frequency = n.often(a.Acts)
	a.Care.Days, a.Care.End = n.during()
	a.Urgency = nomenclature.Urgency(n.value("urgency"))
	a.Details.Motive = n.text("motive", 4000)
	n.readBlocks(&a.Details, *a, now)
	a.Start = n.start(a.Care.Frequency.At, now, loc)
	a.Mandatory = n.f.Bool(n.name("mandatory"))
	if d, err := time.ParseDuration(n.value("respond")); err == nil {
		a.RespondWithin = d
	}
}

// mode is the one chosen, or the one the first act is usually given in.
func (n need) mode(acts []nomenclature.ActCode) nomenclature.Mode {
	if m := n.value("mode_" + n.value("profession")); m != "" {
		return nomenclature.Mode(m)
	}
	if len(acts) > 0 {
		if a, ok := nomenclature.ActOf(acts[0]); ok && a.Mode != "" {
			return a.Mode
		}
	}
	prof, _ := nomenclature.ProfessionOf(n.profession())
	if len(prof.Modes) > 0 {
		return prof.Modes[0]
	}
	return ""
}

// often reads the rhythm, the days of the week and the moments of the day. Several moments
// of what is usually done once a day are as many visits.
func (n need) often(acts []nomenclature.ActCode) (often nomenclature.Frequency) {
	for _, code := range n.f.All(n.name("at")) {
		m, ok := nomenclature.MomentOf(code)
		if !ok {
			n.refuse("form.unknown_choice", "frequency")
		}
		often.At |= m
	}
	moments := often.At
	switch text := n.value("often"); text {
	case asUsual, "":
		if len(acts) > 0 {
			act, _ := nomenclature.ActOf(acts[0])
			often = act.Frequency
		}
		if often.PerDay > 0 || often == (nomenclature.Frequency{}) && moments.Count() > 1 {
			often.PerDay = max(often.PerDay, moments.Count())
		}
	case onDays:
		often.On, often.PerDay = n.weekdays(), n.f.Int(n.name("days_n"), 1, 12)
		if often.PerDay <= 1 {
			often.PerDay = 0
		}
		if moments.Count() > 1 {
			often.PerDay = max(often.PerDay, moments.Count())
		}
	case otherChoice:
		often = n.otherOften()
	default:
		var err error
		if often, err = nomenclature.ParseFrequency(text); err != nil {
			n.refuse("form.unknown_choice", "frequency")
		}
	}
	often.At = moments
	return often
}

func (n need) otherOften() (often nomenclature.Frequency) {
	const most = 60
	times := n.f.Int(n.name("often_n"), 1, most)
	switch n.value("often_unit") {
	case "week":
		often.PerWeek = times
	case "every":
		often.EveryDays = times
	default:
		often.PerDay = times
	}
	if times == 0 && n.value("often_n") == "" {
		n.refuse("form.required", "often_n")
	}
	return often
}

// weekdays are the days chosen; none is a fault.
func (n need) weekdays() (on civil.Days) {
	for _, text := range n.f.All(n.name("on")) {
		day, err := strconv.Atoi(text)
		if err != nil || day < 0 || day > 6 {
			n.refuse("form.unknown_choice", "on")
			return 0
		}
		on |= civil.On(time.Weekday(day))
	}
	if on == 0 {
		n.refuse("ask.on", "on")
	}
	return on
}

// during returns days, and what ends the care besides; 0 is a duration nobody knows.
func (n need) during() (days int, end string) {
	text := n.value("during")
	for _, t := range request.EndCriteria() {
		if t.Code == text {
			return 0, text
		}
	}
	if text == otherChoice {
		const most = 730
		return n.f.Int(n.name("during_n"), 0, most), n.text("end", 40)
	}
	days, err := strconv.Atoi(text)
	if text != "" && err != nil {
		n.refuse("form.unknown_choice", "days")
	}
	return days, ""
}

// start returns when care is wanted, in the clocks of the patient; zero is as soon as
// possible. A day without an hour begins with the first moment wanted.
func (n need) start(at nomenclature.Moments, now time.Time, loc *time.Location) time.Time {
	day := civil.DayOf(now, loc)
	hour, said := n.f.Time(n.name("from_hour"))
	minute := int(hour / time.Minute)
	switch n.value("from") {
	case fromToday:
		if !said {
			return time.Time{}
		}
	case fromNext:
		day = day.Add(1)
	case otherChoice:
		if day = readDay(n.f, n.name("from_day")); day.IsZero() {
			if n.value("from_day") == "" {
				n.refuse("form.required", "from_day")
			}
			return time.Time{}
		}
	default:
		return time.Time{}
	}
	if !said {
		minute = morning
		if parts := at.Parts(); len(parts) > 0 {
			minute = parts[0].From
		}
	}
	return civil.First(day, minute, loc)
}

// keepDay replaces « aujourd’hui » and « demain » by the day they are now, in a form that
// will be read another day.
func (n need) keepDay(now time.Time, loc *time.Location) {
	day := civil.DayOf(now, loc)
	switch n.value("from") {
	case fromNext:
		day = day.Add(1)
	case fromToday:
		if n.value("from_hour") == "" {
			return
		}
	default:
		return
	}
	n.set("from", otherChoice)
	n.set("from_day", day.String())
}

// write fills the need with a whole request: one to be asked again, or a draft that no form kept.
func (n need) write(r request.Request, d *request.Details, usual time.Duration, loc *time.Location) {
	n.fill(careOf(r))
	if d != nil {
		n.set("motive", d.Motive)
		n.writeBlocks(*d)
	}
	n.set("line_"+string(r.Profession), string(r.Care.Line))
	n.set("networks", r.Care.Networks...)
	if r.StartAt.After(r.Created) {
		n.set("from", otherChoice)
		n.set("from_day", civil.DayOf(r.StartAt, loc).String())
		n.set("from_hour", civil.FormatHour(civil.MinuteOf(r.StartAt, loc)))
	}
	if text := delayValue(r.RespondWithin); r.RespondWithin != usual && slices.Contains(respondValues, text) {
		n.set("respond", text)
	}
}

// delayValue writes 30m and 2h as the choices of the form do.
func delayValue(d time.Duration) string {
	if d > 0 && d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}

// field is a name and its values.
type field struct {
	name   string
	values []string
}

// fill writes what was asked another time into the need.
func (n need) fill(care []field) {
	for _, c := range care {
		n.set(c.name, c.values...)
	}
}

// careOf proposes what r asked: who, what, how often, how long and how soon.
func careOf(r request.Request) []field {
	var acts []string
	for _, a := range r.Acts {
		acts = append(acts, string(a))
	}
	code := string(r.Profession)
	list := []field{{"profession", []string{code}}, {"acts_" + code, acts}, {"mode_" + code, []string{string(r.Mode)}}, {"urgency", []string{string(r.Urgency)}}}
	list = append(list, oftenOf(r.Care.Frequency)...)
	return append(list, duringOf(r.Care)...)
}

func oftenOf(often nomenclature.Frequency) []field {
	var moments, days []string
	for _, d := range often.At.Parts() {
		moments = append(moments, d.Code)
	}
	for w := range 7 {
		if often.On.Has(civil.On(time.Weekday(w))) {
			days = append(days, strconv.Itoa(w))
		}
	}
	list := []field{{"at", moments}, {"on", days}}
	often.At = 0
	switch text := often.String(); {
	case often.On != 0:
		return append(list, field{"often", []string{onDays}}, field{"days_n", []string{strconv.Itoa(max(1, often.PerDay))}})
	case slices.Contains(oftenValues, text):
		return append(list, field{"often", []string{text}})
	}
	unit := "day"
	switch {
	case often.PerWeek > 0:
		unit = "week"
	case often.EveryDays > 0:
		unit = "every"
	}
	times := strconv.Itoa(max(often.PerDay, often.PerWeek, often.EveryDays))
	return append(list, field{"often", []string{otherChoice}}, field{"often_n", []string{times}}, field{"often_unit", []string{unit}})
}

func duringOf(c request.Care) []field {
	days := strconv.Itoa(c.Days)
	switch {
	case c.End != "" && c.Days == 0:
		return []field{{"during", []string{c.End}}}
	case c.End == "" && slices.Contains(duringValues, days):
		return []field{{"during", []string{days}}}
	}
	return []field{{"during", []string{otherChoice}}, {"during_n", []string{days}}, {"end", []string{c.End}}}
}
