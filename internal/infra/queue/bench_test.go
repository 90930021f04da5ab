package queue_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

// The figures count the disk: SQLite always waits for it, the private PostgreSQL
// does with DBTEST_FSYNC=1. Each stands beside a floor measured in the same run: an
// outbox table claimed by a plain loop, without kinds, retries, fences or timers.

// sender hands n jobs over and tells how long after the commit the last one began.
type sender func(b *testing.B, n int) time.Duration

// BenchmarkCommitToHandler measures one job at a time on an idle node. Targets: p50 ≤ 2 ms, p99 ≤ 20 ms.
func BenchmarkCommitToHandler(b *testing.B) { compare(b, 1) }

// BenchmarkLastOf200 measures when the last of 200 jobs begins. Target: p99 ≤ 150 ms.
func BenchmarkLastOf200(b *testing.B) { compare(b, 200) }

func compare(b *testing.B, n int) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, way := range []string{"intx", "outside"} {
			b.Run(string(engine)+"/"+way, func(b *testing.B) {
				d := dbtest.Open(b, engine, clock.Real())
				ours, floor := jobs(b, d, way), bare(b, d)
				for range 20 {
					ours(b, n)
					floor(b, n)
				}
				var mine, least []time.Duration
				for b.Loop() {
					mine = append(mine, ours(b, n))
					least = append(least, floor(b, n))
				}
				report(b, "", mine)
				report(b, "floor-", least)
				b.ReportMetric(ms(quantile(mine, 0.5))/ms(quantile(least, 0.5)), "ratio")
				b.ReportMetric(0, "ns/op") // it would count both
			})
		}
	}
}

func report(b *testing.B, prefix string, took []time.Duration) {
	b.ReportMetric(ms(quantile(took, 0.5)), prefix+"p50-ms")
	b.ReportMetric(ms(quantile(took, 0.99)), prefix+"p99-ms")
}

func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[int(q*float64(len(took)-1))]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// jobs sends by the queue.
func jobs(b *testing.B, d *db.DB, way string) sender {
	q := queue.New(d, queue.Options{Log: quiet})
	began := make(chan time.Time, 1024)
	q.InTx("intx", func(*db.Tx, queue.Job) error { began <- clock.Real().Now(); return nil })
	q.Outside("outside", queue.Policy{}, func(context.Context, queue.Job) error { began <- clock.Real().Now(); return nil })
	start(b, q)
	return func(b *testing.B, n int) time.Duration {
		items := make([]queue.Item, n)
		for i := range items {
			items[i] = queue.Item{Key: fmt.Sprint(i), Args: i}
		}
		committed := make(chan time.Time, 1)
		update(b, d, func(tx *db.Tx) error {
			tx.AfterCommit(func() { committed <- clock.Real().Now() })
			return q.PromiseAll(tx, way, time.Time{}, items)
		})
		return last(began, n).Sub(<-committed)
	}
}

// last returns the latest of n instants.
func last(began <-chan time.Time, n int) (t time.Time) {
	for range n {
		if at := <-began; at.After(t) {
			t = at
		}
	}
	return t
}

// bare sends by an outbox table and a loop, the least that keeps a promise.
func bare(b *testing.B, d *db.DB) sender {
	update(b, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(`CREATE TABLE bare (id TEXT COLLATE "C" PRIMARY KEY, state TEXT NOT NULL, due BIGINT NOT NULL)`); err != nil {
			return err
		}
		_, err := tx.Exec("CREATE INDEX bare_due ON bare (due) WHERE state = 'queued'")
		return err
	})
	signal, began := make(chan struct{}, 1), make(chan time.Time, 1024)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	b.Cleanup(func() { cancel(); <-ended })
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-signal:
				sendBare(b, d, began)
			}
		}
	}()
	return func(b *testing.B, n int) time.Duration {
		committed := make(chan time.Time, 1)
		update(b, d, func(tx *db.Tx) error {
			for range n {
				if _, err := tx.Exec("INSERT INTO bare (id, state, due) VALUES ($1, 'queued', $2)", ident.New[string](tx.Now()), db.Ms(tx.Now())); err != nil {
					return err
				}
			}
			tx.AfterCommit(func() {
				committed <- clock.Real().Now()
				signal <- struct{}{}
			})
			return nil
		})
		return last(began, n).Sub(<-committed)
	}
}

func sendBare(b *testing.B, d *db.DB, began chan<- time.Time) {
	var claimed []string
	if err := d.Update(context.Background(), func(tx *db.Tx) (err error) {
		claimed, err = db.All(tx, db.Value[string], `WITH picked AS (SELECT id FROM bare WHERE state = 'queued' AND due <= $1 LIMIT 200 FOR UPDATE SKIP LOCKED)
			UPDATE bare SET state = 'leased' WHERE id IN (SELECT id FROM picked) RETURNING id`, db.Ms(tx.Now()))
		return err
	}); err != nil {
		b.Error(err)
	}
	for range claimed {
		began <- clock.Real().Now()
	}
	if err := d.Update(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM bare WHERE state = 'leased'")
		return err
	}); err != nil {
		b.Error(err)
	}
}

// BenchmarkThroughput works through jobs promised beforehand, no-op each.
func BenchmarkThroughput(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, way := range []string{"intx", "outside"} {
			b.Run(string(engine)+"/"+way, func(b *testing.B) {
				d := dbtest.Open(b, engine, clock.Real())
				q := queue.New(d, queue.Options{Log: quiet})
				var left atomic.Int64
				done := make(chan struct{})
				end := func() {
					if left.Add(-1) == 0 {
						close(done)
					}
				}
				q.InTx("intx", func(*db.Tx, queue.Job) error { end(); return nil })
				q.Outside("outside", queue.Policy{}, func(context.Context, queue.Job) error { end(); return nil })
				left.Store(int64(b.N))
				update(b, d, func(tx *db.Tx) error { return q.PromiseAll(tx, way, time.Time{}, make([]queue.Item, b.N)) })
				b.ResetTimer()
				start(b, q)
				<-done
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
			})
		}
	}
}
