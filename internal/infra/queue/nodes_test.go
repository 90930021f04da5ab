package queue_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

// nodes opens n houses on one database and one clock.
func nodes(t *testing.T, engine db.Engine, n int) ([]*db.DB, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(dbtest.Start)
	address := dbtest.Address(t, engine)
	all := make([]*db.DB, n)
	for i := range all {
		all[i] = dbtest.OpenAt(t, address, c)
	}
	return all, c
}

func eachEngine(t *testing.T, fn func(t *testing.T, engine db.Engine)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, engine)
		})
	}
}

func TestSeveralNodesShareTheJobsAndEachIsDoneOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		for _, n := range []int{2, 4} {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				const jobs = 250 // of each way
				houses, c := nodes(t, engine, n)
				queues := make([]*queue.Queue, n)
				var mu sync.Mutex
				done := map[string]int{}
				var all sync.WaitGroup
				all.Add(2 * jobs)
				for i, d := range houses {
					q := queue.New(d, queue.Options{Log: quiet})
					queues[i] = q
					note := func(j queue.Job) {
						mu.Lock()
						defer mu.Unlock()
						if done[j.Kind+j.Key]++; done[j.Kind+j.Key] == 1 {
							all.Done()
						}
					}
					q.InTx("in", func(tx *db.Tx, j queue.Job) error { tx.AfterCommit(func() { note(j) }); return nil })
					q.Outside("out", queue.Policy{Concurrency: 16}, func(_ context.Context, j queue.Job) error { note(j); return nil })
				}
				items := make([]queue.Item, jobs)
				for i := range items {
					items[i].Key = fmt.Sprint(i)
				}
				for _, kind := range []string{"in", "out"} {
					update(t, houses[0], func(tx *db.Tx) error { return queues[0].PromiseAll(tx, kind, time.Time{}, items) })
				}
				stops := make([]func(), n)
				for i, q := range queues {
					stops[i] = start(t, q)
				}
				all.Wait()
				for _, stop := range stops {
					stop()
				}
				c.Advance(time.Hour)
				drain(t, queues[0])
				for job, times := range done {
					if times != 1 {
						t.Errorf("%s was done %d times", job, times)
					}
				}
				if left := rows(t, houses[0]); len(left) > 0 {
					t.Errorf("left %+v", left)
				}
			})
		}
	})
}

func TestTheJobOfASilentNodeReturnsAndItsLateEndIsIgnored(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		houses, c := nodes(t, engine, 2)
		frozen, other := node(houses[0]), node(houses[1])
		begun, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		frozen.Outside("send", queue.Policy{}, func(context.Context, queue.Job) error {
			close(begun)
			<-thaw
			return nil
		})
		var attempts []int
		other.Outside("send", queue.Policy{Backoff: func(int) time.Duration { return time.Minute }}, func(_ context.Context, j queue.Job) error {
			attempts = append(attempts, j.Attempt)
			if len(attempts) == 1 {
				// The other node wakes up and says "done" while this one is at work.
				close(thaw)
				if err := receive(t, thawed); err != nil {
					t.Error(err)
				}
				if held := rows(t, houses[1]); len(held) != 1 || held[0].State != "leased" || held[0].Attempt != 2 {
					t.Errorf("the late end changed %+v", held)
				}
				return fmt.Errorf("attempt %d fails", j.Attempt)
			}
			return nil
		})
		promise(t, houses[0], frozen, "send", "", time.Time{}, nil)
		// Drain does not renew while its handler runs: it stands for a frozen process.
		go func() { thawed <- frozen.Drain(t.Context()) }()
		receive(t, begun)
		c.Advance(queue.DefaultPolicy.Lease - time.Millisecond)
		drain(t, other)
		if len(attempts) > 0 {
			t.Fatal("taken before its lease ended")
		}
		c.Advance(time.Millisecond)
		drain(t, other)
		c.Advance(time.Minute)
		drain(t, other)
		if fmt.Sprint(attempts) != "[2 3]" {
			t.Errorf("attempts %v, want 2 and 3 on the other node", attempts)
		}
		if left := rows(t, houses[1]); len(left) > 0 {
			t.Errorf("left %+v", left)
		}
	})
}

