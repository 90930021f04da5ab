package directory_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

const (
	corbeil = territory.CommuneCode("91174")
	evry    = territory.CommuneCode("91228")
	etampes = territory.CommuneCode("91223") // 35 km away
)

// Who acts in these tests.
var (
	anne    = actor.Actor{Account: "a1", Person: "anne", Territory: "essonne", Roles: []actor.Role{actor.RoleProfessional}}
	lea     = actor.Actor{Account: "a2", Person: "lea", Territory: "essonne", Roles: []actor.Role{actor.RoleProfessional}}
	ward    = actor.Actor{Account: "a3", Structure: "maternity", Territory: "essonne", Roles: []actor.Role{actor.RoleService}}
	desk    = actor.Actor{Account: "a4", Territory: "essonne", Roles: []actor.Role{actor.RoleOperator}}
	keeper  = actor.Actor{Account: "a5", Territory: "essonne", Roles: []actor.Role{actor.RoleTerritoryAdmin}}
	abroad  = actor.Actor{Account: "a6", Person: "zoe", Territory: "marne", Roles: []actor.Role{actor.RoleProfessional}}
	auditor = actor.Actor{Account: "a7", Territory: "essonne", Roles: []actor.Role{actor.RoleAuditor}}
)

func by(t *testing.T, a actor.Actor) context.Context { return actor.With(t.Context(), a) }

func person(id string) directory.Subject {
	return directory.Subject{Kind: directory.KindProfessional, ID: id}
}

func team(id string) directory.Subject {
	return directory.Subject{Kind: directory.KindStructure, ID: id}
}

func nurse(id, family string, change func(p *directory.Professional)) directory.Professional {
	p := directory.Professional{
		ID: id, Territory: "essonne", FamilyName: family, GivenName: "Anne", Sex: "F", Profession: nomenclature.Nurse,
		Phone: "06 39 98 12 34", Email: id + "@example.org", Commune: corbeil,
	}
	if change != nil {
		change(&p)
	}
	return p
}

