package queue

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Drain works everything due at the clock's now, and what that promises for now, one
// job after the other in the order of the due times, and waits for what Run has in
// hand. Jobs that fail do as ever: they wait for their next attempt or are dead. The
// error is the database's or the context's. It serves a clock moved by hand.
func (q *Queue) Drain(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "drain the queue")
	for {
		q.mu.Lock()
		progress := q.progress
		q.mu.Unlock()
		if err := q.reclaimNow(ctx); err != nil {
			return err
		}
		worked, err := q.first(ctx)
		if err != nil {
			return err
		}
		if worked {
			continue
		}
		if q.idle() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-progress:
		}
	}
}

// first does the first due job; false when there is none but those in hand.
func (q *Queue) first(ctx context.Context) (bool, error) {
	now := q.db.Now()
	var due []Job
	err := q.db.View(ctx, func(tx *db.Tx) error {
		due = nil
		seen, err := q.look(tx)
		if err != nil {
			return err
		}
		for kind, at := range seen.due {
			if at == 0 || at > db.Ms(now) {
				continue
			}
			q.mu.Lock()
			limit := q.works[kind].busy + 1
			q.mu.Unlock()
			some, err := candidates(tx, kind, limit)
			if err != nil {
				return err
			}
			due = append(due, some...)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	due = slices.DeleteFunc(due, func(j Job) bool { return j.Due.After(now) })
	inOrder(due)
	for _, j := range due {
		if worked, err := q.workNow(ctx, j); worked || err != nil {
			return worked, err
		}
	}
	return false, nil
}

// workNow does j in this goroutine; false when somebody else has it in hand.
func (q *Queue) workNow(ctx context.Context, j Job) (bool, error) {
	q.mu.Lock()
	w := q.works[j.Kind]
	if w.inTx != nil {
		h, ok := q.hold(w, j)
		q.mu.Unlock()
		if !ok {
			return false, nil
		}
		return true, q.perform(ctx, h)
	}
	q.mu.Unlock()
	owner := q.owner()
	var jobs []Job
	if err := q.db.Update(ctx, func(tx *db.Tx) (err error) {
		jobs, _, err = claim(tx, w, owner, 1)
		return err
	}); err != nil || len(jobs) == 0 {
		return false, err
	}
	q.mu.Lock()
	h := q.grasp(w, owner, jobs)[0]
	q.mu.Unlock()
	q.attempt(ctx, h)
	return true, q.settleNow(ctx, h)
}

// settleNow writes the end of h, unless the dispatcher did.
func (q *Queue) settleNow(ctx context.Context, h *hand) error {
	q.mu.Lock()
	i := slices.Index(q.ended, h)
	if i < 0 {
		q.mu.Unlock()
		return nil
	}
	q.ended = slices.Delete(q.ended, i, i+1)
	q.mu.Unlock()
	err := q.db.Update(ctx, func(tx *db.Tx) error {
		return q.settle(tx, []*hand{h}, func(kind string, due time.Time) { tx.AfterCommit(func() { q.wake(kind, due) }) })
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	if err != nil {
		q.ended = append(q.ended, h)
		return err
	}
	q.drop([]*hand{h})
	return nil
}
