package queue_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

func TestAPromiseSharesTheFateOfItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		var done []string
		q.InTx("move", func(_ *db.Tx, j queue.Job) error { done = append(done, j.Key); return nil })
		promise(t, d, q, "move", "kept", time.Time{}, nil)
		refused := errors.New("refused")
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			if err := q.Promise(tx, "move", "undone", time.Time{}, nil); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		drain(t, q)
		if !slices.Equal(done, []string{"kept"}) {
			t.Errorf("done %v, want only what was committed", done)
		}
		if left := rows(t, d); len(left) > 0 {
			t.Errorf("rows left: %v", left)
		}
	})
}

func TestAHandlerReceivesItsJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		type ask struct{ Request, Wave string }
		q := node(d)
		due := c.Now().Add(time.Minute)
		check := func(ctx context.Context, j queue.Job) {
			var a ask
			if err := j.Args(&a); err != nil || a != (ask{"r1", "2"}) {
				t.Errorf("args %v, %v", a, err)
			}
			if j.Key != "r1" || j.Attempt != 1 || !j.Due.Equal(due) || j.Late != time.Second || j.ID == "" {
				t.Errorf("job %+v", j)
			}
			if who, ok := actor.From(ctx); !ok || !who.IsSystem() {
				t.Errorf("done as %v", who)
			}
		}
		calls := 0
		q.InTx("in", func(tx *db.Tx, j queue.Job) error { calls++; check(tx.Context(), j); return nil })
		q.Outside("out", queue.Policy{}, func(ctx context.Context, j queue.Job) error { calls++; check(ctx, j); return nil })
		promise(t, d, q, "in", "r1", due, ask{"r1", "2"})
		promise(t, d, q, "out", "r1", due, ask{"r1", "2"})
		drain(t, q)
		if calls != 0 {
			t.Fatal("called before its time")
		}
		if next, ok, err := q.NextDue(t.Context()); err != nil || !ok || !next.Equal(due) {
			t.Errorf("next due %v %v %v, want %v", next, ok, err, due)
		}
		c.Advance(61 * time.Second)
		drain(t, q)
		if calls != 2 {
			t.Errorf("%d calls, want 2", calls)
		}
		if _, ok, err := q.NextDue(t.Context()); ok || err != nil {
			t.Errorf("something is still due: %v", err)
		}
	})
}

func TestAFailureUndoesTheWorkAndIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		attempts := 0
		q.InTx("move", func(tx *db.Tx, j queue.Job) error {
			attempts++
			if j.Attempt != attempts {
				t.Errorf("attempt %d says %d", attempts, j.Attempt)
			}
			if err := q.Promise(tx, "trace", j.Key, c.Now().Add(time.Hour), nil); err != nil {
				return err
			}
			if attempts < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		promise(t, d, q, "move", "r1", time.Time{}, nil)
		drain(t, q)
		left := rows(t, d)
		if len(left) != 1 || left[0].Attempt != 1 || left[0].Reason != "not yet" || left[0].Kind != "move" {
			t.Fatalf("after a failure: %+v", left)
		}
		if wait := left[0].Due.Sub(c.Now()); wait < 500*time.Millisecond || wait > time.Second {
			t.Errorf("tried again after %v, want half a second to a second", wait)
		}
		c.Advance(time.Second)
		drain(t, q)
		c.Advance(2 * time.Second)
		drain(t, q)
		left = rows(t, d)
		if attempts != 3 || len(left) != 1 || left[0].Kind != "trace" {
			t.Errorf("%d attempts left %+v", attempts, left)
		}
	})
}