func add(t *testing.T, d *db.DB, people []directory.Professional, teams []directory.Structure) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for _, s := range teams {
			if _, err := directory.AddStructure(tx, s); err != nil {
				return err
			}
		}
		for _, p := range people {
			if _, err := directory.AddProfessional(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// house holds a few people around Corbeil-Essonnes.
func house(t *testing.T, d *db.DB) *directory.Service {
	t.Helper()
	mornings := []civil.Window{{Days: civil.EveryDay, From: 7 * 60, To: 12 * 60}}
	add(t, d, []directory.Professional{
		nurse("anne", "Dupont", func(p *directory.Professional) {
			p.Civility, p.RPPS, p.Structure, p.Windows = "Mme", "10 0000 0001 1", "cabinet", mornings
			p.Communes = []territory.CommuneCode{corbeil, evry, corbeil}
		}),
		nurse("lea", "Éluard", func(p *directory.Professional) {
			p.Commune, p.Communes, p.Acts, p.Wakes = evry, []territory.CommuneCode{corbeil}, []nomenclature.ActCode{"IDE01"}, true
			p.Modes, p.Networks, p.Quiet = []nomenclature.Mode{nomenclature.HomeVisit}, []string{"CPTS Centre Essonne"}, civil.Night{From: 1200, To: 420}
		}),
		nurse("rayon", "Rayon", func(p *directory.Professional) { p.Commune, p.Radius = evry, 10 }),
		nurse("loin", "Loin", func(p *directory.Professional) { p.Commune, p.Radius = etampes, 10 }),
		nurse("large", "Large", func(p *directory.Professional) { p.Commune, p.Radius, p.Territory = etampes, 50, "marne" }),
		nurse("sage", "Femme", func(p *directory.Professional) {
			p.Profession, p.Communes = nomenclature.Midwife, []territory.CommuneCode{corbeil}
		}),
		nurse("zoe", "Zola", func(p *directory.Professional) { p.Territory, p.Commune = "marne", "51108" }),
	}, []directory.Structure{
		{ID: "hospital", Territory: "essonne", Kind: directory.Establishment, Name: "Hôpital fictif", Commune: corbeil},
		{ID: "maternity", Territory: "essonne", Kind: directory.Ward, Parent: "hospital", Name: "Maternité A", Commune: corbeil, Phone: "01 99 00 12 34", Extension: "45 12"},
		{ID: "cabinet", Territory: "essonne", Kind: directory.Cabinet, Name: "Cabinet des Lilas", Commune: corbeil, Profession: nomenclature.Nurse, Practice: directory.Practice{Communes: []territory.CommuneCode{corbeil}}},
	})
	return directory.NewService(d)
}

func read[T any](t *testing.T, d *db.DB, fn func(tx *db.Tx) (T, error)) T {
	t.Helper()
	var v T
	if err := d.View(t.Context(), func(tx *db.Tx) (err error) { v, err = fn(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return v
}

func candidates(t *testing.T, d *db.DB, q directory.Query) []directory.Candidate {
	t.Helper()
	return read(t, d, func(tx *db.Tx) ([]directory.Candidate, error) { return directory.Candidates(tx, q) })
}

func ids(list []directory.Candidate) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

func TestCandidates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := house(t, d)
		if _, err := s.AddAbsence(by(t, anne), person("anne"), directory.Absence{From: c.Now().Add(time.Hour), To: c.Now().Add(3 * time.Hour), Replacement: "lea"}); err != nil {
			t.Fatal(err)
		}
		q := directory.Query{Territory: "essonne", Profession: nomenclature.Nurse, Commune: corbeil}
		got := candidates(t, d, q)
		if want := []string{"anne", "cabinet", "lea", "rayon", "large"}; !slices.Equal(ids(got), want) {
			t.Fatalf("candidates %v, want %v", ids(got), want)
		}
		a, l, r, far := got[0], got[2], got[3], got[4]
		if !a.Covers || !a.Reaches || a.Km != 0 || a.Name != "Mme Anne Dupont" || len(a.Windows) != 1 || len(a.Absences) != 1 || a.Absences[0].Replacement != "lea" || a.Neighbour {
			t.Errorf("anne: %+v", a)
		}
		if !slices.Equal(l.Acts, []nomenclature.ActCode{"IDE01"}) || !l.Wakes || l.Quiet.To != 420 || len(l.Networks) != 1 || l.Km < 3 || l.Km > 7 {
			t.Errorf("lea: %+v", l)
		}
		if r.Covers || !r.Reaches || !far.Neighbour || far.Km < 25 {
			t.Errorf("rayon: %+v, large: %+v", r, far)
		}
		q.Point = geo.Point{Lat: 48.43, Lon: 2.16} // care wanted near Étampes
		if got := ids(candidates(t, d, q)); !slices.Equal(got, []string{"large", "loin", "lea", "anne", "cabinet"}) {
			t.Errorf("near Étampes: %v", got)
		}
		c.Advance(4 * time.Hour)
		if got := candidates(t, d, directory.Query{Profession: nomenclature.Nurse, Commune: evry}); got[0].ID != "rayon" || len(got[1].Absences) != 0 {
			t.Errorf("in Évry, later: %v", ids(got))
		}
		if n := read(t, d, func(tx *db.Tx) (int, error) { return directory.CountByProfession(tx, "essonne", nomenclature.Nurse) }); n != 5 {
			t.Errorf("%d nurses in the territory, want 5", n)
		}
	})
}

func TestCandidatesInAnArrondissement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		add(t, d, []directory.Professional{
			nurse("city", "Ville", func(p *directory.Professional) {
				p.Commune, p.Communes = "75056", []territory.CommuneCode{"75056"}
			}),
			nurse("eleventh", "Onze", func(p *directory.Professional) {
				p.Commune, p.Communes = "75111", []territory.CommuneCode{"75111"}
			}),
		}, nil)
		got := candidates(t, d, directory.Query{Profession: nomenclature.Nurse, Commune: "75111"})
		if !slices.Equal(ids(got), []string{"eleventh", "city"}) {
			t.Errorf("in the 11th: %v", ids(got))
		}
	})
}

func TestCandidatesOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		house(t, d)
		q := directory.Query{Territory: "essonne", Profession: nomenclature.Nurse, Commune: corbeil}
		subjects := []directory.Subject{person("loin"), team("cabinet"), person("nobody"), person("sage"), person("loin"), {}}
		got := read(t, d, func(tx *db.Tx) ([]directory.Candidate, error) { return directory.CandidatesOf(tx, q, subjects) })
		if !slices.Equal(ids(got), []string{"loin", "cabinet", "sage"}) || got[0].Reaches || !got[1].Covers || got[2].Profession != nomenclature.Midwife {
			t.Errorf("candidates: %+v", got)
		}
	})
}

