package queue

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/infra/trace"
)

// candidates reads the first limit waiting jobs of kind, due or not.
func candidates(tx *db.Tx, kind string, limit int) ([]Job, error) {
	return db.All(tx, scanJob, "SELECT "+columns+" FROM job WHERE state = 'waiting' AND kind = $1 ORDER BY due, id LIMIT $2", kind, limit)
}

// inOrder sorts by due time, then by the order of the promises.
func inOrder(jobs []Job) {
	slices.SortFunc(jobs, func(a, b Job) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
}

// hold puts j in the hands of this node; false when it is there already, or when an
// earlier job of its key is: those follow one another. q.mu is held.
func (q *Queue) hold(w *work, j Job) (*hand, bool) {
	if q.hands[j.ID] != nil {
		return nil, false
	}
	held := q.keys[j.Key]
	if j.Key != "" && held.n > 0 && held.due.Before(j.Due) {
		w.parked = true
		return nil, false
	}
	if held.n == 0 || j.Due.Before(held.due) {
		held.due = j.Due
	}
	held.n++
	q.keys[j.Key] = held
	h := &hand{job: j, work: w}
	q.hands[j.ID] = h
	q.inTx++
	w.busy++
	return h, true
}

// release takes h out of the hands. A job whose failure could not be written is
// looked at again soon.
func (q *Queue) release(h *hand, again time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	held := q.keys[h.job.Key]
	if held.n--; held.n == 0 {
		delete(q.keys, h.job.Key)
	} else {
		q.keys[h.job.Key] = held
	}
	delete(q.hands, h.job.ID)
	q.inTx--
	h.work.busy--
	h.work.expect(db.Ms(again))
	for _, w := range q.works {
		w.parked = false
	}
	q.leave()
}

// unwritten is how long to wait for a database that could not take a failure.
const unwritten = time.Second

// perform does an InTx job and leaves the hands. It returns an error only when the
// database could not write what became of the job, which then still waits.
func (q *Queue) perform(ctx context.Context, h *hand) (err error) {
	ctx, end := trace.Start(actor.With(ctx, actor.System("queue")), "job "+h.job.Kind)
	defer func() { end(err) }()
	var again time.Time
	defer func() { q.release(h, again) }()
	j := h.job
	failure := q.db.Update(ctx, func(tx *db.Tx) error {
		taken, err := take(tx, h.job)
		if err != nil || !taken {
			return err
		}
		j.Attempt, j.Late = h.job.Attempt+1, tx.Now().Sub(j.Due)
		err = protect(func() error { return h.work.inTx(tx, j) })
		if _, intended := errors.AsType[*outcome](err); err != nil && !intended {
			return err
		}
		return q.keep(tx, h.job, h.work.policy.judge(j, err, tx.Now(), 0))
	})
	if failure == nil {
		return nil
	}
	j.Attempt = h.job.Attempt + 1
	err = q.db.Update(ctx, func(tx *db.Tx) error { return q.blame(tx, h, j, failure) })
	if err != nil {
		again = q.db.Now().Add(unwritten)
	}
	return err
}

// take removes the waiting row of j, by compare-and-set; false when it is gone,
// changed, or being done by another node.
func take(tx *db.Tx, j Job) (bool, error) {
	// A row without owner and end is a waiting one. Said with its state, PostgreSQL may
	// read a whole index of the waiting jobs, which it believes small, instead of one row.
	n, err := tx.Exec(`DELETE FROM job WHERE id = (SELECT id FROM job
		WHERE id = $1 AND lease_owner = '' AND ended = 0 AND attempt = $2 AND due = $3 FOR UPDATE SKIP LOCKED)`,
		string(j.ID), int64(j.Attempt), db.Ms(j.Due))
	return n == 1, err
}

// keep writes back the row of a job whose handler asked for more than its removal.
func (q *Queue) keep(tx *db.Tx, j Job, v verdict) error {
	if v.state == "" {
		return nil
	}
	ended := tx.Now()
	if v.state == Waiting {
		ended = time.Time{}
		tx.AfterCommit(func() { q.wake(j.Kind, v.due) })
	}
	// Nothing is written when the handler itself promised the same job anew.
	return tx.Write(`INSERT INTO job (id, kind, key, args, state, due, attempt, created, ended, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING`,
		string(j.ID), j.Kind, j.Key, j.args, string(v.state), db.Ms(v.due), int64(j.Attempt), db.Ms(tx.Now()), db.Ms(ended), v.reason)
}

// blame counts a failed attempt, unless the job changed since.
func (q *Queue) blame(tx *db.Tx, h *hand, j Job, failure error) error {
	v := h.work.policy.judge(j, failure, tx.Now(), spread())
	ended := time.Time{}
	if v.state != Waiting {
		ended, v.due = tx.Now(), j.Due
	}
	n, err := tx.Exec(`UPDATE job SET state = $1, due = $2, attempt = $3, ended = $4, reason = $5
		WHERE id = $6 AND lease_owner = '' AND ended = 0 AND attempt = $7 AND due = $8`,
		string(v.state), db.Ms(v.due), int64(j.Attempt), db.Ms(ended), v.reason, string(j.ID), int64(h.job.Attempt), db.Ms(j.Due))
	if n > 0 {
		tx.AfterCommit(func() {
			q.log.WarnContext(tx.Context(), "a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "now", string(v.state), "err", failure)
			if v.state == Waiting {
				q.wake(j.Kind, v.due)
			}
		})
	}
	return err
}

// spread draws the jitter of a retry.
func spread() float64 { return rand.Float64() } //nolint:gosec // it spreads retries, nothing secret
