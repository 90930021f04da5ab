package rota_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, civil.Paris())
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestGapsAreWhenNobodyIsOnDuty(t *testing.T) {
	from, to := at(t, "2026-03-16 00:00"), at(t, "2026-03-17 00:00")
	shift := func(a, b string) rota.DutyShift {
		return rota.DutyShift{From: at(t, "2026-03-16 "+a), To: at(t, "2026-03-16 "+b)}
	}
	for name, c := range map[string]struct {
		shifts []rota.DutyShift
		want   string
	}{
		"nobody":      {nil, "00:00-00:00"},
		"one":         {[]rota.DutyShift{shift("08:00", "20:00")}, "00:00-08:00 20:00-00:00"},
		"overlapping": {[]rota.DutyShift{shift("12:00", "20:00"), shift("08:00", "14:00")}, "00:00-08:00 20:00-00:00"},
		"whole":       {[]rota.DutyShift{{From: from.Add(-time.Hour), To: to.Add(time.Hour)}}, ""},
		"inside":      {[]rota.DutyShift{shift("00:00", "20:00"), shift("09:00", "10:00")}, "20:00-00:00"},
	} {
		var got []string
		for _, g := range rota.Gaps(c.shifts, from, to) {
			got = append(got, g.Start.Format("15:04")+"-"+g.End.Format("15:04"))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestLaterKeepsTheHoursOnTheWall(t *testing.T) {
	loc := civil.Paris() // clocks change on 29 March 2026
	got := rota.Later([]rota.DutyShift{{From: at(t, "2026-03-22 08:00"), To: at(t, "2026-03-22 20:00")}, {From: at(t, "2026-03-22 20:00"), To: at(t, "2026-03-23 00:00")}}, 7, loc)
	if len(got) != 2 || !got[0].From.Equal(at(t, "2026-03-29 08:00")) || !got[0].To.Equal(at(t, "2026-03-29 20:00")) || !got[1].To.Equal(at(t, "2026-03-30 00:00")) {
		t.Errorf("%v", got)
	}
}

func TestBoardAndPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) { // 10:20 on Monday 16 March 2026 in Paris
		s := house(t, d)
		if _, err := territory.NewService(d).Create(by(t, platform), territory.New{ID: "essonne", Name: "Essonne", Communes: []territory.CommuneCode{"91174"}}); err != nil {
			t.Fatal(err)
		}
		monday := civil.Day{Year: 2026, Month: 3, Day: 16}
		err := s.ReplaceShifts(by(t, keeper), "kine", at(t, "2026-03-16 00:00"), at(t, "2026-03-24 00:00"), []rota.DutyShift{
			{Subject: person("paul"), Rank: 1, From: at(t, "2026-03-16 08:00"), To: at(t, "2026-03-16 20:00")},
			{Subject: person("rose"), Rank: 2, From: at(t, "2026-03-22 20:00"), To: at(t, "2026-03-23 08:00")},
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := s.Board(by(t, keeper), "essonne")
		if err != nil || len(b.Lines) != 2 || len(b.Lines[1].OnCall) != 1 || b.Cards[person("paul")].Name != "Paul Fictif" || len(b.Lines[1].Gaps) != 2 {
			t.Fatalf("%+v, %v", b, err)
		}
		p, err := s.Plan(by(t, keeper), "kine", civil.Day{}, 7)
		if err != nil || len(p.Shifts) != 2 || !p.From.Equal(at(t, "2026-03-16 00:00")) || !p.Shifts[1].To.Equal(p.To) || len(p.Gaps) != 2 {
			t.Fatalf("%+v, %v", p, err)
		}
		if err := s.Repeat(by(t, keeper), "kine", monday, 2); err != nil {
			t.Fatal(err)
		}
		if got := onCall(t, d, "kine", at(t, "2026-03-30 09:00")); got != "Paul" && !strings.Contains(strings.ToLower(got), "paul") {
			t.Errorf("two weeks later: %q", got)
		}
		if got := onCall(t, d, "kine", at(t, "2026-03-23 07:00")); got != "" {
			t.Errorf("what went over into the next week is replaced: %q", got)
		}
		for name, err := range map[string]error{
			"board":  second(s.Board(by(t, physio), "essonne")),
			"plan":   second(s.Plan(by(t, physio), "kine", monday, 7)),
			"repeat": s.Repeat(by(t, physio), "kine", monday, 1),
		} {
			if fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := second(s.Plan(by(t, marne), "kine", monday, 7)); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another territory: %v", err)
		}
		if err := s.Repeat(by(t, keeper), "kine", monday, 99); fault.CodeOf(err) != "rota.repeat" {
			t.Error(err)
		}
	})
}

func TestWritesAreRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		l, err := s.SaveLine(by(t, keeper), rota.DutyLine{Territory: "essonne", Name: "Nuit", Profession: "MK", Mode: rota.InOrder, Active: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ReplaceShifts(by(t, keeper), l.ID, at(t, "2026-03-16 00:00"), at(t, "2026-03-17 00:00"), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveLine(by(t, physio), l); fault.KindOf(err) != fault.KindForbidden {
			t.Fatal(err)
		}
		got := read(t, d, func(tx *db.Tx) ([]string, error) {
			return db.All(tx, db.Value[string], `SELECT account || ' ' || action || ' ' || outcome || ' ' || detail FROM audit WHERE object_id = $1 ORDER BY at, id`, string(l.ID))
		})
		want := "k rota.line ok Nuit, MK, open true; k rota.shifts ok 2026-03-15T23:00:00Z/2026-03-16T23:00:00Z, 0; p rota.line refused rota.forbidden"
		if strings.Join(got, "; ") != want {
			t.Errorf("%q", got)
		}
	})
}

func second[T any](_ T, err error) error { return err }
