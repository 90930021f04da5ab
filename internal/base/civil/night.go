package civil

import "time"

// Night is the part of each day during which nobody is woken and delays of requests
// that can wait do not run. From and To are minutes since midnight; it crosses midnight
// when To is not after From. The zero Night, as any whose ends are equal, never comes.
type Night struct{ From, To int }

// DefaultNight is the night of a territory that has not chosen: 21:00 to 7:00.
var DefaultNight = Night{From: 21 * 60, To: 7 * 60}

// Contains tells whether it is night in loc at t.
func (n Night) Contains(t time.Time, loc *time.Location) bool {
	_, night := NightEnd(t, n, loc)
	return night
}

// NightEnd returns the end of the night t is in; false, with t itself, when it is not night at t.
func NightEnd(t time.Time, night Night, loc *time.Location) (time.Time, bool) {
	if night.never() {
		return t, false
	}
	end := t
	for day := DayOf(t, loc).Add(-1); ; day = day.Add(1) {
		// An hour repeated in autumn may make a night reach the following one.
		if s := night.on(day, loc); s.Contains(end) {
			end = s.End
		} else if s.Start.After(end) {
			return end, end.After(t)
		}
	}
}

// AddAwake returns the deadline d after now when the night does not count. A deadline
// may fall on the very instant a night begins, never inside it; asked during a night,
// it is counted from its end. A d that is not positive counts as none.
func AddAwake(now time.Time, d time.Duration, night Night, loc *time.Location) time.Time {
	at := now
	if end, asleep := NightEnd(now, night, loc); asleep {
		at = end
	}
	d = max(d, 0)
	if night.never() {
		return at.Add(d)
	}
	for {
		start, end := night.next(at, loc)
		if left := start.Sub(at); d <= left {
			return at.Add(d)
		}
		d -= start.Sub(at)
		at = end
	}
}

// Awake returns how much of the time from one instant to another is not night; zero when to is not after from.
func Awake(from, to time.Time, night Night, loc *time.Location) time.Duration {
	if night.never() {
		return max(0, to.Sub(from))
	}
	at := from
	if end, asleep := NightEnd(from, night, loc); asleep {
		at = end
	}
	var sum time.Duration
	for at.Before(to) {
		start, end := night.next(at, loc)
		if !start.Before(to) {
			return sum + to.Sub(at)
		}
		sum += start.Sub(at)
		at = end
	}
	return sum
}

// never also holds for a night as long as the day: a deadline would never come.
func (n Night) never() bool { return (n.To-n.From)%dayMinutes == 0 }

// on returns the night that begins on day. Hours beyond the day are brought back into it.
func (n Night) on(day Day, loc *time.Location) Span {
	return SpanOn(day, withinDay(n.From), withinDay(n.To), loc)
}

func withinDay(minute int) int { return (minute%dayMinutes + dayMinutes) % dayMinutes }

// next returns the first night that has not begun before at, an instant that is not in a night.
func (n Night) next(at time.Time, loc *time.Location) (start, end time.Time) {
	for day := DayOf(at, loc).Add(-1); ; day = day.Add(1) {
		if s := n.on(day, loc); !s.Start.Before(at) && !s.Empty() {
			end, _ = NightEnd(s.Start, n, loc)
			return s.Start, end
		}
	}
}
