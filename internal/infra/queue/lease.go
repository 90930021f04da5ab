package queue

import (
	"strconv"
	"strings"
	"time"

	"entractes/internal/infra/db"
)

// claim leases up to limit due jobs of w and returns them in the order of their due
// time. more is the due time of the next one, in milliseconds, 0 when none is known.
func claim(tx *db.Tx, w *work, owner string, limit int) (jobs []Job, more int64, err error) {
	now := db.Ms(tx.Now())
	// The due jobs are picked first, in a WITH: PostgreSQL may otherwise pick more than the limit.
	jobs, err = db.All(tx, scanJob, `WITH picked AS (SELECT id FROM job WHERE state = 'waiting' AND kind = $1 AND due <= $2 ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED)
		UPDATE job SET state = 'leased', lease_owner = $4, lease_until = $5, attempt = attempt + 1
		WHERE id IN (SELECT id FROM picked) RETURNING `+columns,
		w.kind, now, limit, owner, now+w.policy.Lease.Milliseconds())
	if err != nil {
		return nil, 0, err
	}
	for i := range jobs {
		jobs[i].Late = tx.Now().Sub(jobs[i].Due)
	}
	inOrder(jobs)
	if len(jobs) == limit {
		return jobs, now, nil
	}
	next, err := db.All(tx, db.Value[int64], "SELECT "+earliest("$1"), w.kind)
	if err != nil {
		return nil, 0, err
	}
	more = next[0]
	if more > 0 && more <= now {
		// Another node is about to take it: look again, but not in a circle.
		more = now + contended.Milliseconds()
	}
	return jobs, more, nil
}

// contended is how long to leave a due job that another node holds.
const contended = 20 * time.Millisecond

// settle writes how the attempts of hands ended. A hand whose lease is no longer
// its own changes nothing. Jobs that wait again are given to again.
func (q *Queue) settle(tx *db.Tx, hands []*hand, again func(kind string, due time.Time)) error {
	var done []*hand
	for _, h := range hands {
		v := h.work.policy.judge(h.job, h.err, tx.Now(), spread())
		if v.state == "" {
			done = append(done, h)
			continue
		}
		changed, err := q.settleOne(tx, h, v)
		if err != nil {
			return err
		}
		if changed == 0 {
			q.log.WarnContext(tx.Context(), "a late end was ignored: the job had returned", "kind", h.job.Kind, "job", h.job.ID, "attempt", h.job.Attempt)
		} else if v.state == Waiting {
			again(h.job.Kind, v.due)
		}
	}
	for len(done) > 0 {
		n := chunk(len(done))
		changed, err := removeDone(tx, done[:n])
		if err != nil {
			return err
		}
		if int(changed) != n {
			q.log.WarnContext(tx.Context(), "late ends were ignored: the jobs had returned", "jobs", n-int(changed))
		}
		done = done[n:]
	}
	return nil
}

func (q *Queue) settleOne(tx *db.Tx, h *hand, v verdict) (int64, error) {
	attempt := int64(h.job.Attempt)
	if v.state == Waiting && !v.failed {
		attempt-- // a snooze is no attempt
	}
	if v.state == Waiting {
		return tx.Exec(`UPDATE job SET state = 'waiting', lease_owner = '', lease_until = 0, due = $1, reason = $2, attempt = $3
			WHERE id = $4 AND lease_owner = $5 AND attempt = $6`,
			db.Ms(v.due), v.reason, attempt, string(h.job.ID), h.owner, int64(h.job.Attempt))
	}
	return tx.Exec(`UPDATE job SET state = $1, lease_owner = '', lease_until = 0, ended = $2, reason = $3
		WHERE id = $4 AND lease_owner = $5 AND attempt = $6`,
		string(v.state), db.Ms(tx.Now()), v.reason, string(h.job.ID), h.owner, int64(h.job.Attempt))
}

// removeDone deletes the rows whose leases are still those of hands. The list of ids
// says nothing more than the fence, but is what the engines look up.
func removeDone(tx *db.Tx, hands []*hand) (int64, error) {
	var fence strings.Builder
	args := make([]any, 0, 3*len(hands))
	for _, h := range hands {
		args = append(args, string(h.job.ID))
	}
	for i, h := range hands {
		if i > 0 {
			fence.WriteString(", ")
		}
		n := len(args)
		fence.WriteString("($" + strconv.Itoa(i+1) + ", $" + strconv.Itoa(n+1) + ", CAST($" + strconv.Itoa(n+2) + " AS BIGINT))")
		args = append(args, h.owner, int64(h.job.Attempt))
	}
	return tx.Exec("DELETE FROM job WHERE id IN "+db.In(1, len(hands))+" AND (id, lease_owner, attempt) IN (VALUES "+fence.String()+")", args...)
}

// renew prolongs the leases of hands and returns those that went to another node.
func renew(tx *db.Tx, hands []*hand) (lost []*hand, err error) {
	for _, h := range hands {
		n, err := tx.Exec("UPDATE job SET lease_until = $1 WHERE id = $2 AND lease_owner = $3 AND attempt = $4",
			db.Ms(tx.Now().Add(h.work.policy.Lease)), string(h.job.ID), h.owner, int64(h.job.Attempt))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			lost = append(lost, h)
		}
	}
	return lost, nil
}

// reclaim gives back the jobs of nodes that fell silent. A job that silenced a node
// at each of its attempts is dead: it may be what kills them. The caller has renewed
// its own leases in the same transaction.
func (q *Queue) reclaim(tx *db.Tx, again func(kind string, due time.Time)) error {
	jobs, err := db.All(tx, scanJob, `WITH silent AS (SELECT id FROM job WHERE state = 'leased' AND lease_until <= $1 ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED)
		UPDATE job SET state = 'waiting', lease_owner = '', lease_until = 0, reason = 'the lease ended without news'
		WHERE id IN (SELECT id FROM silent) RETURNING `+columns, db.Ms(tx.Now()))
	if err != nil {
		return err
	}
	for _, j := range jobs {
		q.mu.Lock()
		w := q.works[j.Kind]
		q.mu.Unlock()
		if w != nil && j.Attempt >= w.policy.Max {
			if err := tx.Write("UPDATE job SET state = 'dead', ended = $1 WHERE id = $2", db.Ms(tx.Now()), string(j.ID)); err != nil {
				return err
			}
			continue
		}
		again(j.Kind, j.Due)
	}
	if len(jobs) > 0 {
		q.log.WarnContext(tx.Context(), "jobs of a silent node came back", "jobs", len(jobs))
	}
	return nil
}
