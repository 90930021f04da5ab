package territory_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
)

// edit changes keys, written before their values.
func edit(pairs ...string) territory.Edit {
	e := territory.Edit{Values: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		e.Values[pairs[i]] = pairs[i+1]
	}
	return e
}

// keeper enrols somebody who keeps the rules.
func keeper(t *testing.T, d *db.DB) actor.Actor {
	t.Helper()
	accounts, err := auth.New(d, nil, audit.New(d), auth.Options{HashMemoryKiB: 64}) // nothing is sealed here
	if err != nil {
		t.Fatal(err)
	}
	var a auth.Account
	err = d.Update(by(t, actor.System("test")), func(tx *db.Tx) (err error) {
		a, err = accounts.Create(tx, auth.NewAccount{Login: "solene", Name: "Solène Fictive", Roles: []actor.Role{actor.RoleService, actor.RoleTerritoryAdmin}, Territory: "essonne"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a.Actor()
}

func TestRulesTellTheirStory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := house(t, d)
		solene := keeper(t, d)
		e := edit("reply.u2", "3h", "undo", "5m")
		e.Why = " Les tournées finissent plus tard. "
		if _, err := s.Save(by(t, solene), "essonne", e); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
		if _, err := s.Save(by(t, solene), "essonne", edit("reply.u2", "2h")); err != nil {
			t.Fatal(err)
		}
		rules, err := s.Rules(by(t, solene), "essonne")
		if err != nil || len(rules.History) != 3 {
			t.Fatalf("%+v, %v", rules.History, err)
		}
		last, first := rules.History[0], rules.History[1]
		if last.Key != "reply.u2" || last.Before != "3h" || last.Value != "2h" || last.Name != "Solène Fictive" || last.Role != actor.RoleTerritoryAdmin {
			t.Errorf("the last change: %+v", last)
		}
		if first.Before != "2h" || first.Why != "Les tournées finissent plus tard." {
			t.Errorf("the first change: %+v", first)
		}
		if v, ok := rules.Latest("undo"); !ok || v.Value != "5m" {
			t.Errorf("latest undo: %+v", v)
		}
		if _, ok := rules.Latest("night"); ok {
			t.Error("the night never changed")
		}
		read, err := s.Rules(by(t, nurse), "essonne")
		if err != nil || read.History[0].Name != "" || read.History[0].Role != actor.RoleTerritoryAdmin {
			t.Errorf("a nurse reads %+v, %v", read.History, err)
		}
		elsewhere := nurse
		elsewhere.Territory = "bas-rhin"
		if _, err := s.Rules(by(t, elsewhere), "essonne"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestSaveRefusesWhatHasMovedMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		if _, err := s.Save(by(t, local), "essonne", edit("undo", "5m")); err != nil {
			t.Fatal(err)
		}
		late := edit("undo", "9m", "reply.u0", "x")
		late.Seen = map[string]string{"undo": "2m", "reply.u0": "10m"}
		late.Why = strings.Repeat("é", territory.WhyMax+1)
		_, err := s.Save(by(t, local), "essonne", late)
		var codes []string
		for _, f := range fault.Fields(err) {
			codes = append(codes, f.Code+"@"+f.Field)
		}
		if got := strings.Join(codes, " "); got != "territory.setting.malformed.duration@reply.u0 territory.setting.moved@undo territory.setting.why@why" {
			t.Error(got)
		}
		same := edit("undo", "5m")
		same.Seen = map[string]string{"undo": "2m"}
		if keys, err := s.Save(by(t, local), "essonne", same); err != nil || len(keys) != 0 {
			t.Errorf("both wanted the same: %v, %v", keys, err)
		}
	})
}

func TestEachChangeAndEachRefusalIsRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := house(t, d)
		if _, err := s.Save(by(t, local), "essonne", edit("undo", "5m", "night", "22:00-06:00")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(by(t, nurse), "essonne", edit("undo", "1m")); fault.KindOf(err) != fault.KindForbidden {
			t.Fatal(err)
		}
		got := view(t, d, func(tx *db.Tx) ([]string, error) {
			return db.All(tx, db.Value[string], `SELECT account || ' ' || outcome || ' ' || detail FROM audit WHERE action = 'territory.setting' ORDER BY at, id`)
		})
		if strings.Join(got, "; ") != "a-local ok night 21:00-07:00 > 22:00-06:00; a-local ok undo 2m > 5m; a-nurse refused territory.forbidden" {
			t.Errorf("%q", got)
		}
	})
}
