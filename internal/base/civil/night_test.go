package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func paris(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, Paris())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNightEnd(t *testing.T) {
	for _, c := range []struct {
		at, want string
		night    bool
	}{
		{"2027-09-07 20:59", "2027-09-07 20:59", false},
		{"2027-09-07 21:00", "2027-09-08 07:00", true},
		{"2027-09-08 00:00", "2027-09-08 07:00", true},
		{"2027-09-08 06:59", "2027-09-08 07:00", true},
		{"2027-09-08 07:00", "2027-09-08 07:00", false},
		{"2027-03-27 23:00", "2027-03-28 07:00", true},
		{"2028-02-28 23:00", "2028-02-29 07:00", true},
	} {
		end, night := NightEnd(paris(t, c.at), DefaultNight, Paris())
		if night != c.night || !end.Equal(paris(t, c.want)) {
			t.Errorf("%s: %v, %v", c.at, end, night)
		}
	}
	afternoon := Night{From: hm(13, 0), To: hm(14, 0)}
	if !afternoon.Contains(paris(t, "2027-09-07 13:30"), Paris()) || afternoon.Contains(paris(t, "2027-09-07 21:30"), Paris()) {
		t.Error("a night that does not cross midnight is misread")
	}
}

func TestAddAwake(t *testing.T) {
	for _, c := range []struct {
		now   string
		d     time.Duration
		night Night
		want  string
	}{
		{"2027-09-07 10:00", 2 * time.Hour, DefaultNight, "2027-09-07 12:00"},
		{"2027-09-07 19:00", 2 * time.Hour, DefaultNight, "2027-09-07 21:00"},
		{"2027-09-07 20:00", 2 * time.Hour, DefaultNight, "2027-09-08 08:00"},
		{"2027-09-07 23:00", 2 * time.Hour, DefaultNight, "2027-09-08 09:00"},
		{"2027-09-07 23:00", 0, DefaultNight, "2027-09-08 07:00"},
		{"2027-09-07 23:00", -time.Hour, DefaultNight, "2027-09-08 07:00"},
		{"2027-09-07 20:00", 24 * time.Hour, DefaultNight, "2027-09-09 16:00"},
		{"2027-09-07 23:00", 2 * time.Hour, Night{}, "2027-09-08 01:00"},
		{"2027-09-07 23:00", 2 * time.Hour, Night{From: 0, To: 1440}, "2027-09-08 01:00"},
		{"2027-10-30 20:30", time.Hour, DefaultNight, "2027-10-31 07:30"},
		{"2027-03-27 20:30", time.Hour, DefaultNight, "2027-03-28 07:30"},
		{"2028-02-28 20:30", time.Hour, DefaultNight, "2028-02-29 07:30"},
		{"2027-12-31 20:30", time.Hour, DefaultNight, "2028-01-01 07:30"},
	} {
		if got := AddAwake(paris(t, c.now), c.d, c.night, Paris()); !got.Equal(paris(t, c.want)) {
			t.Errorf("%s + %v = %v, want %s", c.now, c.d, got, c.want)
		}
	}
}

// TestNightOfThePatient: an operator in Paris at noon does not wake Réunion in the evening.
func TestNightOfThePatient(t *testing.T) {
	reunion := ZoneOf("97411").Loc
	asked := paris(t, "2027-12-07 17:30") // 20:30 in Réunion
	if got, want := AddAwake(asked, 2*time.Hour, DefaultNight, reunion), First(Day{2027, 12, 8}, hm(8, 30), reunion); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func drawNight(t *rapid.T) Night {
	if rapid.Bool().Draw(t, "default") {
		return DefaultNight
	}
	return Night{From: rapid.IntRange(-10, 3000).Draw(t, "night from"), To: rapid.IntRange(-10, 3000).Draw(t, "night to")}
}

func TestAwakeTimeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, now, night := drawLocation(t), drawTime(t), drawNight(t)
		d := time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "d"))
		deadline := AddAwake(now, d, night, loc)
		if got := Awake(now, deadline, night, loc); got != d {
			t.Errorf("%v awake until %v: %v, want %v", now, deadline, got, d)
		}
		if d > 0 && night.Contains(deadline.Add(-1), loc) {
			t.Errorf("deadline %v falls inside a night", deadline)
		}
		if later := AddAwake(now, d+time.Minute, night, loc); !later.After(deadline) {
			t.Errorf("one minute more ends at %v, not after %v", later, deadline)
		}
		if elsewhere := AddAwake(now.Add(time.Minute), d, night, loc); elsewhere.Before(deadline) {
			t.Errorf("asked a minute later it is due at %v, before %v", elsewhere, deadline)
		}
		if end, asleep := NightEnd(now, night, loc); asleep && (!end.After(now) || night.Contains(end, loc)) {
			t.Errorf("the night of %v ends at %v", now, end)
		}
	})
}
