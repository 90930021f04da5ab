package nomenclature

import (
	"strconv"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// Frequency tells how often care is given. At most one number is set; the zero Frequency is once.
type Frequency struct{ PerDay, PerWeek, EveryDays int }

// maxTimes bounds each number of a frequency: beyond, somebody mistyped.
const maxTimes = 60

// ParseFrequency reads "once", "3/day", "2/week" and "every 2 days". It refuses anything
// else with the code nomenclature.frequency.malformed; the caller names the field.
func ParseFrequency(s string) (Frequency, error) {
	if s == "" || s == "once" {
		return Frequency{}, nil
	}
	var f Frequency
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
		return Frequency{}, fault.Invalid("nomenclature.frequency.malformed", "", "text", s)
	}
	*into = n
	return f, nil
}

// String writes the form ParseFrequency reads.
func (f Frequency) String() string {
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

// Label says the frequency: « 3 fois par jour », « tous les 2 jours », « une fois ».
func (f Frequency) Label(p *i18n.Printer) string {
	switch {
	case f.PerDay > 0:
		return p.T("nomenclature.frequency.per_day", "n", f.PerDay)
	case f.PerWeek > 0:
		return p.T("nomenclature.frequency.per_week", "n", f.PerWeek)
	case f.EveryDays > 0:
		return p.T("nomenclature.frequency.every_days", "n", f.EveryDays)
	}
	return p.T("nomenclature.frequency.once")
}
