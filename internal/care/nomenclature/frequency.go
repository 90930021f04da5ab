package nomenclature

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// Frequency tells how often care is given and, when it matters, on which days of the week
// and at which moments of the day. One of PerDay, PerWeek, EveryDays and On rules, save
// that PerDay may come with On: so many times on each of those days. The zero Frequency is once.
type Frequency struct {
	PerDay, PerWeek, EveryDays int
	// On are the days of the week chosen; none means any.
	On civil.Days `json:",omitzero"`
	// At are the moments of the day wanted, no more than there are visits in a day; none means any.
	At Moments `json:",omitzero"`
}

// Moments chooses moments of the day, in the order of DayParts.
type Moments uint8

// The moments.
const (
	Morning Moments = 1 << iota
	Midday
	Afternoon
	Evening
	Bedtime
	AtNight
)

// Count tells how many moments are chosen.
func (m Moments) Count() int { return bits.OnesCount8(uint8(m)) }

// Parts lists the moments chosen, from the morning.
func (m Moments) Parts() []DayPart {
	var out []DayPart
	for i, d := range data().terms.DayParts {
		if m&(1<<i) != 0 {
			out = append(out, d)
		}
	}
	return out
}

// momentCodes are those of DayParts, written here since the acts are read before them.
var momentCodes = [...]string{"matin", "midi", "apres_midi", "soir", "coucher", "nuit"}

// MomentOf returns the moment of a code of DayParts; false when there is none.
func MomentOf(code string) (Moments, bool) {
	if i := slices.Index(momentCodes[:], code); i >= 0 {
		return 1 << i, true
	}
	return 0, false
}

// String writes the codes, separated by commas.
func (m Moments) String() string {
	var codes []string
	for i, code := range momentCodes {
		if m&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ",")
}

// MarshalText writes what String does.
func (m Moments) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what String writes; an unknown code is refused.
func (m *Moments) UnmarshalText(text []byte) error {
	*m = 0
	for code := range strings.SplitSeq(string(text), ",") {
		if code == "" {
			continue
		}
		one, ok := MomentOf(code)
		if !ok {
			return malformed(string(text))
		}
		*m |= one
	}
	return nil
}

// maxTimes bounds each number of a frequency: beyond, somebody mistyped.
const maxTimes = 60

func malformed(text string) error {
	return fault.Invalid("nomenclature.frequency.malformed", "", "text", text)
}

// ParseFrequency reads "once", "3/day", "2/week" and "every 2 days", alone or followed by
// days of the week, Monday being 1, and by moments of the day: "2/day on 1,4 at matin,soir".
// It refuses anything else with the code nomenclature.frequency.malformed; the caller names the field.
func ParseFrequency(s string) (Frequency, error) {
	if s == "" {
		return Frequency{}, nil
	}
	var f Frequency
	text, at, moments := strings.Cut(s, " at ")
	if moments {
		if err := f.At.UnmarshalText([]byte(at)); err != nil || f.At.String() != at {
			return Frequency{}, malformed(s)
		}
	}
	text, on, days := strings.Cut(text, " on ")
	if days {
		var ok bool
		if f.On, ok = parseDays(on); !ok {
			return Frequency{}, malformed(s)
		}
	}
	if !f.parseRate(text) {
		return Frequency{}, malformed(s)
	}
	return f, nil
}

func (f *Frequency) parseRate(s string) bool {
	if s == "once" {
		return true
	}
	var into *int
	digits := s
	if head, ok := strings.CutSuffix(s, "/day"); ok {
		digits, into = head, &f.PerDay
	} else if head, ok := strings.CutSuffix(s, "/week"); ok {
		digits, into = head, &f.PerWeek
	} else if rest, ok := strings.CutPrefix(s, "every "); ok {
		digits, into = strings.TrimSuffix(rest, " days"), &f.EveryDays
	}
	n, err := strconv.Atoi(digits)
	if into == nil || err != nil || n < 1 || n > maxTimes {
		return false
	}
	*into = n
	return true
}

// parseDays reads "1,4": Monday and Thursday.
func parseDays(s string) (on civil.Days, ok bool) {
	for text := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 7 {
			return 0, false
		}
		on |= civil.On(time.Weekday(n % 7))
	}
	return on, true
}

// String writes the form ParseFrequency reads.
func (f Frequency) String() string {
	s := f.rate()
	if f.On != 0 {
		var days []string
		for n := 1; n <= 7; n++ {
			if f.On.Has(civil.On(time.Weekday(n % 7))) {
				days = append(days, strconv.Itoa(n))
			}
		}
		s += " on " + strings.Join(days, ",")
	}
	if f.At != 0 {
		s += " at " + f.At.String()
	}
	return s
}

func (f Frequency) rate() string {
	switch {
	case f.PerDay > 0:
		return strconv.Itoa(f.PerDay) + "/day"
	case f.PerWeek > 0:
		return strconv.Itoa(f.PerWeek) + "/week"
	case f.EveryDays > 0:
		return "every " + strconv.Itoa(f.EveryDays) + " days"
	}
	return "once"
}

// Consistent tells whether the parts of f agree: one rhythm, on days of the week, and no
// more moments than visits in a day.
func (f Frequency) Consistent() bool {
	rates := 0
	for _, n := range []int{f.PerDay, f.PerWeek, f.EveryDays} {
		if n < 0 {
			return false
		}
		if n > 0 {
			rates++
		}
	}
	alone := f.PerWeek == 0 && f.EveryDays == 0
	return rates <= 1 && f.On&^civil.EveryDay == 0 && (f.On == 0 || alone) && f.At < 1<<len(momentCodes) && f.At.Count() <= max(1, f.PerDay)
}

// Repeats tells whether care is given more than once.
func (f Frequency) Repeats() bool {
	f.At = 0
	return f != Frequency{}
}

// Label says the frequency: « 3 fois par jour », « tous les 2 jours », « une fois », « le
// lundi et le jeudi, le matin ».
func (f Frequency) Label(p *i18n.Printer) string {
	var how string
	switch {
	case f.PerDay > 0:
		how = p.T("nomenclature.frequency.per_day", "n", f.PerDay)
	case f.PerWeek > 0:
		how = p.T("nomenclature.frequency.per_week", "n", f.PerWeek)
	case f.EveryDays > 0:
		how = p.T("nomenclature.frequency.every_days", "n", f.EveryDays)
	case f.On == 0:
		how = p.T("nomenclature.frequency.once")
	}
	return f.When(p, how)
}

// When adds to how, which says a rhythm, the days of the week and the moments of the day.
func (f Frequency) When(p *i18n.Printer, how string) string {
	if days := f.days(p); days != "" {
		how = strings.TrimSpace(how + " " + days)
	}
	if f.At != 0 {
		var moments []string
		for _, d := range f.At.Parts() {
			moments = append(moments, p.T("nomenclature.moment."+d.Code))
		}
		how += ", " + p.Join(moments)
	}
	return how
}

// days says the days of the week: « du lundi au vendredi », « le lundi et le jeudi ».
func (f Frequency) days(p *i18n.Printer) string {
	if f.On == civil.Weekdays {
		return p.T("nomenclature.frequency.weekdays")
	}
	var days []string
	for n := 1; n <= 7; n++ {
		if w := time.Weekday(n % 7); f.On.Has(civil.On(w)) {
			days = append(days, p.T("nomenclature.frequency.on", "day", p.T("common.weekday."+strconv.Itoa(int(w)))))
		}
	}
	return p.Join(days)
}
