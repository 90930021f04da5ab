package queue

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Promise writes a job of kind about key in tx, due at an instant; at once when due
// is zero. args is kept as JSON: identifiers, never health data.
func (q *Queue) Promise(tx *db.Tx, kind, key string, due time.Time, args any) error {
	return q.PromiseAll(tx, kind, due, []Item{{Key: key, Args: args}})
}

// Item is one of several jobs promised together.
type Item struct {
	Key  string
	Args any
}

// PromiseAll is Promise for many jobs of one kind, in few statements.
func (q *Queue) PromiseAll(tx *db.Tx, kind string, due time.Time, items []Item) (err error) {
	defer fault.Wrap(&err, "promise %d %s", len(items), kind)
	if due.IsZero() {
		due = tx.Now()
	}
	for rest := items; len(rest) > 0; {
		n := chunk(len(rest))
		args := make([]any, 0, n*6)
		for _, it := range rest[:n] {
			text, err := json.Marshal(it.Args)
			if err != nil {
				return err
			}
			args = append(args, ident.New[string](tx.Now()), kind, it.Key, string(text), db.Ms(due), db.Ms(tx.Now()))
		}
		if err := tx.Write(insertText(n), args...); err != nil {
			return err
		}
		rest = rest[n:]
	}
	if len(items) > 0 {
		tx.AfterCommit(func() { q.wake(kind, due) })
	}
	return nil
}

// chunk keeps the texts few, so that the engines keep them prepared.
func chunk(n int) int {
	for _, size := range []int{64, 16, 4} {
		if n >= size {
			return size
		}
	}
	return 1
}

func insertText(n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO job (id, kind, key, args, state, due, created) VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		p := func(k int) string { return "$" + strconv.Itoa(i*6+k) }
		b.WriteString("(" + p(1) + ", " + p(2) + ", " + p(3) + ", " + p(4) + ", 'waiting', " + p(5) + ", " + p(6) + ")")
	}
	return b.String()
}

// Ensure promises the job of kind about key unless it is already promised this way:
// what recurs is ensured at each start and answers Snooze until its next time. A
// job that ended badly is promised anew.
func (q *Queue) Ensure(tx *db.Tx, kind, key string, due time.Time, args any) (err error) {
	defer fault.Wrap(&err, "ensure %s", kind)
	if due.IsZero() {
		due = tx.Now()
	}
	text, err := json.Marshal(args)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO job (id, kind, key, args, state, due, created) VALUES ($1, $2, $3, $4, 'waiting', $5, $6)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, args = excluded.args, due = excluded.due, attempt = 0, ended = 0
		WHERE job.state IN ('cancelled', 'discarded', 'dead')`,
		"one:"+kind+":"+key, kind, key, string(text), db.Ms(due), db.Ms(tx.Now()))
	if n > 0 {
		tx.AfterCommit(func() { q.wake(kind, due) })
	}
	return err
}

// Withdraw cancels the waiting jobs of kind about key and returns how many. A job
// that is being done now is not waited for and not counted: its handler reads the
// state again, and finds what the caller wrote if it comes later.
func (q *Queue) Withdraw(tx *db.Tx, kind, key string) (_ int64, err error) {
	defer fault.Wrap(&err, "withdraw %s", kind)
	return tx.Exec(`UPDATE job SET state = 'cancelled', ended = $1, reason = 'withdrawn'
		WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND kind = $2 AND key = $3 FOR UPDATE SKIP LOCKED)`,
		db.Ms(tx.Now()), kind, key)
}

// Announce writes, in tx, one job about id for each subscriber of topic.
func (q *Queue) Announce(tx *db.Tx, topic, id string) error {
	q.mu.Lock()
	kinds := q.topics[topic]
	q.mu.Unlock()
	for _, kind := range kinds {
		if err := q.Promise(tx, kind, id, tx.Now(), nil); err != nil {
			return err
		}
	}
	return nil
}
