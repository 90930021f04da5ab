package directory

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
)

var essonne = civil.ZoneOf("91174")

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, essonne.Loc)
	if err != nil {
		panic(err)
	}
	return t
}

func TestAvailable(t *testing.T) {
	day := civil.Window{Days: civil.Weekdays, From: 8 * 60, To: 18 * 60}
	night := civil.Window{Days: civil.EveryDay, From: 22 * 60, To: 6 * 60}
	now := at("2026-03-16 10:20") // a Monday
	away := func(from, to string) []Absence { return []Absence{{From: at(from), To: at(to)}} }
	for _, c := range []struct {
		name     string
		practice Practice
		from, to string
		want     Availability
	}{
		{"no window is always", Practice{}, "2026-03-22 03:00", "2026-03-22 03:00", AvailableOK},
		{"inside a window", Practice{Windows: []civil.Window{day}}, "2026-03-17 09:00", "2026-03-17 09:00", AvailableOK},
		{"a window is over at its end", Practice{Windows: []civil.Window{day}}, "2026-03-17 18:00", "2026-03-17 18:00", AvailableOutsideHours},
		{"on a Sunday", Practice{Windows: []civil.Window{day}}, "2026-03-22 09:00", "2026-03-22 20:00", AvailableOutsideHours},
		{"some moment before the start deadline", Practice{Windows: []civil.Window{day}}, "2026-03-22 09:00", "2026-03-23 09:00", AvailableOK},
		{"after midnight, in the window of the evening before", Practice{Windows: []civil.Window{night}}, "2026-03-17 05:59", "2026-03-17 05:59", AvailableOK},
		{"an absence over all of it", Practice{Absences: away("2026-03-17 00:00", "2026-03-18 00:00")}, "2026-03-17 09:00", "2026-03-17 12:00", AvailableAbsent},
		{"back before the deadline", Practice{Absences: away("2026-03-17 00:00", "2026-03-17 11:00")}, "2026-03-17 09:00", "2026-03-17 12:00", AvailableOK},
		{"away during every hour worked", Practice{Windows: []civil.Window{day}, Absences: away("2026-03-17 07:00", "2026-03-17 18:00")}, "2026-03-17 00:00", "2026-03-18 00:00", AvailableAbsent},
		{"full until after the deadline", Practice{BusyUntil: at("2026-03-17 18:00")}, "2026-03-17 09:00", "2026-03-17 12:00", AvailableBusy},
		{"full today, care tomorrow", Practice{BusyUntil: at("2026-03-16 18:00")}, "2026-03-17 09:00", "2026-03-17 12:00", AvailableOK},
		{"full, and it is over", Practice{BusyUntil: at("2026-03-16 10:20")}, "2026-03-16 10:20", "2026-03-16 10:21", AvailableOK},
		{"away and full", Practice{Absences: away("2026-03-16 00:00", "2026-03-16 11:00"), BusyUntil: at("2026-03-16 14:00")}, "2026-03-16 10:20", "2026-03-16 12:00", AvailableBusy},
		{"available now, outside hours", Practice{Windows: []civil.Window{night}, OpenUntil: at("2026-03-16 12:00")}, "2026-03-16 10:20", "2026-03-16 10:21", AvailableOK},
		{"available now, although an absence was written", Practice{Absences: away("2026-03-16 00:00", "2026-03-20 00:00"), OpenUntil: at("2026-03-16 12:00")}, "2026-03-16 10:20", "2026-03-16 14:00", AvailableOK},
		{"available now says nothing of tomorrow", Practice{Windows: []civil.Window{night}, OpenUntil: at("2026-03-16 12:00")}, "2026-03-17 10:00", "2026-03-17 11:00", AvailableOutsideHours},
		{"available now is over", Practice{Windows: []civil.Window{night}, OpenUntil: at("2026-03-16 10:00")}, "2026-03-16 10:20", "2026-03-16 10:21", AvailableOutsideHours},
		// On 29 March 2026 clocks skip 2:00 to 3:00; on 25 October 2026 they show it twice.
		{"an hour that does not exist", Practice{Windows: []civil.Window{{Days: civil.Sunday, From: 135, To: 165}}}, "2026-03-29 00:00", "2026-03-29 12:00", AvailableOutsideHours},
		{"the night of spring ends at six", Practice{Windows: []civil.Window{night}}, "2026-03-29 05:59", "2026-03-29 05:59", AvailableOK},
		{"the night of autumn ends at six", Practice{Windows: []civil.Window{night}}, "2026-10-25 06:00", "2026-10-25 06:00", AvailableOutsideHours},
		{"a public holiday is a weekday like another", Practice{Windows: []civil.Window{day}}, "2026-07-14 09:00", "2026-07-14 09:00", AvailableOK},
		{"not on public holidays", Practice{Windows: []civil.Window{{Days: civil.Weekdays | civil.NoHolidays, From: 480, To: 1080}}}, "2026-07-14 09:00", "2026-07-14 09:00", AvailableOutsideHours},
		{"on public holidays only", Practice{Windows: []civil.Window{{Days: civil.Holidays, From: 480, To: 1080}}}, "2026-05-14 09:00", "2026-05-14 09:00", AvailableOK},
		{"a question of a century is cut short", Practice{Windows: []civil.Window{day}}, "2026-03-17 09:00", "2126-03-17 09:00", AvailableOK},
	} {
		if got := Available(Candidate{Practice: c.practice}, at(c.from), at(c.to), now, essonne); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAvailableInBothHoursOfAutumn(t *testing.T) {
	c := Candidate{Practice: Practice{Windows: []civil.Window{{Days: civil.Sunday, From: 120, To: 180}}}}
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 2:30 in summer time
	for _, moment := range []time.Time{first, first.Add(time.Hour)} {
		if got := Available(c, moment, moment, first.Add(-48*time.Hour), essonne); got != AvailableOK {
			t.Errorf("at %s: %s", moment.In(essonne.Loc), got)
		}
	}
}

// TestAvailableAgreesWithEveryMinute compares the verdict with a reading of every minute.
func TestAvailableAgreesWithEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := at("2026-03-28 00:00").Add(time.Duration(rapid.IntRange(0, 1440).Draw(t, "from")) * time.Minute)
		to := base.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
		now := base.Add(-time.Duration(rapid.IntRange(0, 300).Draw(t, "before")) * time.Minute)
		p := Practice{Windows: []civil.Window{{
			Days: civil.Days(rapid.IntRange(1, 511).Draw(t, "days")), From: rapid.IntRange(0, 1439).Draw(t, "open"), To: rapid.IntRange(0, 1440).Draw(t, "close"),
		}}}
		start := base.Add(time.Duration(rapid.IntRange(-300, 300).Draw(t, "away")) * time.Minute)
		p.Absences = []Absence{{From: start, To: start.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "long")) * time.Minute)}}
		p.BusyUntil = base.Add(time.Duration(rapid.IntRange(-60, 400).Draw(t, "busy")) * time.Minute)
		free := false
		for m := base; m.Before(to); m = m.Add(time.Minute) {
			free = free || essonne.Overlaps(p.Windows, m, m) && (m.Before(p.Absences[0].From) || !m.Before(p.Absences[0].To)) &&
				!(now.Before(p.BusyUntil) && !m.Before(now) && m.Before(p.BusyUntil))
		}
		if got := Available(Candidate{Practice: p}, base, to, now, essonne); (got == AvailableOK) != free {
			t.Fatalf("%s, and minute by minute free is %t", got, free)
		}
	})
}

