package testkit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/testkit"
)

// The whole path of a request, on the real clock, with its access check, matching,
// encryption, audit and messages. The disk counts: SQLite always waits for it, the
// private PostgreSQL does with DBTEST_FSYNC=1. The floor, measured in the same run, is
// an outbox table claimed by a plain loop: what a promise costs when nobody asks
// whether it may be made.

// BenchmarkRequestToFirst measures from the call that triggers to the first hand-over
// to a channel, one professional asked. Target: p50 ≤ 10 ms, p99 ≤ 50 ms.
func BenchmarkRequestToFirst(b *testing.B) { requests(b, 1) }

// BenchmarkRequestToLastOf200 measures to the hand-over to the last of 200 asked. Target: p99 ≤ 150 ms.
func BenchmarkRequestToLastOf200(b *testing.B) { requests(b, 200) }

// asking triggers once and tells how long the last of those asked waited for his
// message: since the call, and since the commit.
type asking func(b *testing.B) (asked, committed time.Duration)

func requests(b *testing.B, asked int) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		ours, floor := wholePath(b, engine, asked), barePath(b, engine, asked)
		for range 10 {
			ours(b)
			floor(b)
		}
		var mine, kept, least, leastKept []time.Duration
		for b.Loop() {
			asked, committed := ours(b)
			mine, kept = append(mine, asked), append(kept, committed)
			asked, committed = floor(b)
			least, leastKept = append(least, asked), append(leastKept, committed)
		}
		report(b, "", mine)
		report(b, "floor-", least)
		report(b, "commit-", kept)
		report(b, "commit-floor-", leastKept)
		b.ReportMetric(ms(quantile(mine, 0.5))/ms(quantile(least, 0.5)), "ratio")
		b.ReportMetric(0, "ns/op") // it would count both
	})
}

func report(b *testing.B, prefix string, took []time.Duration) {
	b.Helper()
	b.ReportMetric(ms(quantile(took, 0.5)), prefix+"p50-ms")
	b.ReportMetric(ms(quantile(took, 0.99)), prefix+"p99-ms")
}

func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[int(q*float64(len(took)-1))]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// hand is a channel that notes when it is handed something, and for whom.
type hand struct{ took chan handed }

type handed struct {
	target string
	at     time.Time
}

var _ notify.Channel = hand{}

func (hand) Name() string { return notify.SMSChannel }

func (h hand) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	h.took <- handed{m.Target, clock.Real().Now()}
	return notify.Receipt{ProviderID: string(m.ID), Delivered: true}, nil
}

