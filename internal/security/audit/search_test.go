package audit_test

import (
	"fmt"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
)

// A search is bounded by days, narrowed by act, author and outcome, and goes on from page to page without missing or
// repeating a line; it is written itself, and is the auditor's alone.
func TestTheTrailIsSearched(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		auditor := actor.With(t.Context(), actor.Actor{Account: "a", Name: "Odile Auditrice", Roles: []actor.Role{actor.RoleAuditor}})
		write := func(name string, e audit.Event) {
			t.Helper()
			if err := d.Update(actor.With(t.Context(), actor.Actor{Account: "acc-" + name, Name: name, Roles: []actor.Role{actor.RoleProfessional}}), func(tx *db.Tx) error { return a.Record(tx, e) }); err != nil {
				t.Fatal(err)
			}
		}
		yesterday := c.Now()
		write("Claire Exemple", audit.Event{Action: "session.open"})
		c.Advance(24 * time.Hour)
		today := c.Now()
		for i := range 450 {
			write("Karim 100%_", audit.Event{Action: "request.show", Object: "request", ObjectID: fmt.Sprint(i)})
		}
		write("Claire Exemple", audit.Event{Action: "patient.show", Outcome: audit.Refused})
		c.Advance(time.Hour)
		day := audit.Query{From: today.Add(-time.Minute), To: c.Now()}
		find := func(q audit.Query) ([]audit.Line, string) {
			t.Helper()
			lines, next, err := a.Search(auditor, q)
			if err != nil {
				t.Fatal(err)
			}
			return lines, next
		}
		seen, pages := map[string]bool{}, 0
		for q := day; ; pages++ {
			lines, next := find(q)
			for _, l := range lines {
				if seen[l.ID] || l.At.Before(q.From) || !l.At.Before(q.To) {
					t.Fatalf("%+v twice, or of another day", l)
				}
				seen[l.ID] = true
			}
			if q.Before = next; next == "" {
				break
			}
		}
		if len(seen) != 451 || pages != 2 {
			t.Errorf("%d lines in %d pages more", len(seen), pages)
		}
		for name, one := range map[string]struct {
			q    audit.Query
			want int
		}{
			"an act":           {audit.Query{From: day.From, To: day.To, Action: "patient."}, 1},
			"an author":        {audit.Query{From: day.From, To: day.To, Name: "claire"}, 1},
			"a joker":          {audit.Query{From: day.From, To: day.To, Name: "100%_"}, 200},
			"another joker":    {audit.Query{From: day.From, To: day.To, Name: "1%0"}, 0},
			"what was refused": {audit.Query{From: day.From, To: day.To, Refused: true}, 1},
			"the day before":   {audit.Query{From: yesterday, To: yesterday.Add(time.Minute)}, 1},
			"searches":         {audit.Query{From: day.From, To: c.Now().Add(time.Minute), Action: "audit.search"}, 3},
		} {
			if lines, _ := find(one.q); len(lines) < one.want || name != "searches" && len(lines) != one.want {
				t.Errorf("%s: %d lines, want %d", name, len(lines), one.want)
			}
		}
		for code, q := range map[string]audit.Query{
			"audit.bounds": {From: day.To, To: day.From}, "audit.long": {From: day.From, To: day.From.Add(audit.SearchFor + 1)},
		} {
			if _, _, err := a.Search(auditor, q); fault.CodeOf(fault.Fields(err)[0]) != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		nurse := actor.With(t.Context(), actor.Actor{Account: "n", Roles: []actor.Role{actor.RoleSupervisorNurse, actor.RolePlatformAdmin}})
		if _, _, err := a.Search(nurse, day); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("who is no auditor: %v", err)
		}
	})
}
