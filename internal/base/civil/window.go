package civil

import (
	"slices"
	"time"

	"entractes/internal/base/fault"
)

// Days chooses days of the week, and public holidays.
type Days uint16

// The days. Holidays opens a window on public holidays, whatever day of the week they
// are; NoHolidays closes it on them, and wins over every other.
const (
	Monday Days = 1 << iota
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
	Holidays
	NoHolidays

	Weekdays = Monday | Tuesday | Wednesday | Thursday | Friday
	Weekend  = Saturday | Sunday
	EveryDay = Weekdays | Weekend
)

// On returns the bit of a weekday.
func On(w time.Weekday) Days { return Monday << ((w + 6) % 7) }

// Has tells whether every day of other is chosen.
func (d Days) Has(other Days) bool { return d&other == other }

// Window is a part of some days of every week, hours on the wall of a zone. From and To
// are minutes since midnight; it goes on into the next day when To is not after From, and
// belongs to the day on which it begins. The zero Window never comes.
type Window struct {
	Days     Days
	From, To int
}

// Always is the window that never closes.
var Always = Window{Days: EveryDay, From: 0, To: dayMinutes}

// Check lists what is wrong in the window, at field: no day chosen, hours outside of the day.
func (w Window) Check(field string) error {
	var l fault.List
	if w.Days&(EveryDay|Holidays) == 0 {
		l.Add(fault.Invalid("civil.window.days", field))
	}
	if w.From < 0 || w.From >= dayMinutes || w.To < 0 || w.To > dayMinutes {
		l.Add(fault.Invalid("civil.window.hours", field))
	}
	return l.Err()
}

// OpensOn tells whether the window begins on day, in the zone z.
func (w Window) OpensOn(day Day, z Zone) bool {
	if w.Days&(Holidays|NoHolidays) != 0 && z.IsHoliday(day) {
		return !w.Days.Has(NoHolidays) && (w.Days.Has(Holidays) || w.Days.Has(On(day.Weekday())))
	}
	return w.Days.Has(On(day.Weekday()))
}

// Overlaps tells whether one of windows is open at some instant from from until to,
// to left out. When to is not after from the question is about the instant from.
func Overlaps(windows []Window, from, to time.Time, loc *time.Location) bool {
	return ZoneIn(loc).Overlaps(windows, from, to)
}

// Covers tells whether windows, together, are open from from until to without a gap.
// When to is not after from the question is about the instant from.
func Covers(windows []Window, from, to time.Time, loc *time.Location) bool {
	return ZoneIn(loc).Covers(windows, from, to)
}

// Overlaps is the function of that name, with the public holidays of the département of z.
func (z Zone) Overlaps(windows []Window, from, to time.Time) bool {
	asked := question(from, to)
	for day := DayOf(asked.Start, z.Loc).Add(-1); day.Start(z.Loc).Before(asked.End); day = day.Add(1) {
		for _, w := range windows {
			if w.OpensOn(day, z) && SpanOn(day, w.From, w.To, z.Loc).Meets(asked) {
				return true
			}
		}
	}
	return false
}

// Covers is the function of that name, with the public holidays of the département of z.
func (z Zone) Covers(windows []Window, from, to time.Time) bool {
	asked := question(from, to)
	spans := z.Spans(windows, asked.Start, asked.End)
	return len(spans) == 1 && spans[0].Start.Equal(asked.Start) && spans[0].End.Equal(asked.End)
}

// Spans returns when windows are open from from until to, in order; what touches is one span.
func (z Zone) Spans(windows []Window, from, to time.Time) []Span {
	var open []Span
	for day := DayOf(from, z.Loc).Add(-1); day.Start(z.Loc).Before(to); day = day.Add(1) {
		for _, w := range windows {
			if !w.OpensOn(day, z) {
				continue
			}
			s := SpanOn(day, w.From, w.To, z.Loc)
			if s.Start.Before(from) {
				s.Start = from
			}
			if s.End.After(to) {
				s.End = to
			}
			if !s.Empty() {
				open = append(open, s)
			}
		}
	}
	return merge(open)
}

func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.Start.Compare(b.Start) })
	var merged []Span
	for _, s := range spans {
		last := len(merged) - 1
		if last < 0 || s.Start.After(merged[last].End) {
			merged = append(merged, s)
		} else if s.End.After(merged[last].End) {
			merged[last].End = s.End
		}
	}
	return merged
}

// question makes an instant a span that only it can meet.
func question(from, to time.Time) Span {
	if !to.After(from) {
		to = from.Add(1)
	}
	return Span{from, to}
}
