package queue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

// promised is what the model knows of one job.
type promised struct {
	kind, key string
	due       time.Time
}

// history compares the queue with a list: whatever is promised, withdrawn and waited
// for, each job is done once, not before its time, and none withdrawn is.
type history struct {
	d       *db.DB
	c       *clock.Manual
	q       *queue.Queue
	n       int
	waiting map[int]promised
	done    map[int]int
	fails   map[int]bool // these fail at their first attempt
}

func (h *history) does(t *rapid.T, j queue.Job) error {
	var n int
	if err := j.Args(&n); err != nil {
		return err
	}
	p, ok := h.waiting[n]
	switch {
	case !ok:
		t.Errorf("job %d was done though it was withdrawn or done already", n)
	case h.c.Now().Before(p.due):
		t.Errorf("job %d was done %v too early", n, p.due.Sub(h.c.Now()))
	case p.kind != j.Kind || p.key != j.Key:
		t.Errorf("job %d came as %s %s", n, j.Kind, j.Key)
	}
	if h.fails[n] {
		delete(h.fails, n)
		return errors.New("once")
	}
	delete(h.waiting, n)
	h.done[n]++
	return nil
}

func (h *history) drain(t *rapid.T) {
	if err := h.q.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	for n, p := range h.waiting {
		if !p.due.After(h.c.Now()) && !h.retried(n) {
			t.Errorf("job %d was due %v ago and is not done", n, h.c.Now().Sub(p.due))
		}
	}
}

// retried tells whether the first attempt of n failed, so that it has another due time now.
func (h *history) retried(n int) bool { return n%5 == 0 && !h.fails[n] }

func (h *history) promise(t *rapid.T) {
	p := promised{
		kind: rapid.SampledFrom([]string{"in", "out"}).Draw(t, "kind"),
		key:  fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "key")),
		due:  h.c.Now().Add(time.Duration(rapid.IntRange(-2, 20).Draw(t, "seconds")) * time.Second),
	}
	kept := rapid.IntRange(0, 4).Draw(t, "rolled back") > 0
	undone := errors.New("undone")
	h.n++
	err := h.d.Update(context.Background(), func(tx *db.Tx) error {
		if err := h.q.Promise(tx, p.kind, p.key, p.due, h.n); err != nil || kept {
			return err
		}
		return undone
	})
	if kept == (err != nil) {
		t.Fatal(err)
	}
	if kept {
		h.waiting[h.n] = p
		h.fails[h.n] = h.n%5 == 0
		if !h.fails[h.n] {
			delete(h.fails, h.n)
		}
	}
}

func (h *history) withdraw(t *rapid.T) {
	kind := rapid.SampledFrom([]string{"in", "out"}).Draw(t, "kind")
	key := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "key"))
	var n int64
	if err := h.d.Update(context.Background(), func(tx *db.Tx) (err error) {
		n, err = h.q.Withdraw(tx, kind, key)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for id, p := range h.waiting {
		if p.kind == kind && p.key == key {
			delete(h.waiting, id)
			n--
		}
	}
	if n != 0 {
		t.Errorf("the count of withdrawn jobs is off by %d", n)
	}
}

func TestAnyHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		rapid.Check(t, func(rt *rapid.T) {
			if err := d.Update(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec("DELETE FROM job"); return err }); err != nil {
				rt.Fatal(err)
			}
			h := &history{d: d, c: c, q: node(d), waiting: map[int]promised{}, done: map[int]int{}, fails: map[int]bool{}}
			h.q.InTx("in", func(_ *db.Tx, j queue.Job) error { return h.does(rt, j) })
			h.q.Outside("out", queue.Policy{}, func(_ context.Context, j queue.Job) error { return h.does(rt, j) })
			rt.Repeat(map[string]func(*rapid.T){
				"promise":  h.promise,
				"withdraw": h.withdraw,
				"drain":    h.drain,
				"advance": func(t *rapid.T) {
					c.Advance(time.Duration(rapid.IntRange(1, 30).Draw(t, "seconds")) * time.Second)
				},
			})
			c.Advance(time.Minute)
			h.drain(rt)
			c.Advance(time.Minute)
			h.drain(rt)
			if len(h.waiting) > 0 {
				rt.Errorf("never done: %v", h.waiting)
			}
			for n, times := range h.done {
				if times != 1 {
					rt.Errorf("job %d was done %d times", n, times)
				}
			}
		})
	})
}
