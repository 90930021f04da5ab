package civil

import (
	"fmt"
	"time"

	"entractes/internal/base/fault"
)

// dayMinutes is the length of a day on the wall, whatever the clocks do.
const dayMinutes = 24 * 60

// First returns the first instant at which clocks in loc show minute on day. An hour
// they skip stands for the instant of the change. Minutes beyond 1440 fall on later days.
func First(day Day, minute int, loc *time.Location) time.Time {
	early, _ := instants(day, minute, loc)
	return early
}

// Last returns the last instant at which clocks in loc show minute on day. An hour
// they skip stands for the instant of the change.
func Last(day Day, minute int, loc *time.Location) time.Time {
	_, late := instants(day, minute, loc)
	return late
}

// instants tries the offsets in use a little before and a little after: no zone is
// further from UTC than 14 hours, nor changes twice within a day.
func instants(day Day, minute int, loc *time.Location) (early, late time.Time) {
	wall := day.midnight().Add(time.Duration(minute) * time.Minute)
	before, after := offset(wall.Add(-15*time.Hour), loc), offset(wall.Add(15*time.Hour), loc)
	a, b := wall.Add(-before), wall.Add(-after)
	if before == after {
		return a.In(loc), a.In(loc)
	}
	aShows, bShows := offset(a, loc) == before, offset(b, loc) == after
	switch {
	case aShows && bShows && b.Before(a):
		return b.In(loc), a.In(loc)
	case aShows && bShows:
		return a.In(loc), b.In(loc)
	case aShows:
		return a.In(loc), a.In(loc)
	case bShows:
		return b.In(loc), b.In(loc)
	}
	// Skipped: b, computed with the later offset, is just before the change.
	_, change := b.In(loc).ZoneBounds()
	return change, change
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

// MinuteOf returns what clocks in loc show at t, in minutes since midnight.
func MinuteOf(t time.Time, loc *time.Location) int {
	t = t.In(loc)
	return t.Hour()*60 + t.Minute()
}

// ParseHour reads "07:30" as minutes since midnight; "24:00" is the midnight that ends
// the day. It refuses anything else with the code civil.hour.malformed; the caller names the field.
func ParseHour(s string) (int, error) {
	if s == "24:00" {
		return dayMinutes, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fault.Invalid("civil.hour.malformed", "").Because(err)
	}
	return t.Hour()*60 + t.Minute(), nil
}

// FormatHour writes the form ParseHour reads.
func FormatHour(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Span is an interval of time: Start is in it, End is not.
type Span struct{ Start, End time.Time }

// SpanOn returns the interval from one hour on the wall of day to another. It ends on
// the next day when to is not after from: 22:00–6:00 crosses midnight, 8:00–8:00 lasts a day.
// It is empty when the clocks skip all of it.
func SpanOn(day Day, from, to int, loc *time.Location) Span {
	end := day
	if to <= from {
		end = day.Add(1)
	}
	return Span{First(day, from, loc), Last(end, to, loc)}
}

// Empty tells whether no instant is in s.
func (s Span) Empty() bool { return !s.Start.Before(s.End) }

// Length returns how long s lasts; not negative.
func (s Span) Length() time.Duration { return max(0, s.End.Sub(s.Start)) }

// Contains tells whether t is in s.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.Start) && t.Before(s.End) }

// Meets tells whether s and other share an instant.
func (s Span) Meets(other Span) bool {
	return !s.Empty() && !other.Empty() && s.Start.Before(other.End) && other.Start.Before(s.End)
}
