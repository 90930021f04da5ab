package request

import (
	"time"

	"entractes/internal/base/civil"
)

// morning is when a renewed series starts if nobody says the hour, in minutes.
const morning = 8 * 60

// SeriesEnd is when the series of care that r asks is planned to end: the end of its last
// day, counted from the day care began, or from the day it is wanted. It is zero for care
// without duration.
func SeriesEnd(r Request) time.Time {
	if r.Care.Days < 1 {
		return time.Time{}
	}
	loc, from := civil.ZoneOf(string(r.Commune)).Loc, r.StartAt
	if !r.StartedAt.IsZero() {
		from = r.StartedAt
	}
	return civil.DayOf(from, loc).Add(r.Care.Days - 1).End(loc)
}

// Renewable tells whether the reader may ask the same care again: a series that somebody
// carries or carried, by whoever may open the patient's file.
func (sh Sheet) Renewable() bool {
	return sh.Sight.Identity && sh.Care.Days > 0 && (sh.State.InCharge() && sh.Relation.Carried || sh.State == Completed)
}
