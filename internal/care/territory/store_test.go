package territory_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

var (
	platform = actor.Actor{Account: "a-platform", Roles: []actor.Role{actor.RolePlatformAdmin}}
	local    = actor.Actor{Account: "a-local", Territory: "essonne", Roles: []actor.Role{actor.RoleTerritoryAdmin}}
	nurse    = actor.Actor{Account: "a-nurse", Territory: "essonne", Roles: []actor.Role{actor.RoleProfessional}}
)

func by(t *testing.T, a actor.Actor) context.Context { return actor.With(t.Context(), a) }

func house(t *testing.T, d *db.DB) *territory.Service {
	t.Helper()
	s := territory.NewService(d)
	n := territory.New{ID: "essonne", Name: " Essonne Sud ", Communes: []territory.CommuneCode{"91174", "91228", "91174", "91386"}}
	if _, err := s.Create(by(t, platform), n); err != nil {
		t.Fatal(err)
	}
	return s
}

func view[T any](t *testing.T, d *db.DB, read func(tx *db.Tx) (T, error)) T {
	t.Helper()
	var v T
	if err := d.View(t.Context(), func(tx *db.Tx) (err error) { v, err = read(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTerritory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		got := view(t, d, func(tx *db.Tx) (territory.Territory, error) { return territory.Of(tx, "essonne") })
		if got.Name != "Essonne Sud" || got.Zone != "Europe/Paris" || !got.Center.Valid() || got.Location().String() != "Europe/Paris" {
			t.Errorf("territory: %+v", got)
		}
		communes := view(t, d, func(tx *db.Tx) ([]territory.Commune, error) { return territory.CommunesIn(tx, "essonne") })
		if len(communes) != 3 || communes[0].Code != "91174" {
			t.Errorf("communes: %v", communes)
		}
		if err := s.Redraw(by(t, platform), "essonne", []territory.CommuneCode{"75056"}); err != nil {
			t.Fatal(err)
		}
		holding := view(t, d, func(tx *db.Tx) ([]territory.Territory, error) { return territory.Holding(tx, "75111") })
		if len(holding) != 1 || holding[0].ID != "essonne" {
			t.Errorf("the 11th arrondissement is in %v", holding)
		}
		if all := view(t, d, territory.All); len(all) != 1 {
			t.Errorf("all: %v", all)
		}
	})
}

func TestTerritoryRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		_, err := s.Create(by(t, platform), territory.New{Name: " ", Communes: []territory.CommuneCode{"00000", "91174"}})
		if got := fault.Fields(err); len(got) != 2 || got[0].Field != "name" || got[1].Field != "communes" {
			t.Errorf("faults: %v", err)
		}
		for _, a := range []actor.Actor{local, nurse} {
			if _, err := s.Create(by(t, a), territory.New{Name: "X", Communes: []territory.CommuneCode{"91174"}}); fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("%s created a territory: %v", a.Account, err)
			}
		}
		if err := s.Redraw(by(t, platform), "nowhere", []territory.CommuneCode{"91174"}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("redraw nothing: %v", err)
		}
		if err := s.Redraw(by(t, platform), "essonne", nil); fault.CodeOf(err) != "territory.communes.missing" {
			t.Errorf("redraw to nothing: %v", err)
		}
		if _, err := s.Create(t.Context(), territory.New{}); fault.KindOf(err) != fault.KindUnauthenticated {
			t.Errorf("nobody created a territory: %v", err)
		}
	})
}

func TestSettingsAreVersioned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := house(t, d)
		if keys, err := s.Save(by(t, local), "essonne", edit("reply.u0", "12m", "waves.on", "true", "undo", "2m")); err != nil || len(keys) != 2 {
			t.Fatalf("%v, %v", keys, err)
		}
		c.Advance(time.Hour)
		if _, err := s.Save(by(t, platform), "essonne", edit("reply.u0", "15m", "waves.on", "true")); err != nil {
			t.Fatal(err)
		}
		got := view(t, d, func(tx *db.Tx) (territory.Settings, error) { return territory.SettingsOf(tx, "essonne") })
		if got.Reply[nomenclature.U0] != 15*time.Minute || !got.Waves || got.Undo != 2*time.Minute {
			t.Errorf("settings: %+v", got)
		}
		history := view(t, d, func(tx *db.Tx) ([]territory.Change, error) { return territory.History(tx, "essonne") })
		if len(history) != 3 || history[0].Account != "a-platform" || history[0].Version != 2 || history[0].Value != "15m" || !history[0].At.Equal(c.Now()) {
			t.Errorf("history: %+v", history)
		}
		if other := view(t, d, func(tx *db.Tx) (territory.Settings, error) { return territory.SettingsOf(tx, "other") }); other.Reply[nomenclature.U0] != 10*time.Minute {
			t.Errorf("a territory that chose nothing: %+v", other)
		}
	})
}

func TestSettingsRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		_, err := s.Save(by(t, local), "essonne", edit("reply.u0", "x", "usual.share", "500", "undo", "3m", "night", "07:00-7:00"))
		if got := fault.Fields(err); len(got) != 3 {
			t.Errorf("faults: %v", err)
		}
		if got := view(t, d, func(tx *db.Tx) (territory.Settings, error) { return territory.SettingsOf(tx, "essonne") }); got.Undo != 2*time.Minute {
			t.Error("a refused form was half written")
		}
		elsewhere := local
		elsewhere.Territory = "bas-rhin"
		for _, a := range []actor.Actor{nurse, elsewhere} {
			if _, err := s.Save(by(t, a), "essonne", edit("undo", "3m")); fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("%+v saved: %v", a, err)
			}
		}
	})
}

func TestContours(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		for range 2 { // an import may be made again
			file, err := os.Open(filepath.Join("testdata", "two.topo.json"))
			if err != nil {
				t.Fatal(err)
			}
			done, err := s.ImportContours(by(t, platform), file)
			if err := file.Close(); err != nil {
				t.Error(err)
			}
			if err != nil || done.Communes != 2 || !slices.Equal(done.Unknown, []territory.CommuneCode{"91999"}) {
				t.Fatalf("import: %+v, %v", done, err)
			}
		}
		m := view(t, d, func(tx *db.Tx) (territory.Map, error) { return territory.MapOf(tx, "essonne") })
		if len(m.Communes) != 3 || len(m.Communes[0].Rings) != 1 || len(m.Communes[1].Rings) != 2 || len(m.Communes[2].Rings) != 0 {
			t.Fatalf("map: %+v", m)
		}
		ring := m.Communes[0].Rings[0]
		if ring[0] != ring[len(ring)-1] || ring[0] != [2]float64{2.45, 48.5} {
			t.Errorf("ring: %v", ring)
		}
		if p := m.Path(m.Communes[1], 600); strings.Count(p, "M") != 2 || strings.Count(p, "Z") != 2 || !strings.HasPrefix(p, "M") {
			t.Errorf("path: %s", p)
		}
		for _, c := range m.Communes {
			if x, y := m.Place(c.Point, 600); x < 0 || x > 600 || y < 0 || y > m.Height(600) {
				t.Errorf("%s is drawn at %.0f, %.0f outside of 600 × %.0f", c.Name, x, y, m.Height(600))
			}
		}
	})
}

func TestContoursRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		for name, text := range map[string]string{
			"not JSON": "hello", "GeoJSON": `{"type":"FeatureCollection"}`, "empty": "",
			"missing arc":  `{"type":"Topology","arcs":[],"objects":{"a":{"type":"Polygon","arcs":[[7]],"properties":{"c":"91174"}}}}`,
			"not a degree": `{"type":"Topology","arcs":[[[652000,6860000],[1,1],[2,2],[3,3]]],"objects":{"a":{"type":"Polygon","arcs":[[0]],"properties":{"c":"91174"}}}}`,
			"wrong arcs":   `{"type":"Topology","arcs":[],"objects":{"a":{"type":"Polygon","arcs":"x","properties":{"c":"91174"}}}}`,
		} {
			if _, err := s.ImportContours(by(t, platform), strings.NewReader(text)); fault.CodeOf(err) != "territory.contours.malformed" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.ImportContours(by(t, platform), strings.NewReader(`{"type":"Topology"}`)); fault.CodeOf(err) != "territory.contours.none" {
			t.Errorf("nothing inside: %v", err)
		}
		if _, err := s.ImportContours(by(t, local), strings.NewReader("")); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a territory administrator imported contours: %v", err)
		}
	})
}
