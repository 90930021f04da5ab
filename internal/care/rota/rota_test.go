package rota_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

var (
	keeper   = actor.Actor{Account: "k", Territory: "essonne", Roles: []actor.Role{actor.RoleTerritoryAdmin}}
	physio   = actor.Actor{Account: "p", Territory: "essonne", Person: "paul", Roles: []actor.Role{actor.RoleProfessional}}
	platform = actor.Actor{Account: "a", Roles: []actor.Role{actor.RolePlatformAdmin}}
	marne    = actor.Actor{Account: "m", Territory: "marne", Roles: []actor.Role{actor.RoleTerritoryAdmin}}
)

func by(t *testing.T, a actor.Actor) context.Context { return actor.With(t.Context(), a) }

func person(id string) directory.Subject {
	return directory.Subject{Kind: directory.KindProfessional, ID: id}
}

var company = directory.Subject{Kind: directory.KindStructure, ID: "ambulances"}

// house holds three physiotherapists, an ambulance company and a line of each.
func house(t *testing.T, d *db.DB) *rota.Service {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for _, name := range []string{"Paul", "Rose", "Sami"} {
			p := directory.Professional{
				ID: strings.ToLower(name), Territory: "essonne", FamilyName: "Fictif", GivenName: name, Profession: nomenclature.Physio, Commune: "91174",
			}
			if _, err := directory.AddProfessional(tx, p); err != nil {
				return err
			}
		}
		_, err := directory.AddStructure(tx, directory.Structure{
			ID: company.ID, Territory: "essonne", Kind: directory.Company, Name: "Ambulances fictives", Profession: nomenclature.AmbulanceCompany, Commune: "91174",
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []rota.DutyLine{
		{ID: "kine", Territory: "essonne", Name: "Kiné  astreinte", Profession: nomenclature.Physio, Mode: rota.Together, Communes: []territory.CommuneCode{"91174"}, Phone: "01 99 00 12 34", Active: true},
		{ID: "amb", Territory: "essonne", Name: "Ambulance astreinte", Profession: nomenclature.AmbulanceCompany, Mode: rota.InOrder, Active: true},
	} {
		if err := d.Update(t.Context(), func(tx *db.Tx) error { _, err := rota.PutLine(tx, l); return err }); err != nil {
			t.Fatal(err)
		}
	}
	return rota.NewService(d)
}

func read[T any](t *testing.T, d *db.DB, fn func(tx *db.Tx) (T, error)) T {
	t.Helper()
	var v T
	if err := d.View(t.Context(), func(tx *db.Tx) (err error) { v, err = fn(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return v
}

// onCall names who is on duty, in order.
func onCall(t *testing.T, d *db.DB, line rota.LineID, at time.Time) string {
	t.Helper()
	var names []string
	for _, o := range read(t, d, func(tx *db.Tx) ([]rota.OnDuty, error) { return rota.OnCall(tx, line, at) }) {
		names = append(names, o.ID)
	}
	return strings.Join(names, " ")
}

func shift(of directory.Subject, rank int, from, to time.Time) rota.DutyShift {
	return rota.DutyShift{Subject: of, Rank: rank, From: from, To: to}
}

func TestLines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		for _, c := range []struct {
			q    rota.Query
			want string
		}{
			{rota.Query{Territory: "essonne"}, "amb kine"},
			{rota.Query{Territory: "essonne", Profession: nomenclature.Physio}, "kine"},
			{rota.Query{Territory: "essonne", Commune: "91228"}, "amb"},
			{rota.Query{Territory: "essonne", Commune: "91174"}, "amb kine"},
			{rota.Query{Territory: "marne"}, ""},
		} {
			var got []string
			for _, l := range read(t, d, func(tx *db.Tx) ([]rota.DutyLine, error) { return rota.Lines(tx, c.q) }) {
				got = append(got, string(l.ID))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("Lines(%+v) = %v, want %s", c.q, got, c.want)
			}
		}
		l := read(t, d, func(tx *db.Tx) (rota.DutyLine, error) { return rota.Line(tx, "kine") })
		if l.Name != "Kiné astreinte" || l.Mode != rota.Together || l.Phone != "+33199001234" {
			t.Errorf("line: %+v", l)
		}
		l.Active = false
		if _, err := s.SaveLine(by(t, keeper), l); err != nil {
			t.Fatal(err)
		}
		if got := read(t, d, func(tx *db.Tx) ([]rota.DutyLine, error) { return rota.Lines(tx, rota.Query{Territory: "essonne"}) }); len(got) != 1 {
			t.Errorf("a closed line is listed: %+v", got)
		}
	})
}

func TestOnCall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now := house(t, d), c.Now()
		evening, morning := now.Add(10*time.Hour), now.Add(20*time.Hour)
		err := s.ReplaceShifts(by(t, keeper), "kine", now, now.Add(48*time.Hour), []rota.DutyShift{
			shift(person("rose"), 2, now, evening), shift(person("paul"), 1, now, evening),
			shift(person("sami"), 1, evening, morning), shift(person("paul"), 3, evening, morning),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at   time.Time
			want string
		}{
			{now.Add(-time.Millisecond), ""}, {now, "paul rose"}, {evening.Add(-time.Millisecond), "paul rose"},
			{evening, "sami paul"}, {morning, ""},
		} {
			if got := onCall(t, d, "kine", c.at); got != c.want {
				t.Errorf("at %s on call %q, want %q", c.at, got, c.want)
			}
		}
		duty := read(t, d, func(tx *db.Tx) ([]rota.OnDuty, error) { return rota.OnCall(tx, "kine", now) })
		if !duty[0].Until.Equal(morning) || !duty[1].Until.Equal(evening) {
			t.Errorf("paul until %s, rose until %s", duty[0].Until, duty[1].Until)
		}
		if got := onCall(t, d, "amb", now); got != "" {
			t.Errorf("on the other line: %s", got)
		}
	})
}

