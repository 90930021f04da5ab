package audit_test

import (
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

func TestTheJobSealsByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a, q := audit.New(d), queue.New(d, queue.Options{})
		a.Register(q)
		for range 2 {
			if err := a.Start(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		drain := func(after time.Duration) audit.Report {
			c.Advance(after)
			if err := q.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			return verify(t, a)
		}
		fill(t, d, a, 1203)
		if r := drain(0); r.Rows != 0 {
			t.Errorf("at once: %+v", r)
		}
		for range 3 { // two snoozes of a millisecond between three seals
			drain(audit.SealEvery)
		}
		if r := drain(time.Second); r.Seals != 3 || r.Rows != 1203 || r.Broken != nil {
			t.Errorf("after the rest: %+v", r)
		}
		saw(t, a, "pat-1")
		if r := drain(2 * audit.SealEvery); r.Seals != 4 || r.Waiting != 0 || r.Broken != nil {
			t.Errorf("later: %+v", r)
		}
		if dead, err := q.Dead(t.Context()); err != nil || len(dead) != 0 {
			t.Errorf("dead jobs: %v, %v", dead, err)
		}
	})
}
