package supervise

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
)

// ShiftAt returns when the shift of an instant began and when it ends, hours being those
// at which shifts begin as people of loc live them; midnight when there is none.
func ShiftAt(hours []int, at time.Time, loc *time.Location) (begins, ends time.Time) {
	if len(hours) == 0 {
		hours = []int{0}
	}
	day := civil.DayOf(at, loc)
	var turns []time.Time
	for _, d := range []civil.Day{day.Add(-1), day, day.Add(1)} {
		for _, h := range hours {
			turns = append(turns, time.Date(d.Year, d.Month, d.Day, h, 0, 0, 0, loc))
		}
	}
	slices.SortFunc(turns, time.Time.Compare)
	next := slices.IndexFunc(turns, func(t time.Time) bool { return t.After(at) })
	return turns[next-1].UTC(), turns[next].UTC()
}
