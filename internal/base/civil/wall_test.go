package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/fault"
)

var (
	spring = Day{2027, time.March, 28}
	autumn = Day{2027, time.October, 31}
)

func hm(h, m int) int { return h*60 + m }

func TestHoursOnTheWallWhenClocksChange(t *testing.T) {
	reunion, martinique, miquelon := ZoneOf("974").Loc, ZoneOf("972").Loc, ZoneOf("975").Loc
	for _, c := range []struct {
		name        string
		day         Day
		minute      int
		loc         *time.Location
		first, last string
	}{
		{"skipped", spring, hm(2, 30), Paris(), "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
		{"just before the skip", spring, hm(1, 59), Paris(), "2027-03-28T00:59:00Z", "2027-03-28T00:59:00Z"},
		{"first skipped minute", spring, hm(2, 0), Paris(), "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
		{"after the skip", spring, hm(3, 0), Paris(), "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
		{"repeated", autumn, hm(2, 30), Paris(), "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"},
		{"first repeated minute", autumn, hm(2, 0), Paris(), "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z"},
		{"after the repeat", autumn, hm(3, 0), Paris(), "2027-10-31T02:00:00Z", "2027-10-31T02:00:00Z"},
		{"noon of a change", autumn, hm(12, 0), Paris(), "2027-10-31T11:00:00Z", "2027-10-31T11:00:00Z"},
		{"the day before", autumn.Add(-1), hm(2, 30), Paris(), "2027-10-30T00:30:00Z", "2027-10-30T00:30:00Z"},
		{"midnight that ends the day", autumn, 1440, Paris(), "2027-10-31T23:00:00Z", "2027-10-31T23:00:00Z"},
		{"no change in Réunion", spring, hm(2, 30), reunion, "2027-03-27T22:30:00Z", "2027-03-27T22:30:00Z"},
		{"no change in Martinique", autumn, hm(2, 30), martinique, "2027-10-31T06:30:00Z", "2027-10-31T06:30:00Z"},
		{"Miquelon skips on its own day", Day{2027, time.March, 14}, hm(2, 30), miquelon, "2027-03-14T05:00:00Z", "2027-03-14T05:00:00Z"},
		{"29 February", Day{2028, time.February, 29}, hm(8, 0), Paris(), "2028-02-29T07:00:00Z", "2028-02-29T07:00:00Z"},
	} {
		first, last := First(c.day, c.minute, c.loc).UTC().Format(time.RFC3339), Last(c.day, c.minute, c.loc).UTC().Format(time.RFC3339)
		if first != c.first || last != c.last {
			t.Errorf("%s: from %s to %s, want %s to %s", c.name, first, last, c.first, c.last)
		}
	}
}

func TestLengthsOnTheWall(t *testing.T) {
	for _, c := range []struct {
		name     string
		day      Day
		from, to int
		want     time.Duration
	}{
		{"spring window that does not exist", spring, hm(2, 15), hm(2, 45), 0},
		{"spring window half skipped", spring, hm(1, 30), hm(2, 30), 30 * time.Minute},
		{"autumn window, once", autumn, hm(2, 0), hm(3, 0), 2 * time.Hour},
		{"autumn window inside the repeat", autumn, hm(2, 15), hm(2, 45), 90 * time.Minute},
		{"spring night shift", spring.Add(-1), hm(22, 0), hm(6, 0), 7 * time.Hour},
		{"autumn night shift", autumn.Add(-1), hm(22, 0), hm(6, 0), 9 * time.Hour},
		{"ordinary night shift", autumn, hm(22, 0), hm(6, 0), 8 * time.Hour},
		{"spring day", spring, 0, 1440, 23 * time.Hour},
		{"autumn day", autumn, 0, 0, 25 * time.Hour},
		{"duty of a day", Day{2027, time.December, 31}, hm(8, 0), hm(8, 0), 24 * time.Hour},
	} {
		if got := SpanOn(c.day, c.from, c.to, Paris()).Length(); got != c.want {
			t.Errorf("%s lasts %v, want %v", c.name, got, c.want)
		}
	}
}

func TestParseHour(t *testing.T) {
	for s, want := range map[string]int{"00:00": 0, "07:30": 450, "24:00": 1440, "23:59": 1439} {
		if got, err := ParseHour(s); err != nil || got != want || FormatHour(got) != s {
			t.Errorf("%s reads %d, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "24:01", "7h30", "12:60", "-1:00"} {
		if _, err := ParseHour(s); fault.CodeOf(err) != "civil.hour.malformed" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// drawLocation chooses a zone of France, most often the one whose clocks change.
func drawLocation(t *rapid.T) *time.Location {
	return ZoneOf(rapid.SampledFrom([]string{"91", "91", "975", "974", "972", "98731"}).Draw(t, "place")).Loc
}

// drawTime chooses an instant of 2027 to 2029, most often within two days of a clock change.
func drawTime(t *rapid.T) time.Time {
	near := rapid.SampledFrom([]Day{spring, autumn, {2028, time.February, 29}, {2027, time.December, 31}}).Draw(t, "near")
	hours := 48
	if rapid.Bool().Draw(t, "far") {
		hours = 365 * 24
	}
	s := rapid.IntRange(-hours*3600, hours*3600).Draw(t, "seconds")
	return near.midnight().Add(time.Duration(s) * time.Second)
}

func TestFirstAndLastShowTheHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, at, minute := drawLocation(t), drawTime(t), rapid.IntRange(0, 1439).Draw(t, "minute")
		d := DayOf(at, loc)
		first, last := First(d, minute, loc), Last(d, minute, loc)
		if last.Before(first) || last.Sub(first) > time.Hour {
			t.Errorf("%v %s: from %v to %v", d, FormatHour(minute), first, last)
		}
		shows := MinuteOf(first, loc) == minute && DayOf(first, loc) == d && MinuteOf(last, loc) == minute
		_, before := first.Add(-time.Nanosecond).In(loc).Zone()
		_, after := first.In(loc).Zone()
		if skipped := before < after; !shows && !skipped {
			t.Errorf("%v %s is shown at %v", d, FormatHour(minute), first)
		}
	})
}