func TestIntentions(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer error
		want   row
	}{
		{"snooze", queue.Snooze(time.Minute), row{State: "waiting", Due: dbtest.Start.Add(time.Minute)}},
		{"cancel", queue.Cancel("accepted meanwhile"), row{State: "cancelled", Reason: "accepted meanwhile"}},
		{"discard", queue.Discard("no such phone"), row{State: "discarded", Reason: "no such phone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
				q := node(d)
				q.InTx("in", func(tx *db.Tx, _ queue.Job) error {
					if err := q.Promise(tx, "trace", "", tx.Now().Add(time.Hour), nil); err != nil {
						return err
					}
					err := c.answer
					fault.Wrap(&err, "as handlers do")
					return err
				})
				q.Outside("out", queue.Policy{}, func(context.Context, queue.Job) error { return c.answer })
				promise(t, d, q, "in", "", time.Time{}, nil)
				promise(t, d, q, "out", "", time.Time{}, nil)
				drain(t, q)
				seen := map[string]int{}
				for _, r := range rows(t, d) {
					seen[r.Kind]++
					if r.Kind == "trace" {
						continue
					}
					if r.State != c.want.State || r.Reason != c.want.Reason || r.Owner != "" || r.LeaseUntil != 0 {
						t.Errorf("%+v, want %+v", r, c.want)
					}
					if r.State == "waiting" && (!r.Due.Equal(c.want.Due) || r.Attempt != 0) {
						t.Errorf("snoozed to %v after %d attempts", r.Due, r.Attempt)
					}
				}
				if seen["in"] != 1 || seen["out"] != 1 || seen["trace"] != 1 {
					t.Errorf("rows %v: an intention keeps the work and the job", seen)
				}
			})
		})
	}
}

func TestWhatCannotBeDoneIsDeadAndNothingElseIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		done := 0
		handle := func(j queue.Job) error {
			var n int
			if err := j.Args(&n); err != nil {
				return err
			}
			if n == 0 {
				var none []int
				return errors.New("never reached" + string(rune(none[n]))) //nolint:govet // the panic is what is tried
			}
			done++
			return nil
		}
		once := queue.Policy{Max: 1}
		q.InTx("in", func(_ *db.Tx, j queue.Job) error { return handle(j) })
		q.Outside("out", once, func(_ context.Context, j queue.Job) error { return handle(j) })
		for _, kind := range []string{"in", "out"} {
			promise(t, d, q, kind, "poisoned", time.Time{}, "not a number")
			promise(t, d, q, kind, "panics", time.Time{}, 0)
			promise(t, d, q, kind, "fine", time.Time{}, 1)
		}
		promise(t, d, q, "nobody knows", "waits", time.Time{}, nil)
		drain(t, q)
		if done != 2 {
			t.Errorf("%d done, want the two that are fine", done)
		}
		dead, err := q.Dead(t.Context())
		if err != nil || len(dead) != 3 {
			t.Fatalf("dead %+v %v, want both poisoned and the panic that had one attempt", dead, err)
		}
		for _, j := range dead {
			want := "arguments of"
			if j.Key == "panics" {
				want = "panic: runtime error: index out of range"
			}
			if !strings.HasPrefix(j.Reason, want) || j.Ended.IsZero() || j.State != queue.Dead {
				t.Errorf("%+v, want a reason that begins with %q", j, want)
			}
			if j.Key == "panics" && !strings.Contains(j.Reason, "queue_test.go") && !strings.Contains(j.Reason, "TestWhatCannot") {
				t.Errorf("%q does not say where", j.Reason)
			}
		}
		figures, err := q.Figures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(figures, func(f queue.Figure) bool {
			return f.Kind == "nobody knows" && f.State == queue.Waiting && f.Count == 1 && !f.Known
		}) {
			t.Errorf("figures %+v do not show the job without handler", figures)
		}
	})
}

func TestRetryTakesADeadJobUpAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		broken := true
		q.Outside("send", queue.Policy{Max: 1}, func(context.Context, queue.Job) error {
			if broken {
				return errors.New("500")
			}
			return nil
		})
		promise(t, d, q, "send", "", time.Time{}, nil)
		drain(t, q)
		dead, err := q.Dead(t.Context())
		if err != nil || len(dead) != 1 {
			t.Fatal(dead, err)
		}
		broken = false
		if err := q.Retry(t.Context(), dead[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := q.Retry(t.Context(), dead[0].ID); fault.CodeOf(err) != "queue.not_dead" {
			t.Errorf("a second retry: %v", err)
		}
		drain(t, q)
		if left := rows(t, d); len(left) > 0 {
			t.Errorf("left %+v", left)
		}
	})
}

func TestWithdrawCancelsWhatWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		var done []string
		q.InTx("wave", func(_ *db.Tx, j queue.Job) error { done = append(done, j.Key); return nil })
		for _, key := range []string{"r1", "r1", "r2"} {
			promise(t, d, q, "wave", key, time.Time{}, nil)
		}
		update(t, d, func(tx *db.Tx) error {
			n, err := q.Withdraw(tx, "wave", "r1")
			if n != 2 {
				t.Errorf("%d withdrawn, want 2", n)
			}
			return err
		})
		drain(t, q)
		if !slices.Equal(done, []string{"r2"}) {
			t.Errorf("done %v", done)
		}
		for _, r := range rows(t, d) {
			if r.State != "cancelled" || r.Reason != "withdrawn" {
				t.Errorf("%+v is not kept visible", r)
			}
		}
	})
}

func TestAnnounceReachesEachSubscriberOnItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		var heard []string
		q.Subscribe("request.unfilled", "slots", func(_ *db.Tx, id string) error { heard = append(heard, "slots "+id); return nil })
		q.Subscribe("request.unfilled", "broken", func(*db.Tx, string) error { return errors.New("down") })
		q.Subscribe("request.unfilled", "waitlist", func(_ *db.Tx, id string) error { heard = append(heard, "waitlist "+id); return nil })
		update(t, d, func(tx *db.Tx) error {
			return errors.Join(q.Announce(tx, "request.unfilled", "r1"), q.Announce(tx, "nobody.cares", "r1"))
		})
		drain(t, q)
		slices.Sort(heard)
		if !slices.Equal(heard, []string{"slots r1", "waitlist r1"}) {
			t.Errorf("heard %v", heard)
		}
		if left := rows(t, d); len(left) != 1 || left[0].Kind != "request.unfilled/broken" {
			t.Errorf("left %+v, want the subscriber that is down", left)
		}
	})
}

func TestEnsurePromisesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		calls := 0
		q.InTx("audit", func(*db.Tx, queue.Job) error { calls++; return queue.Snooze(time.Minute) })
		for range 3 {
			update(t, d, func(tx *db.Tx) error { return q.Ensure(tx, "audit", "", time.Time{}, nil) })
		}
		drain(t, q)
		c.Advance(time.Minute)
		drain(t, q)
		if left := rows(t, d); calls != 2 || len(left) != 1 {
			t.Errorf("%d calls, %d rows, want 2 and 1", calls, len(left))
		}
		update(t, d, func(tx *db.Tx) error {
			if _, err := q.Withdraw(tx, "audit", ""); err != nil {
				return err
			}
			return q.Ensure(tx, "audit", "", time.Time{}, nil)
		})
		drain(t, q)
		if calls != 3 {
			t.Errorf("%d calls: a withdrawn job is not ensured again", calls)
		}
	})
}

func TestJobsAreDoneInTheOrderOfTheirTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		var done []string
		note := func(j queue.Job) { done = append(done, j.Kind+j.Key) }
		q.InTx("deadline", func(_ *db.Tx, j queue.Job) error { note(j); return nil })
		q.Outside("send", queue.Policy{}, func(_ context.Context, j queue.Job) error { note(j); return nil })
		q.InTx("wave", func(tx *db.Tx, j queue.Job) error {
			note(j)
			return q.Promise(tx, "send", j.Key, tx.Now(), nil)
		})
		now := c.Now()
		promise(t, d, q, "deadline", "1", now.Add(3*time.Minute), nil)
		promise(t, d, q, "wave", "1", now.Add(2*time.Minute), nil)
		promise(t, d, q, "wave", "0", now.Add(time.Minute), nil)
		c.Advance(2 * time.Hour)
		drain(t, q)
		if got := strings.Join(done, " "); got != "wave0 wave1 deadline1 send0 send1" {
			t.Errorf("done %s", got)
		}
	})
}

func TestPurgeForgetsWhatEndedLongAgo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		q.InTx("in", func(_ *db.Tx, j queue.Job) error {
			if j.Key == "dead" {
				var n int
				return j.Args(&n)
			}
			return queue.Discard("nothing to do")
		})
		promise(t, d, q, "in", "dead", time.Time{}, "x")
		promise(t, d, q, "in", "discarded", time.Time{}, nil)
		update(t, d, func(tx *db.Tx) error { return q.Ensure(tx, "queue.purge", "", time.Time{}, nil) })
		for _, want := range []int{2, 1, 0} {
			drain(t, q)
			if left := rows(t, d); len(left) != want {
				t.Errorf("%v: %d rows, want %d", c.Now(), len(left), want)
			}
			c.Advance(24 * 24 * time.Hour)
		}
	})
}
