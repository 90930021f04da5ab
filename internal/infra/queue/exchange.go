package queue

import (
	"context"
	"slices"
	"time"

	"entractes/internal/infra/db"
)

// renewAt is when the lease of h is prolonged, after a third of it; zero for an InTx job.
func (h *hand) renewAt() time.Time {
	if h.work.outside == nil || h.lost {
		return time.Time{}
	}
	return h.until.Add(-h.work.policy.Lease * 2 / 3)
}

// trade is what one transaction of a dispatcher exchanges with the table.
type trade struct {
	settled   []*hand // their ends are written
	renewed   []*hand // their leases are prolonged
	reclaimed bool    // leases that ended are looked for
	asked     []*work // due jobs of these are claimed,
	limits    []int   // so many of each

	// What came of it.
	at    time.Time
	lost  []*hand
	owner string
	more  []int64 // by work asked
	again map[string]time.Time
}

// exchange writes the ends of Outside jobs, prolongs leases and claims what is due,
// all in one transaction: what ended while the last one was committing shares the next.
func (d *dispatcher) exchange(now time.Time) error {
	t := d.plan(now)
	if len(t.settled)+len(t.renewed)+len(t.asked) == 0 && !t.reclaimed {
		return nil
	}
	var jobs [][]Job
	err := d.q.db.Update(d.ctx, func(tx *db.Tx) (err error) {
		jobs, err = d.q.trade(tx, t)
		return err
	})
	d.q.mu.Lock()
	defer d.q.mu.Unlock()
	if err != nil {
		d.q.ended = append(t.settled, d.q.ended...)
		for _, w := range t.asked {
			w.expect(db.Ms(now))
		}
		return err
	}
	if t.reclaimed {
		d.leaseAt = time.Time{} // until the next poll
	}
	d.q.conclude(t)
	for i, w := range t.asked {
		w.expect(t.more[i])
		for _, h := range d.q.grasp(w, t.owner, jobs[i]) {
			d.wg.Go(func() { d.q.attempt(d.attempts, h) })
		}
	}
	return nil
}

// plan takes what the next transaction will exchange.
func (d *dispatcher) plan(now time.Time) *trade {
	q := d.q
	q.mu.Lock()
	defer q.mu.Unlock()
	claiming := d.claiming()
	t := &trade{settled: q.ended, owner: q.owner()}
	q.ended = nil
	t.reclaimed = claiming && !d.leaseAt.IsZero() && !now.Before(d.leaseAt)
	for _, h := range q.hands {
		at := h.renewAt()
		// Before leases are reclaimed, all of ours are prolonged: a clock that jumped does not take them.
		if !at.IsZero() && (t.reclaimed || !now.Before(at)) && !slices.Contains(t.settled, h) {
			t.renewed = append(t.renewed, h)
		}
	}
	if !claiming {
		return t
	}
	for _, w := range q.list() {
		if w.outside != nil && w.due(now) && q.roomy(w) {
			w.next = 0 // before the claim: what is promised after it sets it again
			t.asked = append(t.asked, w)
			t.limits = append(t.limits, w.policy.Concurrency-w.busy)
		}
	}
	return t
}

// trade does t in tx. It may run more than once.
func (q *Queue) trade(tx *db.Tx, t *trade) (jobs [][]Job, err error) {
	t.at, t.again, t.more = tx.Now(), map[string]time.Time{}, nil
	again := func(kind string, due time.Time) {
		if at, ok := t.again[kind]; !ok || due.Before(at) {
			t.again[kind] = due
		}
	}
	if err := q.settle(tx, t.settled, again); err != nil {
		return nil, err
	}
	if t.lost, err = renew(tx, t.renewed); err != nil {
		return nil, err
	}
	if t.reclaimed {
		if err := q.reclaim(tx, again); err != nil {
			return nil, err
		}
	}
	for i, w := range t.asked {
		some, more, err := claim(tx, w, t.owner, t.limits[i])
		if err != nil {
			return nil, err
		}
		jobs, t.more = append(jobs, some), append(t.more, more)
	}
	return jobs, nil
}

// conclude brings the hands of this node in line with a committed trade. q.mu is held.
func (q *Queue) conclude(t *trade) {
	for _, h := range t.renewed {
		h.until = t.at.Add(h.work.policy.Lease)
	}
	for _, h := range t.lost {
		h.lost = true
		h.cancel()
	}
	q.drop(t.settled)
	for kind, due := range t.again {
		if w := q.works[kind]; w != nil {
			w.expect(db.Ms(due))
		}
	}
}

// reclaimNow gives back ended leases outside the dispatcher, after prolonging ours.
func (q *Queue) reclaimNow(ctx context.Context) error {
	q.mu.Lock()
	t := &trade{reclaimed: true}
	for _, h := range q.hands {
		if !h.renewAt().IsZero() && !slices.Contains(q.ended, h) {
			t.renewed = append(t.renewed, h)
		}
	}
	q.mu.Unlock()
	if err := q.db.Update(ctx, func(tx *db.Tx) error {
		_, err := q.trade(tx, t)
		return err
	}); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.conclude(t)
	return nil
}
