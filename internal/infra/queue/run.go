package queue

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"entractes/internal/infra/db"
)

// Run works the jobs until ctx ends, then lets what is under way finish, gives back
// its leases and returns nil. It returns an error at once when it already runs. A
// database that does not answer is waited for, not returned.
func (q *Queue) Run(ctx context.Context) error {
	q.mu.Lock()
	if q.running {
		q.mu.Unlock()
		return errors.New("queue: Run is already running")
	}
	q.running = true
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		q.running = false
		q.mu.Unlock()
	}()
	d := &dispatcher{q: q, stop: ctx, ctx: context.WithoutCancel(ctx)}
	// What is under way outlives ctx, for Options.Grace.
	attempts, cut := context.WithCancelCause(d.ctx)
	defer cut(nil)
	d.attempts = attempts
	d.wg.Go(func() { q.upkeep(ctx) })
	defer d.wg.Wait()
	for !d.stopping() {
		d.turn()
		d.wait(ctx.Done())
	}
	return d.finish(cut)
}

// dispatcher is the one goroutine of Run that hands out work.
type dispatcher struct {
	q *Queue
	// Three lives, because what is under way outlives the order to stop.
	stop     context.Context //nolint:containedctx // given to Run: nothing new begins after its end
	attempts context.Context //nolint:containedctx // of the Outside handlers: until the grace is over
	ctx      context.Context //nolint:containedctx // of the dispatcher's own transactions: until all is written
	wg       sync.WaitGroup

	pollAt   time.Time
	leaseAt  time.Time // when the next lease known may end; zero when none
	failures int       // of the database, in a row
	resumeAt time.Time // after a failure
}

// turn hands out what is due and writes what ended, once.
func (d *dispatcher) turn() {
	now := d.q.db.Now()
	if now.Before(d.resumeAt) {
		return
	}
	err := func() error {
		if !d.stopping() && !now.Before(d.pollAt) {
			if err := d.poll(now); err != nil {
				return err
			}
		}
		if err := d.startInTx(now); err != nil {
			return err
		}
		return d.exchange(now)
	}()
	if err == nil {
		d.failures = 0
		return
	}
	d.failures++
	most := min(5*time.Second, 50*time.Millisecond<<min(d.failures, 10))
	d.resumeAt = now.Add(most/2 + rand.N(most/2)) //nolint:gosec // spreads the nodes, nothing secret
	d.q.log.ErrorContext(d.ctx, "the queue waits for the database", "err", err, "failures", d.failures)
}

// stopping tells whether nothing new may begin.
func (d *dispatcher) stopping() bool { return d.stop.Err() != nil }

// poll looks at the table for what no signal told.
func (d *dispatcher) poll(now time.Time) error {
	d.q.mu.Lock()
	for _, w := range d.q.works {
		if w.next == unseen {
			w.next = 0 // before the look: what is promised after it sets it again
		}
	}
	d.q.mu.Unlock()
	var seen sight
	err := d.q.db.View(d.ctx, func(tx *db.Tx) (err error) {
		seen, err = d.q.look(tx)
		return err
	})
	if err != nil {
		return err
	}
	d.q.mu.Lock()
	defer d.q.mu.Unlock()
	for kind, due := range seen.due {
		d.q.works[kind].expect(due)
	}
	d.leaseAt = db.At(seen.lease)
	d.pollAt = now.Add(d.q.opt.Poll)
	return nil
}

// startInTx reads the due InTx jobs there is room for, and starts them.
func (d *dispatcher) startInTx(now time.Time) error {
	q := d.q
	ready, limits := d.readyInTx(now)
	if len(ready) == 0 {
		return nil
	}
	var jobs []Job
	err := q.db.View(d.ctx, func(tx *db.Tx) error {
		for i, w := range ready {
			some, err := candidates(tx, w.kind, limits[i])
			if err != nil {
				return err
			}
			jobs = append(jobs, some...)
		}
		return nil
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	if err != nil {
		for _, w := range ready {
			w.expect(db.Ms(now))
		}
		return err
	}
	inOrder(jobs)
	read := map[*work]int{}
	for _, j := range jobs {
		w := q.works[j.Kind]
		read[w]++
		if j.Due.After(now) || q.inTx >= q.opt.Workers {
			w.expect(db.Ms(j.Due))
			continue
		}
		h, ok := q.hold(w, j)
		if !ok {
			if w.parked {
				w.expect(db.Ms(j.Due))
			}
			continue
		}
		d.wg.Go(func() {
			if err := q.perform(d.ctx, h); err != nil {
				q.log.ErrorContext(d.ctx, "the end of a job was not written; it still waits", "kind", h.job.Kind, "job", h.job.ID, "err", err)
			}
		})
	}
	for i, w := range ready {
		if read[w] == limits[i] {
			w.expect(db.Ms(now)) // others may stand behind the limit
		}
	}
	return nil
}

// readyInTx returns the kinds with due InTx jobs and how many rows of each to read:
// its share of the room, past those in hand, which still wait in the table.
func (d *dispatcher) readyInTx(now time.Time) (ready []*work, limits []int) {
	q := d.q
	q.mu.Lock()
	defer q.mu.Unlock()
	room := q.opt.Workers - q.inTx
	if room <= 0 || !d.claiming() {
		return nil, nil
	}
	for _, w := range q.works {
		if w.inTx != nil && w.due(now) && !w.parked {
			ready = append(ready, w)
		}
	}
	for _, w := range ready {
		w.next = 0 // before the look: what is promised after it sets it again
		limits = append(limits, max(1, room/len(ready))+w.busy+1)
	}
	return ready, limits
}

// due tells whether a job of w is known to be due.
func (w *work) due(now time.Time) bool { return w.next > 0 && w.next <= db.Ms(now) }

// roomy tells whether w may do one job more.
func (q *Queue) roomy(w *work) bool {
	if w.inTx != nil {
		return q.inTx < q.opt.Workers && !w.parked
	}
	return w.busy < w.policy.Concurrency
}

// next is when the dispatcher has something to do although nobody tells it.
func (d *dispatcher) next() time.Time {
	if d.failures > 0 {
		return d.resumeAt
	}
	at, claiming := d.pollAt, d.claiming()
	if !claiming {
		at = d.q.db.Now().Add(d.q.opt.Poll)
	}
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	if claiming {
		sooner(d.leaseAt)
	}
	d.q.mu.Lock()
	defer d.q.mu.Unlock()
	for _, w := range d.q.works {
		if claiming && d.q.roomy(w) {
			sooner(db.At(w.next))
		}
	}
	for _, h := range d.q.hands {
		sooner(h.renewAt())
	}
	return at
}

// wait returns at a signal, at the next known instant, or when stop, which may be nil, is closed.
func (d *dispatcher) wait(stop <-chan struct{}) {
	for {
		now := d.q.db.Now()
		t := d.q.db.Clock().NewTimer(d.next().Sub(now))
		if d.q.db.Now().Sub(now) > time.Millisecond {
			t.Stop() // the clock was moved between the two readings: the timer is wrong
			continue
		}
		select {
		case <-stop:
		case <-d.q.signal:
		case <-t.C():
		}
		t.Stop()
		return
	}
}