func TestCards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		house(t, d)
		cards := read(t, d, func(tx *db.Tx) (map[directory.Subject]directory.Card, error) {
			return directory.ByIDs(tx, []directory.Subject{person("anne"), team("maternity"), person("nobody")})
		})
		a, m := cards[person("anne")], cards[team("maternity")]
		if len(cards) != 2 || a.Name != "Mme Anne Dupont" || !strings.HasPrefix(a.Label, "Infirmière") || a.Structure != "Cabinet des Lilas" || a.Phone != "+33639981234" {
			t.Errorf("anne: %+v", a)
		}
		if m.Label != "Maternité A" || m.Structure != "Hôpital fictif" || m.Extension != "4512" || !m.Active {
			t.Errorf("maternity: %+v", m)
		}
		for _, c := range []struct{ professional, structure, want string }{
			{"anne", "", a.Label}, {"", "maternity", "Maternité A"}, {"anne", "maternity", "Maternité A"}, {"anne", "cabinet", a.Label}, {"nobody", "maternity", "Maternité A"}, {"", "", ""},
		} {
			card := read(t, d, func(tx *db.Tx) (directory.Card, error) { return directory.CardOf(tx, c.professional, c.structure) })
			if card.Label != c.want {
				t.Errorf("CardOf(%q, %q) is read %q, want %q", c.professional, c.structure, card.Label, c.want)
			}
		}
	})
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		for _, c := range []struct {
			who    actor.Actor
			filter directory.Filter
			want   string
		}{
			{anne, directory.Filter{Text: "eluard"}, "lea"},
			{anne, directory.Filter{Text: "ANNE él"}, "lea"},
			{anne, directory.Filter{Text: "lilas"}, "cabinet"},
			{anne, directory.Filter{Text: "upont"}, ""},
			{anne, directory.Filter{Text: "%"}, "cabinet anne lea sage hospital loin maternity rayon"},
			{anne, directory.Filter{Kind: directory.KindStructure}, "cabinet hospital maternity"},
			{anne, directory.Filter{Profession: nomenclature.Midwife}, "sage"},
			{anne, directory.Filter{Commune: evry}, "anne lea rayon"},
			{anne, directory.Filter{Page: 1}, ""},
			{abroad, directory.Filter{}, "large zoe"},
			{ward, directory.Filter{Text: "dup", Profession: nomenclature.Nurse, Commune: corbeil}, "anne"},
		} {
			page, err := s.Search(by(t, c.who), c.filter)
			var got []string
			for _, card := range page.Cards {
				got = append(got, card.ID)
			}
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("Search(%+v) = %v (%v), want %s", c.filter, got, err, c.want)
			}
		}
		if _, err := s.Search(by(t, auditor), directory.Filter{}); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("the auditor searched: %v", err)
		}
		if _, err := s.Search(t.Context(), directory.Filter{}); fault.KindOf(err) != fault.KindUnauthenticated {
			t.Errorf("nobody searched: %v", err)
		}
	})
}

func TestSearchPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := directory.NewService(d)
		var many []directory.Professional
		const people = 2*directory.PageSize + 10
		for i := range people {
			id := fmt.Sprintf("n%03d", i)
			many = append(many, nurse(id, "Nom"+id, nil))
		}
		add(t, d, many, nil)
		var got []string
		for page := range 3 {
			p, err := s.Search(by(t, anne), directory.Filter{Page: page})
			if err != nil || p.More != (page < 2) {
				t.Fatalf("page %d: more %t, %v", page, p.More, err)
			}
			for _, c := range p.Cards {
				got = append(got, c.ID)
			}
		}
		if len(got) != people || !slices.IsSorted(got) {
			t.Errorf("pages give %v", got)
		}
	})
}

func TestShow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := directory.AddMember(tx, directory.Member{Structure: "maternity", Name: "Claire Fictive", Role: "sage-femme coordinatrice", Phone: "01 99 00 12 35"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who              actor.Actor
			of               directory.Subject
			change, practice bool
		}{
			{anne, person("anne"), true, true}, {lea, person("anne"), false, false}, {desk, person("anne"), false, true},
			{keeper, person("anne"), true, true}, {ward, team("maternity"), true, true}, {anne, team("maternity"), false, false},
		} {
			e, err := s.Show(by(t, c.who), c.of)
			if err != nil || e.MayChange != c.change || (e.Practice != nil) != c.practice || (c.of.Kind == directory.KindStructure) != (len(e.Members) == 1) {
				t.Errorf("%s sees %s: %+v, %v", c.who.Account, c.of.ID, e, err)
			}
		}
		for _, of := range []directory.Subject{person("anne"), person("nobody"), {}} {
			if _, err := s.Show(by(t, abroad), of); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("another territory sees %q: %v", of.ID, err)
			}
		}
	})
}
