package queue

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// NextDue returns the earliest due time of the waiting jobs this node has handlers
// for, which may be past; false when none waits.
func (q *Queue) NextDue(ctx context.Context) (due time.Time, ok bool, err error) {
	defer fault.Wrap(&err, "look for the next job")
	err = q.db.View(ctx, func(tx *db.Tx) error {
		seen, err := q.look(tx)
		for _, ms := range seen.due {
			if ms > 0 && (!ok || db.At(ms).Before(due)) {
				due, ok = db.At(ms), true
			}
		}
		return err
	})
	return due, ok, err
}

// sight is what one look at the table saw, in milliseconds, 0 for nothing.
type sight struct {
	due   map[string]int64 // by kind
	lease int64            // the earliest end of a lease
}

// earliest is the first due time of the waiting jobs of a kind, 0 when there is none.
// ORDER BY and not min(): PostgreSQL reads all of them for min() when it believes they are few.
func earliest(kind string) string {
	return "COALESCE((SELECT due FROM job WHERE state = 'waiting' AND kind = " + kind + " ORDER BY due, id LIMIT 1), 0)"
}

// look reads the earliest due time of every kind that has a handler: one probe of the index each.
func (q *Queue) look(tx *db.Tx) (sight, error) {
	q.mu.Lock()
	kinds := slices.Sorted(maps.Keys(q.works))
	q.mu.Unlock()
	var text strings.Builder
	text.WriteString("SELECT -1, COALESCE(min(lease_until), 0) FROM job WHERE state = 'leased'")
	for i := range kinds {
		n := strconv.Itoa(i)
		text.WriteString(" UNION ALL SELECT " + n + ", " + earliest("$"+strconv.Itoa(i+1)))
	}
	type probe struct {
		kind int
		at   int64
	}
	probes, err := db.All(tx, func(r db.Row) (p probe, err error) {
		err = r.Scan(&p.kind, &p.at)
		return p, err
	}, text.String(), db.Args(kinds)...)
	s := sight{due: make(map[string]int64, len(kinds))}
	for _, p := range probes {
		if p.kind < 0 {
			s.lease = p.at
		} else {
			s.due[kinds[p.kind]] = p.at
		}
	}
	return s, err
}

// Dead returns the jobs given up, the latest first, 500 at most.
func (q *Queue) Dead(ctx context.Context) (jobs []Job, err error) {
	defer fault.Wrap(&err, "list dead jobs")
	err = q.db.View(ctx, func(tx *db.Tx) error {
		jobs, err = db.All(tx, scanJob, "SELECT "+columns+" FROM job WHERE state = 'dead' ORDER BY ended DESC, id DESC LIMIT 500")
		return err
	})
	return jobs, err
}

// Retry makes a dead job wait again, due now, with all its attempts before it. It
// returns queue.not_dead when there is no such dead job.
func (q *Queue) Retry(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "retry job %s", id)
	return q.db.Update(ctx, func(tx *db.Tx) error {
		kinds, err := db.All(tx, db.Value[string],
			"UPDATE job SET state = 'waiting', due = $1, attempt = 0, ended = 0 WHERE id = $2 AND state = 'dead' RETURNING kind",
			db.Ms(tx.Now()), string(id))
		if err != nil {
			return err
		}
		if len(kinds) == 0 {
			return fault.NotFound("queue.not_dead")
		}
		now := tx.Now()
		tx.AfterCommit(func() { q.wake(kinds[0], now) })
		return nil
	})
}

// Figure counts the jobs of one kind in one state.
type Figure struct {
	Kind     string
	State    State
	Count    int64
	Earliest time.Time // the earliest due time among them
	Known    bool      // this node has a handler for the kind
}

// Figures counts all jobs, for supervision. It reads the whole table.
func (q *Queue) Figures(ctx context.Context) (figures []Figure, err error) {
	defer fault.Wrap(&err, "count jobs")
	err = q.db.View(ctx, func(tx *db.Tx) error {
		figures, err = db.All(tx, func(r db.Row) (f Figure, err error) {
			var earliest int64
			err = r.Scan(&f.Kind, &f.State, &f.Count, &earliest)
			f.Earliest = db.At(earliest)
			return f, err
		}, "SELECT kind, state, count(*), min(due) FROM job GROUP BY kind, state ORDER BY kind, state")
		return err
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range figures {
		figures[i].Known = q.works[figures[i].Kind] != nil
	}
	return figures, err
}

// unknown returns the kinds that wait for a handler this node does not have.
func (q *Queue) unknown(ctx context.Context) (kinds []string, err error) {
	err = q.db.View(ctx, func(tx *db.Tx) error {
		for last := ""; ; {
			// One probe of the index for each kind, however many jobs wait.
			next, err := db.All(tx, db.Value[string], "SELECT kind FROM job WHERE state = 'waiting' AND kind > $1 ORDER BY kind LIMIT 1", last)
			if err != nil || len(next) == 0 {
				return err
			}
			last = next[0]
			q.mu.Lock()
			if q.works[last] == nil {
				kinds = append(kinds, last)
			}
			q.mu.Unlock()
		}
	})
	return kinds, err
}
