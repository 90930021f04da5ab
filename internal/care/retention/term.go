package retention

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/territory"
)

// Rule is how long a territory keeps files.
type Rule struct {
	Years    int // after the last thing that happened
	UntilAge int // of the person, in any case
}

// RuleOf is the rule of a territory.
func RuleOf(s territory.Settings) Rule { return Rule{Years: s.KeepYears, UntilAge: s.KeepUntilAge} }

// Term is the first day on which a file may be erased: after last plus the years, and not before the age. A birth that is
// not known adds nothing.
func (r Rule) Term(last time.Time, birth civil.Day, loc *time.Location) civil.Day {
	d := civil.DayOf(last, loc)
	term := civil.DayFrom(d.Year+r.Years, d.Month, d.Day)
	if birth.IsZero() {
		return term
	}
	if grown := civil.DayFrom(birth.Year+r.UntilAge, birth.Month, birth.Day); term.Before(grown) {
		return grown
	}
	return term
}

// Due tells whether a file may be erased at now.
func (r Rule) Due(last time.Time, birth civil.Day, now time.Time, loc *time.Location) bool {
	return !civil.DayOf(now, loc).Before(r.Term(last, birth, loc))
}