// wholePath is a running house in which a ward asks and so many nurses are asked.
func wholePath(b *testing.B, engine db.Engine, asked int) asking {
	b.Helper()
	wire := hand{make(chan handed, 4096)}
	h := openReal(b, engine, wire)
	h.Settlement()
	_, err := h.Territories.Save(h.As(actor.System("bench")), testkit.Territory, territory.Edit{Values: map[string]string{"notify.texts_request": "0"}})
	h.Must(err) // two hundred texts of two segments are the budget of a request
	ward := h.Ward("Maternité A")
	nurses := make([]*testkit.Person, asked)
	for i := range nurses {
		nurses[i] = h.Professional(testkit.Professional{Name: fmt.Sprintf("Numéro %d", i), Wakes: true})
	}
	runQueue(b, h.House)
	return func(b *testing.B) (asked, committed time.Duration) {
		b.Helper()
		a := testkit.Ask(h, testkit.Urgency(nomenclature.U0)) // the bench may run at night, when others are let sleep
		a.Once = ident.New[string](clock.Real().Now())
		begun := clock.Real().Now()
		var commit time.Time
		err := h.DB.Update(ward.Ctx(), func(tx *db.Tx) (err error) {
			tx.AfterCommit(func() { commit = clock.Real().Now() })
			_, err = h.Requests.TriggerIn(tx, a)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		last := lastOf(b, wire.took, nurses)
		calmDown(b, h.House, time.Millisecond) // each request is measured on an idle node
		return last.Sub(begun), last.Sub(commit)
	}
}

// lastOf returns when the last of nurses was handed his message.
func lastOf(b *testing.B, took <-chan handed, nurses []*testkit.Person) (last time.Time) {
	b.Helper()
	waiting := map[string]bool{}
	for _, n := range nurses {
		waiting[n.Phone] = true
	}
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for len(waiting) > 0 {
		select {
		case m := <-took:
			if waiting[m.target] {
				last = m.at
			}
			delete(waiting, m.target)
		case <-patience.C:
			b.Fatalf("%d people were not told", len(waiting))
		}
	}
	return last
}

// calmDown waits until nothing due is left, looking so often.
func calmDown(b *testing.B, h *app.House, often time.Duration) {
	b.Helper()
	for {
		var busy int64
		if err := h.DB.View(context.Background(), func(tx *db.Tx) (err error) {
			busy, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM job WHERE (state = 'waiting' AND due <= $1) OR state = 'leased'`, db.Ms(tx.Now()))
			return err
		}); err != nil {
			b.Fatal(err)
		}
		if busy == 0 {
			return
		}
		<-clock.Real().NewTimer(often).C()
	}
}

func runQueue(b *testing.B, h *app.House) {
	b.Helper()
	ctx, stop := context.WithCancel(actor.With(context.Background(), actor.System("bench")))
	ended := make(chan error, 1)
	go func() { ended <- h.Queue.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Errorf("the queue: %v", err)
		}
	})
}

// barePath sends by an outbox table and a loop, the least that keeps a promise.
func barePath(b *testing.B, engine db.Engine, asked int) asking {
	b.Helper()
	d := dbtest.Open(b, engine, clock.Real())
	in(b, d, func(tx *db.Tx) error {
		if _, err := tx.Exec(`CREATE TABLE bare (id TEXT COLLATE "C" PRIMARY KEY, state TEXT NOT NULL, due BIGINT NOT NULL)`); err != nil {
			return err
		}
		_, err := tx.Exec("CREATE INDEX bare_due ON bare (due) WHERE state = 'queued'")
		return err
	})
	signal, took, ended := make(chan struct{}, 1), make(chan time.Time, 4096), make(chan struct{})
	go func() {
		defer close(ended)
		for range signal {
			handBare(b, d, took)
		}
	}()
	b.Cleanup(func() { close(signal); <-ended })
	return func(b *testing.B) (last, committed time.Duration) {
		b.Helper()
		begun := clock.Real().Now()
		var commit time.Time
		in(b, d, func(tx *db.Tx) error {
			for range asked {
				if _, err := tx.Exec("INSERT INTO bare (id, state, due) VALUES ($1, 'queued', $2)", ident.New[string](tx.Now()), db.Ms(tx.Now())); err != nil {
					return err
				}
			}
			tx.AfterCommit(func() { commit = clock.Real().Now(); signal <- struct{}{} })
			return nil
		})
		for range asked {
			last = max(last, (<-took).Sub(begun))
		}
		return last, last - commit.Sub(begun)
	}
}

func handBare(b *testing.B, d *db.DB, took chan<- time.Time) {
	b.Helper()
	var claimed []string
	in(b, d, func(tx *db.Tx) (err error) {
		claimed, err = db.All(tx, db.Value[string], `WITH picked AS (SELECT id FROM bare WHERE state = 'queued' AND due <= $1 LIMIT 200 FOR UPDATE SKIP LOCKED)
			UPDATE bare SET state = 'leased' WHERE id IN (SELECT id FROM picked) RETURNING id`, db.Ms(tx.Now()))
		return err
	})
	for range claimed {
		took <- clock.Real().Now()
	}
	in(b, d, func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM bare WHERE state = 'leased'")
		return err
	})
}

func in(b *testing.B, d *db.DB, fn func(tx *db.Tx) error) {
	b.Helper()
	if err := d.Update(context.Background(), fn); err != nil {
		b.Error(err)
	}
}