func TestReplaceShiftsCutsWhatCrossesItsEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now := house(t, d), c.Now()
		hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
		if err := s.ReplaceShifts(by(t, keeper), "amb", hour(0), hour(24), []rota.DutyShift{shift(company, 1, hour(0), hour(24))}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // twice gives the same duty
			if err := s.ReplaceShifts(by(t, keeper), "amb", hour(8), hour(12), []rota.DutyShift{shift(person("rose"), 1, hour(9), hour(12))}); err != nil {
				t.Fatal(err)
			}
		}
		for at, want := range map[int]string{0: "ambulances", 7: "ambulances", 8: "", 9: "rose", 12: "ambulances", 23: "ambulances", 24: ""} {
			if got := onCall(t, d, "amb", hour(at)); got != want {
				t.Errorf("at %d h on call %q, want %q", at, got, want)
			}
		}
		if got := read(t, d, func(tx *db.Tx) ([]rota.DutyShift, error) { return rota.Shifts(tx, "amb", hour(-1), hour(48)) }); len(got) != 3 {
			t.Errorf("shifts: %+v", got)
		}
	})
}

func TestShiftRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now := house(t, d), c.Now()
		end := now.Add(24 * time.Hour)
		err := s.ReplaceShifts(by(t, keeper), "kine", now, end, []rota.DutyShift{
			shift(person("nobody"), 1, now, end), shift(person("paul"), 1, end, now), shift(person("rose"), 1, now, end.Add(1)),
			shift(person("sami"), -1, now, end), shift(person("sami"), 1, now.Add(time.Hour), end),
		})
		var codes []string
		for _, f := range fault.Fields(err) {
			codes = append(codes, strings.TrimPrefix(f.Code, "rota.shift."))
		}
		if got := strings.Join(codes, " "); got != "subject order outside rank overlap" {
			t.Errorf("faults: %s (%v)", got, err)
		}
		if got := onCall(t, d, "kine", now); got != "" {
			t.Errorf("a refused plan was written: %s", got)
		}
		if err := s.ReplaceShifts(by(t, keeper), "kine", end, now, nil); fault.CodeOf(err) != "rota.plan" {
			t.Errorf("a period backwards: %v", err)
		}
		for _, who := range []struct {
			actor.Actor
			kind fault.Kind
		}{{physio, fault.KindForbidden}, {marne, fault.KindNotFound}} {
			if err := s.ReplaceShifts(by(t, who.Actor), "kine", now, end, nil); fault.KindOf(err) != who.kind {
				t.Errorf("%s wrote the duty: %v", who.Account, err)
			}
		}
		made, err := s.SaveLine(by(t, keeper), rota.DutyLine{Territory: "essonne", Name: "Neuve", Profession: nomenclature.Physio, Mode: rota.InOrder})
		if err != nil || made.ID == "" {
			t.Errorf("a new line: %+v, %v", made, err)
		}
		stolen := rota.DutyLine{ID: "kine", Territory: "marne", Name: "Volée", Profession: nomenclature.Physio, Mode: rota.InOrder}
		if _, err := s.SaveLine(by(t, marne), stolen); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a line of another territory was taken: %v", err)
		}
		_, err = s.SaveLine(by(t, keeper), rota.DutyLine{Territory: "essonne", Communes: []territory.CommuneCode{"x"}, Phone: "1"})
		if len(fault.Fields(err)) != 5 {
			t.Errorf("faults of a line: %v", err)
		}
	})
}
