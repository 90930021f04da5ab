package civil

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/fault"
)

func TestWindowsMeetWhatIsAsked(t *testing.T) {
	week := []Window{{Weekdays, hm(8, 0), hm(12, 0)}, {Weekdays, hm(14, 0), hm(18, 0)}}
	sundayNight := []Window{{Sunday, hm(20, 0), hm(8, 0)}}
	duty := []Window{{Weekdays, hm(20, 0), hm(8, 0)}, {Weekend, hm(8, 0), hm(8, 0)}, {Saturday, hm(7, 0), hm(9, 0)}}
	leap := []Window{{Tuesday, hm(8, 0), hm(9, 0)}}
	for _, c := range []struct {
		name             string
		windows          []Window
		from, to         string
		overlaps, covers bool
	}{
		{"inside", week, "2027-09-07 08:00", "2027-09-07 12:00", true, true},
		{"across the pause", week, "2027-09-07 11:00", "2027-09-07 15:00", true, false},
		{"in the pause", week, "2027-09-07 12:00", "2027-09-07 14:00", false, false},
		{"an instant inside", week, "2027-09-07 08:00", "2027-09-07 08:00", true, true},
		{"the instant it ends", week, "2027-09-07 12:00", "2027-09-07 12:00", false, false},
		{"asked backwards", week, "2027-09-07 08:00", "2027-09-07 07:00", true, true},
		{"on Sunday", week, "2027-09-12 00:00", "2027-09-13 00:00", false, false},
		{"over two weeks", week, "2027-09-11 00:00", "2027-09-20 00:00", true, false},
		{"Sunday evening into the next week", sundayNight, "2027-09-12 23:00", "2027-09-13 07:00", true, true},
		{"Monday before dawn", sundayNight, "2027-09-13 07:59", "2027-09-13 07:59", true, true},
		{"Monday evening", sundayNight, "2027-09-13 20:00", "2027-09-13 21:00", false, false},
		{"Sunday before dawn", sundayNight, "2027-09-12 07:00", "2027-09-12 08:00", false, false},
		{"a whole weekend, windows one after another", duty, "2027-09-10 20:00", "2027-09-13 08:00", true, true},
		{"a weekend and Monday", duty, "2027-09-10 20:00", "2027-09-13 08:01", true, false},
		{"New Year", duty, "2027-12-31 22:00", "2028-01-01 10:00", true, true},
		{"29 February", leap, "2028-02-29 08:30", "2028-02-29 09:00", true, true},
		{"spring window skipped", []Window{{Sunday, hm(2, 15), hm(2, 45)}}, "2027-03-28 00:00", "2027-03-29 00:00", false, false},
		{"autumn window once", []Window{{Sunday, hm(2, 0), hm(3, 0)}}, "2027-10-31 00:00", "2027-10-31 02:00", true, false},
		{"never", []Window{{}}, "2027-01-01 00:00", "2028-01-01 00:00", false, false},
		{"always", []Window{Always}, "2027-01-01 00:00", "2028-01-01 00:00", true, true},
		{"no window", nil, "2027-01-01 00:00", "2027-01-02 00:00", false, false},
	} {
		from, to := paris(t, c.from), paris(t, c.to)
		if got := Overlaps(c.windows, from, to, Paris()); got != c.overlaps {
			t.Errorf("%s: overlaps %v", c.name, got)
		}
		if got := Covers(c.windows, from.UTC(), to.UTC(), Paris()); got != c.covers {
			t.Errorf("%s: covers %v", c.name, got)
		}
	}
}

func TestAutumnWindowIsOneSpan(t *testing.T) {
	z := Zone{Loc: Paris()}
	spans := z.Spans([]Window{{Sunday, hm(2, 0), hm(3, 0)}}, autumn.Start(z.Loc), autumn.End(z.Loc))
	if len(spans) != 1 || spans[0].Length() != 2*time.Hour {
		t.Errorf("got %v", spans)
	}
}