func TestReplacedWithin(t *testing.T) {
	c := Candidate{Practice: Practice{Absences: []Absence{
		{From: at("2026-03-16 00:00"), To: at("2026-03-17 00:00")},
		{From: at("2026-03-17 00:00"), To: at("2026-03-18 00:00"), Replacement: "lea"},
	}}}
	if s, ok := c.ReplacedWithin(at("2026-03-17 12:00"), at("2026-03-17 12:00")); !ok || s != (Subject{KindProfessional, "lea"}) {
		t.Errorf("replaced by %v", s)
	}
	for _, when := range []string{"2026-03-16 12:00", "2026-03-18 00:00"} {
		if s, ok := c.ReplacedWithin(at(when), at(when)); ok {
			t.Errorf("at %s replaced by %v", when, s)
		}
	}
}

func BenchmarkAvailable(b *testing.B) {
	c := Candidate{Practice: Practice{
		Windows:  []civil.Window{{Days: civil.Weekdays | civil.NoHolidays, From: 480, To: 720}, {Days: civil.Weekdays, From: 840, To: 1080}},
		Absences: []Absence{{From: at("2026-03-17 00:00"), To: at("2026-03-18 00:00")}},
	}}
	from := at("2026-03-16 10:20")
	for b.Loop() {
		Available(c, from, from.Add(48*time.Hour), from, essonne)
	}
}
