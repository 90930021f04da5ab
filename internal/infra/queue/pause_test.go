package queue_test

import (
	"context"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

// A node that paused is woken by what it promises and takes none of it; another one does all
// of it. Once it takes jobs again, it takes what is due at once.
func TestAPausedNodeTakesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		got := make(chan string, 99)
		named := func(name string) *queue.Queue {
			q := node(d)
			q.InTx("in", func(*db.Tx, queue.Job) error { got <- name; return nil })
			q.Outside("out", queue.Policy{}, func(context.Context, queue.Job) error { got <- name; return nil })
			return q
		}
		paused, other := named("paused"), named("other")
		start(t, paused)
		stop := start(t, other)
		paused.Pause()
		for i := range 10 {
			for _, kind := range []string{"in", "out"} {
				promise(t, d, paused, kind, string(rune('a'+i)), time.Time{}, nil)
			}
		}
		for _, kind := range []string{"in", "out"} {
			promise(t, d, other, kind, "last", time.Time{}, nil) // its signal makes the other look
		}
		for range 22 {
			if who := receive(t, got); who != "other" {
				t.Fatalf("taken by the %s node", who)
			}
		}
		stop()
		promise(t, d, paused, "in", "due", time.Time{}, nil)
		promise(t, d, paused, "out", "due", time.Time{}, nil)
		paused.Resume()
		for range 2 {
			if who := receive(t, got); who != "paused" {
				t.Errorf("taken by the %s node", who)
			}
		}
	})
}

// What a node had in hand when it paused is finished and written.
func TestAPausedNodeFinishesWhatItDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		began, may := make(chan struct{}), make(chan struct{})
		q.Outside("long", queue.Policy{}, func(context.Context, queue.Job) error {
			close(began)
			<-may
			return nil
		})
		stop := start(t, q)
		promise(t, d, q, "long", "k", time.Time{}, nil)
		receive(t, began)
		q.Pause()
		c.Advance(queue.DefaultPolicy.Lease / 2) // its lease is prolonged meanwhile
		close(may)
		stop() // which waits until all that ended is written
		if left := waiting(t, d, "long"); left != 0 {
			t.Errorf("%d jobs are still there", left)
		}
	})
}

// waiting counts the jobs of a kind that are not done.
func waiting(t testing.TB, d *db.DB, kind string) (n int64) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM job WHERE kind = $1 AND state NOT IN ('done', 'dead')`, kind)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
