package queue_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

func TestRunWakesExactlyWhenAJobIsDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		in, out := make(chan queue.Job, 9), make(chan queue.Job, 9)
		q.InTx("in", func(_ *db.Tx, j queue.Job) error { in <- j; return nil })
		q.Outside("out", queue.Policy{}, func(_ context.Context, j queue.Job) error { out <- j; return nil })
		start(t, q)
		due := c.Now().Add(10 * time.Minute)
		for _, kind := range []string{"in", "out"} {
			promise(t, d, q, kind, "later", due, nil)
			promise(t, d, q, kind, "at once", time.Time{}, nil)
		}
		c.Advance(10*time.Minute - time.Millisecond)
		// What comes after the clock moved shows that the dispatcher has looked since.
		for _, kind := range []string{"in", "out"} {
			promise(t, d, q, kind, "a moment before", time.Time{}, nil)
		}
		for kind, c := range map[string]chan queue.Job{"in": in, "out": out} {
			for range 2 {
				if j := receive(t, c); j.Key == "later" {
					t.Errorf("%s: %s came before its time", kind, j.Key)
				}
			}
		}
		c.Advance(time.Millisecond)
		for kind, c := range map[string]chan queue.Job{"in": in, "out": out} {
			if j := receive(t, c); j.Key != "later" || j.Late != 0 {
				t.Errorf("%s: %s came %v late", kind, j.Key, j.Late)
			}
		}
	})
}

func TestALostSignalCostsAPollAtMost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := queue.New(d, queue.Options{Log: quiet})
		got := make(chan string, 9)
		q.InTx("in", func(_ *db.Tx, j queue.Job) error { got <- j.Key; return nil })
		q.Outside("out", queue.Policy{}, func(_ context.Context, j queue.Job) error { got <- j.Key; return nil })
		start(t, q)
		promise(t, d, q, "in", "with a signal", time.Time{}, nil)
		receive(t, got)
		// Another queue on the same table sends its signals to itself.
		deaf := node(d)
		promise(t, d, deaf, "in", "without", time.Time{}, nil)
		promise(t, d, deaf, "out", "without", time.Time{}, nil)
		c.Advance(time.Second)
		receive(t, got)
		receive(t, got)
	})
}

func TestASlowRecipientDelaysNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		release := make(chan struct{})
		got := make(chan string, 300)
		hang := func(_ context.Context, j queue.Job) error {
			if j.Key == "hangs" {
				<-release
			}
			got <- j.Key
			return nil
		}
		q.Outside("sms", queue.Policy{Concurrency: 4}, hang)
		q.Outside("push", queue.Policy{Concurrency: 1}, hang)
		stop := start(t, q)
		promise(t, d, q, "sms", "hangs", time.Time{}, nil)
		promise(t, d, q, "push", "hangs", time.Time{}, nil)
		update(t, d, func(tx *db.Tx) error {
			items := make([]queue.Item, 199)
			for i := range items {
				items[i] = queue.Item{Key: fmt.Sprint(i), Args: i}
			}
			return q.PromiseAll(tx, "sms", time.Time{}, items)
		})
		seen := map[string]int{}
		for range 199 {
			seen[receive(t, got)]++
		}
		if len(seen) != 199 || seen["hangs"] > 0 {
			t.Errorf("%d others were told", len(seen))
		}
		close(release)
		stop()
		if left := rows(t, d); len(left) > 0 {
			t.Errorf("left %+v", left)
		}
	})
}

func TestConcurrencyIsBoundedByKind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		var now, most atomic.Int64
		var wg sync.WaitGroup
		wg.Add(50)
		q.Outside("send", queue.Policy{Concurrency: 3}, func(context.Context, queue.Job) error {
			defer wg.Done()
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			return nil
		})
		update(t, d, func(tx *db.Tx) error { return q.PromiseAll(tx, "send", time.Time{}, make([]queue.Item, 50)) })
		start(t, q)
		wg.Wait()
		if most.Load() > 3 {
			t.Errorf("%d at once", most.Load())
		}
	})
}

func TestStopWaitsForWhatIsUnderWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		begun, release := make(chan struct{}, 9), make(chan struct{})
		q.Outside("send", queue.Policy{Concurrency: 2}, func(ctx context.Context, _ queue.Job) error {
			begun <- struct{}{}
			<-release
			return ctx.Err()
		})
		update(t, d, func(tx *db.Tx) error { return q.PromiseAll(tx, "send", time.Time{}, make([]queue.Item, 5)) })
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- q.Run(ctx) }()
		receive(t, begun)
		receive(t, begun)
		cancel()
		close(release)
		if err := receive(t, ended); err != nil {
			t.Error(err)
		}
		left := rows(t, d)
		if len(left) != 3 {
			t.Errorf("%d left, want the three that had not begun", len(left))
		}
		for _, r := range left {
			if r.State != "waiting" || r.Attempt != 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestStopCutsWhatLastsTooLongAndGivesItBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := queue.New(d, queue.Options{Grace: time.Nanosecond, Log: quiet})
		begun := make(chan struct{}, 9)
		q.Outside("send", queue.Policy{}, func(ctx context.Context, _ queue.Job) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
		stop := start(t, q)
		promise(t, d, q, "send", "", time.Time{}, nil)
		receive(t, begun)
		stop()
		left := rows(t, d)
		if len(left) != 1 || left[0].State != "waiting" || left[0].Attempt != 0 || left[0].Owner != "" {
			t.Errorf("left %+v, want the job free for another node", left)
		}
	})
}

func TestRunTwiceIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		q := node(d)
		got := make(chan struct{}, 1)
		q.InTx("in", func(*db.Tx, queue.Job) error { got <- struct{}{}; return nil })
		start(t, q)
		promise(t, d, q, "in", "", time.Time{}, nil)
		receive(t, got)
		if err := q.Run(t.Context()); err == nil {
			t.Error("a second Run was accepted")
		}
	})
}

func TestWithdrawRacesWithTheDispatcher(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		const n = 200
		q := node(d)
		var done sync.Map
		var count atomic.Int64
		q.InTx("wave", func(_ *db.Tx, j queue.Job) error { done.Store(j.Key, true); count.Add(1); return nil })
		stop := start(t, q)
		var withdrawn sync.Map
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range n / 4 {
					key := fmt.Sprint(w, "-", i)
					promise(t, d, q, "wave", key, time.Time{}, nil)
					update(t, d, func(tx *db.Tx) error {
						gone, err := q.Withdraw(tx, "wave", key)
						if gone == 1 {
							tx.AfterCommit(func() { withdrawn.Store(key, true) })
						}
						return err
					})
				}
			})
		}
		wg.Wait()
		stop()
		drain(t, q)
		cancelled := 0
		withdrawn.Range(func(key, _ any) bool {
			cancelled++
			if _, both := done.Load(key); both {
				t.Errorf("%v was withdrawn and done", key)
			}
			return true
		})
		if int(count.Load())+cancelled != n {
			t.Errorf("%d done + %d withdrawn of %d", count.Load(), cancelled, n)
		}
	})
}

func TestAnHandlerErrorInRunIsTriedAgainWhenDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		q := node(d)
		fixed := func(int) time.Duration { return time.Minute }
		calls := make(chan queue.Job, 9)
		q.Outside("send", queue.Policy{Max: 3, Backoff: fixed}, func(_ context.Context, j queue.Job) error {
			calls <- j
			return errors.New("503")
		})
		start(t, q)
		promise(t, d, q, "send", "", time.Time{}, nil)
		for want := 1; want <= 3; want++ {
			if j := receive(t, calls); j.Attempt != want {
				t.Errorf("attempt %d, want %d", j.Attempt, want)
			}
			// Drain returns once the end of the attempt is written.
			drain(t, q)
			c.Advance(time.Minute)
		}
		drain(t, q)
		if dead, err := q.Dead(t.Context()); err != nil || len(dead) != 1 || dead[0].Reason != "503" || dead[0].Attempt != 3 {
			t.Errorf("dead %+v %v", dead, err)
		}
	})
}