func TestHolidaysOpenAndCloseWindows(t *testing.T) {
	labour, goodFriday, abolition := Day{2028, time.May, 1}, Day{2028, time.April, 14}, Day{2028, time.December, 20}
	for _, c := range []struct {
		name  string
		days  Days
		day   Day
		place string
		want  bool
	}{
		{"an ordinary week also works on holidays", Weekdays, labour, "91", true},
		{"closed on holidays", Weekdays | NoHolidays, labour, "91", false},
		{"closed on holidays, open on other days", Weekdays | NoHolidays, labour.Add(1), "91", true},
		{"weekend duty takes holidays", Weekend | Holidays, labour, "91", true},
		{"weekend duty leaves ordinary Mondays", Weekend | Holidays, labour.Add(14), "91", false},
		{"closing wins", Holidays | NoHolidays, labour, "91", false},
		{"Good Friday in Alsace", Holidays, goodFriday, "67482", true},
		{"Good Friday elsewhere", Holidays, goodFriday, "91228", false},
		{"20 December in Réunion", Holidays, abolition, "97411", true},
		{"20 December in Martinique", Holidays, abolition, "97209", false},
	} {
		z := ZoneOf(c.place)
		w := Window{c.days, hm(8, 0), hm(9, 0)}
		if got := z.Overlaps([]Window{w}, c.day.Start(z.Loc), c.day.End(z.Loc)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if reunion := ZoneOf("974").Loc; !Overlaps([]Window{{Holidays, 0, 1440}}, abolition.Start(reunion), abolition.End(reunion), reunion) {
		t.Error("clocks alone should tell Réunion")
	}
}

func TestWindowCheckNamesEveryFault(t *testing.T) {
	for _, w := range []Window{{Monday, 0, 1440}, {Holidays, hm(22, 0), hm(6, 0)}, Always} {
		if err := w.Check("hours"); err != nil {
			t.Errorf("%v: %v", w, err)
		}
	}
	for _, c := range []struct {
		w    Window
		want int
	}{{Window{0, 1440, 0}, 2}, {Window{Monday, -1, 0}, 1}, {Window{Monday, 0, 1441}, 1}, {Window{NoHolidays, 0, 60}, 1}} {
		if faults := fault.Fields(c.w.Check("hours")); len(faults) != c.want || faults[0].Field != "hours" {
			t.Errorf("%v: %v", c.w, faults)
		}
	}
}

func TestWeekdaysHaveTheirBit(t *testing.T) {
	for w, want := range map[time.Weekday]Days{time.Sunday: Sunday, time.Monday: Monday, time.Saturday: Saturday} {
		if On(w) != want {
			t.Errorf("%v is %b", w, On(w))
		}
	}
}

func drawWindows(t *rapid.T) []Window {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Window {
		return Window{
			Days: Days(rapid.IntRange(0, 511).Draw(t, "days")),
			From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1440).Draw(t, "to"),
		}
	}), 0, 4).Draw(t, "windows")
}

func TestSpansOverlapsAndCoversAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := ZoneIn(drawLocation(t))
		windows, from := drawWindows(t), drawTime(t)
		to := from.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "minutes")) * time.Minute)
		spans := z.Spans(windows, from, to)
		if got := z.Overlaps(windows, from, to); got != (len(spans) > 0) {
			t.Errorf("overlaps is %v with %v", got, spans)
		}
		for i, s := range spans {
			if s.Empty() || s.Start.Before(from) || s.End.After(to) || i > 0 && !s.Start.After(spans[i-1].End) {
				t.Errorf("%v is badly cut: %v", s, spans)
			}
			if !z.Covers(windows, s.Start, s.End) {
				t.Errorf("%v is open and not covered", s)
			}
		}
		if z.Covers(windows, from, to) && (!z.Overlaps(windows, from, to) || !z.Covers(windows, from.Add(time.Minute), to)) {
			t.Error("covered, and not in part")
		}
	})
}

// TestSpansSayWhatTheWallSays compares with the plain reading of a clock, where clocks never change.
func TestSpansSayWhatTheWallSays(t *testing.T) {
	z := ZoneOf("974")
	rapid.Check(t, func(t *rapid.T) {
		windows, at := drawWindows(t), drawTime(t)
		d, minute := DayOf(at, z.Loc), MinuteOf(at, z.Loc)
		open := false
		for _, w := range windows {
			today := w.OpensOn(d, z) && minute >= w.From && (minute < w.To || w.To <= w.From)
			sinceYesterday := w.OpensOn(d.Add(-1), z) && w.To <= w.From && minute < w.To
			open = open || today || sinceYesterday
		}
		if got := z.Covers(windows, at, at); got != open {
			t.Errorf("%v %s: %v, the wall says %v", d, FormatHour(minute), got, open)
		}
	})
}
