package queue

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"entractes/internal/base/clock"
)

// finish lets what is under way end and be written. After the grace it cuts the
// attempts, and gives up on a database that does not answer: leases end by themselves.
func (d *dispatcher) finish(cut context.CancelCauseFunc) error {
	grace := clock.Real().NewTimer(d.q.opt.Grace)
	defer grace.Stop()
	over := make(chan struct{})
	ended := make(chan struct{})
	d.wg.Go(func() {
		select {
		case <-grace.C():
			cut(errStopping)
			close(over)
			d.q.wakeDispatcher()
		case <-ended:
		}
	})
	defer close(ended)
	for !d.q.idle() {
		d.turn()
		if d.q.idle() {
			break
		}
		select {
		case <-over:
			if d.failures > 0 {
				return errors.New("queue: the ends of some jobs were not written; their leases will end")
			}
		default:
		}
		d.wait(nil)
	}
	return nil
}

// idle tells whether nothing is in the hands of this node.
func (q *Queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.hands) == 0 && len(q.ended) == 0 && !slices.ContainsFunc(q.list(), func(w *work) bool { return w.busy > 0 })
}

// list returns the kinds in a steady order. q.mu is held.
func (q *Queue) list() []*work {
	out := make([]*work, 0, len(q.works))
	for _, w := range q.works {
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b *work) int { return cmp.Compare(a.kind, b.kind) })
	return out
}
