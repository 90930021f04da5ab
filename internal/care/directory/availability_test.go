package directory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func practice(t *testing.T, d *db.DB, of directory.Subject) directory.Practice {
	t.Helper()
	return read(t, d, func(tx *db.Tx) (directory.Practice, error) { return directory.PracticeOf(tx, of) })
}

func TestBusyAndOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now := house(t, d), c.Now()
		for _, of := range []struct {
			who actor.Actor
			sub directory.Subject
		}{{anne, person("anne")}, {ward, team("maternity")}} {
			if err := s.SayBusy(by(t, of.who), of.sub, now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if p := practice(t, d, of.sub); !p.BusyUntil.Equal(now.Add(time.Hour)) {
				t.Errorf("busy until %s", p.BusyUntil)
			}
			if err := s.SayOpen(by(t, of.who), of.sub, now.Add(2*time.Hour)); err != nil {
				t.Fatal(err)
			}
			if p := practice(t, d, of.sub); !p.BusyUntil.IsZero() || !p.OpenUntil.Equal(now.Add(2*time.Hour)) {
				t.Errorf("open says %+v", p)
			}
			if err := s.SayBusy(by(t, of.who), of.sub, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if p := practice(t, d, of.sub); !p.BusyUntil.IsZero() || !p.OpenUntil.IsZero() {
				t.Errorf("ended early: %+v", p)
			}
		}
		for _, c := range []struct {
			until time.Time
			busy  string
			open  string
		}{
			{now, "directory.until.past", "directory.until.past"},
			{now.Add(-time.Minute), "directory.until.past", "directory.until.past"},
			{now.Add(8 * 24 * time.Hour), "internal", "directory.until.far"},
			{now.Add(32 * 24 * time.Hour), "directory.until.far", "directory.until.far"},
		} {
			if err := s.SayBusy(by(t, anne), person("anne"), c.until); fault.CodeOf(err) != c.busy {
				t.Errorf("busy until %s: %v", c.until, err)
			}
			if err := s.SayOpen(by(t, anne), person("anne"), c.until); fault.CodeOf(err) != c.open {
				t.Errorf("open until %s: %v", c.until, err)
			}
		}
	})
}

func TestOnlyTheOwnPracticeIsChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, later := house(t, d), c.Now().Add(time.Hour)
		for _, who := range []struct {
			actor.Actor
			kind fault.Kind
		}{{lea, fault.KindForbidden}, {ward, fault.KindForbidden}, {desk, fault.KindForbidden}, {abroad, fault.KindNotFound}} {
			ctx := by(t, who.Actor)
			absence := directory.Absence{From: later, To: later.Add(time.Hour)}
			_, away := s.AddAbsence(ctx, person("anne"), absence)
			for i, err := range []error{
				s.SayBusy(ctx, person("anne"), later), s.SayOpen(ctx, person("anne"), later), s.SetWindows(ctx, person("anne"), nil), away,
				s.EndAbsence(ctx, person("anne"), "x"), s.ChangePractice(ctx, person("anne"), directory.Practice{}),
			} {
				if fault.KindOf(err) != who.kind {
					t.Errorf("%s changed anne (%d): %v", who.Account, i, err)
				}
			}
		}
		if err := s.SayBusy(by(t, keeper), person("anne"), later); err != nil {
			t.Errorf("the administrator of the territory: %v", err)
		}
		if err := s.SayBusy(by(t, anne), person("nobody"), later); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("nobody: %v", err)
		}
		if err := s.SayBusy(t.Context(), person("anne"), later); fault.KindOf(err) != fault.KindUnauthenticated {
			t.Errorf("no actor: %v", err)
		}
	})
}

