package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"entractes/internal/infra/db"
)

// ID names a job. It stays the same over all its attempts.
type ID string

// State is where a job stands. A job that is done has no row and no state.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Leased    State = "leased"
	Cancelled State = "cancelled" // no longer wanted: withdrawn, or by its handler
	Discarded State = "discarded" // not worth doing, says its handler
	Dead      State = "dead"      // given up; a person may Retry
)

// Job is one promise.
type Job struct {
	ID      ID
	Kind    string
	Key     string // what it is about
	Attempt int    // 1 at the first
	Due     time.Time
	Late    time.Duration // how long after Due this attempt began

	State  State
	Reason string    // the last error, or why it ended
	Ended  time.Time // zero while the job lives

	args string
}

// Args reads the arguments into v, a pointer. A handler returns the error: the job
// is dead at once, because no attempt will read them better.
func (j Job) Args(v any) error {
	if err := json.Unmarshal([]byte(j.args), v); err != nil {
		return &unreadable{fmt.Errorf("arguments of %s job %s: %w", j.Kind, j.ID, err)}
	}
	return nil
}

const columns = "id, kind, key, args, state, due, attempt, ended, reason"

func scanJob(r db.Row) (j Job, err error) {
	var due, attempt, ended int64
	err = r.Scan(&j.ID, &j.Kind, &j.Key, &j.args, &j.State, &due, &attempt, &ended, &j.Reason)
	j.Due, j.Ended, j.Attempt = db.At(due), db.At(ended), int(attempt)
	return j, err
}
