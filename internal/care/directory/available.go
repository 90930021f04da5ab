package directory

import (
	"time"

	"entractes/internal/base/civil"
)

// Availability is why a candidate is free or not.
type Availability string

// The verdicts of Available.
const (
	AvailableOK           Availability = "ok"
	AvailableAbsent       Availability = "absent"
	AvailableBusy         Availability = "busy"
	AvailableOutsideHours Availability = "outside_hours"
)

// longestQuestion bounds the time examined: what is asked for later than that is asked too early to tell.
const longestQuestion = 62 * 24 * time.Hour

// Available tells whether somebody is free at some moment from from until to, to left out; at the
// instant from when to is not after it. Windows are read in zone, its clock changes and public holidays
// included; no window means every hour. Until « disponible maintenant » ends, hours and absences do not
// count. Otherwise the verdict is the first that leaves no moment: hours, then absences, then « complet ».
func Available(c Candidate, from, to, now time.Time, zone civil.Zone) Availability {
	switch {
	case !to.After(from):
		to = from.Add(1)
	case to.Sub(from) > longestQuestion:
		to = from.Add(longestQuestion)
	}
	asked := civil.Span{Start: from, End: to}
	if now.Before(c.OpenUntil) && asked.Meets(civil.Span{Start: now, End: c.OpenUntil}) {
		return AvailableOK
	}
	free := []civil.Span{asked}
	if len(c.Windows) > 0 {
		free = zone.Spans(c.Windows, from, to)
	}
	if len(free) == 0 {
		return AvailableOutsideHours
	}
	for _, a := range c.Absences {
		free = without(free, civil.Span{Start: a.From, End: a.To})
	}
	if len(free) == 0 {
		return AvailableAbsent
	}
	if now.Before(c.BusyUntil) {
		free = without(free, civil.Span{Start: now, End: c.BusyUntil})
	}
	if len(free) == 0 {
		return AvailableBusy
	}
	return AvailableOK
}

// without cuts hole out of spans.
func without(spans []civil.Span, hole civil.Span) []civil.Span {
	var left []civil.Span
	for _, s := range spans {
		if !s.Meets(hole) {
			left = append(left, s)
			continue
		}
		for _, part := range []civil.Span{{Start: s.Start, End: hole.Start}, {Start: hole.End, End: s.End}} {
			if !part.Empty() {
				left = append(left, part)
			}
		}
	}
	return left
}