func TestWindowsAndPractice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s, ctx := house(t, d), by(t, anne)
		windows := []civil.Window{{Days: civil.Monday | civil.Holidays, From: 480, To: 1440}, {Days: civil.EveryDay | civil.NoHolidays, From: 1320, To: 360}}
		if err := s.SetWindows(ctx, person("anne"), windows); err != nil {
			t.Fatal(err)
		}
		if got := practice(t, d, person("anne")).Windows; len(got) != 2 || !slices.Contains(got, windows[0]) || !slices.Contains(got, windows[1]) {
			t.Errorf("windows: %+v", got)
		}
		err := s.SetWindows(ctx, person("anne"), []civil.Window{{}, {Days: civil.Monday, From: -5, To: 9000}})
		if got := fault.Fields(err); len(got) != 2 || got[0].Code != "civil.window.days" || got[1].Code != "civil.window.hours" {
			t.Errorf("faults: %v", err)
		}
		wanted := directory.Practice{
			Communes: []territory.CommuneCode{evry}, Radius: 12.5, Acts: []nomenclature.ActCode{"IDE08"}, Modes: []nomenclature.Mode{nomenclature.HomeVisit},
			Networks: []string{"CPTS"}, Wakes: true, Quiet: civil.Night{From: 1200, To: 400},
		}
		if err := s.ChangePractice(ctx, person("anne"), wanted); err != nil {
			t.Fatal(err)
		}
		got := practice(t, d, person("anne"))
		if !slices.Equal(got.Communes, wanted.Communes) || got.Radius != 12.5 || !slices.Equal(got.Acts, wanted.Acts) || !got.Wakes || got.Quiet != wanted.Quiet || len(got.Windows) != 2 {
			t.Errorf("practice: %+v", got)
		}
		if got := ids(candidates(t, d, directory.Query{Profession: nomenclature.Nurse, Commune: evry})); !slices.Contains(got, "anne") {
			t.Errorf("in Évry: %v", got)
		}
		err = s.ChangePractice(ctx, person("anne"), directory.Practice{
			Communes: []territory.CommuneCode{"00000"}, Radius: 101, Acts: []nomenclature.ActCode{"MK01"}, Modes: []nomenclature.Mode{"FUSEE"},
			Networks: []string{strings.Repeat("a", 300)}, Quiet: civil.Night{From: 1440},
		})
		if fields(err) != "radius communes acts modes networks quiet" {
			t.Errorf("faults: %v", err)
		}
	})
}

func fields(err error) string {
	var out []string
	for _, f := range fault.Fields(err) {
		out = append(out, f.Field)
	}
	return strings.Join(out, " ")
}

func TestAbsences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now, ctx := house(t, d), c.Now(), by(t, anne)
		soon := directory.Absence{From: now.Add(time.Hour), To: now.Add(50 * time.Hour), Replacement: "lea", Reason: " congés  d’été "}
		id, err := s.AddAbsence(ctx, person("anne"), soon)
		if err != nil {
			t.Fatal(err)
		}
		p := practice(t, d, person("anne"))
		if len(p.Absences) != 1 || p.Absences[0].ID != id || p.Absences[0].Reason != "congés d’été" || !p.Absences[0].To.Equal(soon.To) {
			t.Errorf("absences: %+v", p.Absences)
		}
		c.Advance(2 * time.Hour)
		for range 2 {
			if err := s.EndAbsence(ctx, person("anne"), id); err != nil {
				t.Fatal(err)
			}
		}
		if p := practice(t, d, person("anne")); len(p.Absences) != 0 {
			t.Errorf("ended, and still %+v", p.Absences)
		}
		next, err := s.AddAbsence(ctx, person("anne"), directory.Absence{From: now.Add(100 * time.Hour), To: now.Add(110 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.EndAbsence(by(t, lea), person("lea"), next); err != nil {
			t.Fatal(err)
		}
		if p := practice(t, d, person("anne")); len(p.Absences) != 1 {
			t.Error("somebody else ended an absence of anne")
		}
		if err := s.EndAbsence(ctx, person("anne"), next); err != nil {
			t.Fatal(err)
		}
		if p := practice(t, d, person("anne")); len(p.Absences) != 0 {
			t.Errorf("forgotten, and still %+v", p.Absences)
		}
	})
}

func TestAbsenceRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s, now := house(t, d), c.Now()
		hours := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
		for code, a := range map[string]directory.Absence{
			"directory.absence.from":  {To: hours(2)},
			"directory.absence.to":    {From: hours(2)},
			"directory.absence.order": {From: hours(2), To: hours(2)},
			"directory.absence.past":  {From: hours(-2), To: hours(-1)},
			"directory.absence.long":  {From: hours(1), To: hours(24 * 400)},
			"directory.absence.far":   {From: hours(24 * 900), To: hours(24 * 901)},
			"directory.replacement":   {From: hours(1), To: hours(2), Replacement: "sage"},
			"directory.long":          {From: hours(1), To: hours(2), Reason: strings.Repeat("x", 300)},
		} {
			if _, err := s.AddAbsence(by(t, anne), person("anne"), a); fault.CodeOf(err) != code || len(fault.Fields(err)) != 1 {
				t.Errorf("%s: %v", code, err)
			}
		}
		if _, err := s.AddAbsence(by(t, anne), person("anne"), directory.Absence{Replacement: "anne"}); fields(err) != "from to replacement" {
			t.Errorf("all faults together: %v", err)
		}
	})
}

func TestNormalizeReturnsEveryFault(t *testing.T) {
	p := directory.Professional{
		FamilyName: " ", GivenName: strings.Repeat("a", 201), Sex: "X", RPPS: "123", ADELI: "91", Profession: "AMB_ENTREPRISE", Phone: "12", Email: "anne@", Commune: "99999",
		Point: geo.Point{Lat: 100, Lon: 2}, Street: strings.Repeat("b", 201), Practice: directory.Practice{Radius: -1, Windows: []civil.Window{{}}},
	}
	err := p.Normalize()
	if got, want := fields(err), "family_name given_name sex rpps adeli profession territory phone email street commune point radius windows"; got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
	s := directory.Structure{Kind: "x", FINESS: "1", Extension: "12a", Profession: "ROI", Email: "a b@example.org", Phone: "+32 470 12 34 56", Commune: "x"}
	if got, want := fields(s.Normalize()), "name kind profession finess extension territory phone email commune"; got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
	fr := i18n.For("fr")
	for _, f := range append(fault.Fields(err), fault.Fields(s.Normalize())...) {
		if text := fr.Fault(f); strings.Contains(text, "{") || strings.HasPrefix(text, "fault.") {
			t.Errorf("%s reads %q", f.Code, text)
		}
	}
}

func TestKnownRPPSIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		house(t, d)
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := directory.AddProfessional(tx, nurse("twin", "Double", func(p *directory.Professional) { p.RPPS = "10000000011" }))
			return err
		})
		if fault.CodeOf(err) != "directory.rpps_known" || fields(err) != "rpps" {
			t.Errorf("twice the same RPPS: %v", err)
		}
	})
}

func TestStructures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		house(t, d)
		wards := read(t, d, func(tx *db.Tx) ([]directory.Structure, error) { return directory.ServicesOf(tx, "hospital") })
		if len(wards) != 1 || wards[0].Name != "Maternité A" || wards[0].Phone.String() != "01\u00a099\u00a000\u00a012\u00a034" {
			t.Errorf("wards: %+v", wards)
		}
		if all := read(t, d, func(tx *db.Tx) ([]directory.Structure, error) {
			return directory.StructuresIn(tx, "essonne", directory.Ward)
		}); len(all) != 1 {
			t.Errorf("wards of the territory: %+v", all)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := directory.AddStructure(tx, directory.Structure{Territory: "essonne", Kind: directory.Ward, Parent: "nothing", Name: "Orpheline", Commune: corbeil})
			return err
		})
		if fault.CodeOf(err) != "directory.parent" {
			t.Errorf("a ward without establishment: %v", err)
		}
		err = d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := directory.AddMember(tx, directory.Member{Structure: "nothing", Name: "Claire Fictive"})
			return err
		})
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a member of nothing: %v", err)
		}
	})
}