func TestALongAttemptKeepsItsLease(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		houses, c := nodes(t, engine, 2)
		q, other := node(houses[0]), node(houses[1])
		begun, release := make(chan struct{}, 1), make(chan struct{})
		q.Outside("send", queue.Policy{}, func(ctx context.Context, _ queue.Job) error {
			begun <- struct{}{}
			<-release
			return ctx.Err()
		})
		other.Outside("send", queue.Policy{}, func(context.Context, queue.Job) error {
			t.Error("taken although its node is at work")
			return nil
		})
		stop := start(t, q)
		promise(t, houses[0], q, "send", "", time.Time{}, nil)
		receive(t, begun)
		for range 5 {
			c.Advance(queue.DefaultPolicy.Lease * 3 / 4)
			for renewed := false; !renewed; {
				held := rows(t, houses[1])
				renewed = held[0].LeaseUntil > db.Ms(c.Now().Add(queue.DefaultPolicy.Lease/2))
			}
			drain(t, other)
		}
		close(release)
		stop()
		if left := rows(t, houses[0]); len(left) > 0 {
			t.Errorf("left %+v", left)
		}
	})
}

func TestRunTakesOverWhenALeaseEnds(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		houses, c := nodes(t, engine, 2)
		dead, alive := node(houses[0]), queue.New(houses[1], queue.Options{Log: quiet})
		begun, thaw := make(chan struct{}), make(chan struct{})
		dead.Outside("send", queue.Policy{}, func(context.Context, queue.Job) error { close(begun); <-thaw; return nil })
		got := make(chan queue.Job, 1)
		alive.Outside("send", queue.Policy{}, func(_ context.Context, j queue.Job) error { got <- j; return nil })
		promise(t, houses[0], dead, "send", "", time.Time{}, nil)
		thawed := make(chan error, 1)
		go func() { thawed <- dead.Drain(t.Context()) }()
		receive(t, begun)
		start(t, alive)
		c.Advance(queue.DefaultPolicy.Lease + time.Second) // the lease, and a poll
		if j := receive(t, got); j.Attempt != 2 || j.Late != queue.DefaultPolicy.Lease+time.Second {
			t.Errorf("%+v", j)
		}
		close(thaw)
		if err := receive(t, thawed); err != nil {
			t.Error(err)
		}
	})
}

func TestAJobThatSilencesEveryNodeIsDead(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		houses, c := nodes(t, engine, 2)
		fatal, other := node(houses[0]), node(houses[1])
		begun, thaw, thawed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		once := queue.Policy{Max: 1}
		fatal.Outside("send", once, func(context.Context, queue.Job) error { close(begun); <-thaw; return nil })
		other.Outside("send", once, func(context.Context, queue.Job) error { t.Error("tried again"); return nil })
		promise(t, houses[0], fatal, "send", "", time.Time{}, nil)
		go func() { thawed <- fatal.Drain(t.Context()) }()
		receive(t, begun)
		c.Advance(queue.DefaultPolicy.Lease)
		drain(t, other)
		if dead, err := other.Dead(t.Context()); err != nil || len(dead) != 1 {
			t.Errorf("dead %+v %v", dead, err)
		}
		close(thaw)
		if err := receive(t, thawed); err != nil {
			t.Error(err)
		}
	})
}

func TestCutConnectionsLoseNothing(t *testing.T) {
	const jobs = 60
	address := dbtest.Address(t, db.Postgres)
	d, other := dbtest.OpenAt(t, address, clock.Real()), dbtest.OpenAt(t, address, clock.Real())
	q := queue.New(d, queue.Options{Poll: 20 * time.Millisecond, Log: quiet})
	seen, sent := map[string]bool{}, make(chan string, 10*jobs)
	q.InTx("in", func(_ *db.Tx, j queue.Job) error { sent <- j.Kind + j.Key; return nil })
	q.Outside("out", queue.Policy{Lease: 200 * time.Millisecond}, func(_ context.Context, j queue.Job) error { sent <- j.Kind + j.Key; return nil })
	start(t, q)
	for i := range jobs {
		for _, kind := range []string{"in", "out"} {
			promise(t, other, q, kind, fmt.Sprint(i), time.Time{}, nil)
		}
		if i%20 == 10 {
			update(t, other, func(tx *db.Tx) error {
				_, err := db.All(tx, db.Value[bool], "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
				return err
			})
		}
	}
	for len(seen) < 2*jobs {
		seen[receive(t, sent)] = true
	}
}
