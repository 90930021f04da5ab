// Package reconcile compares what was promised with what was done, and mends what it can.
//
// The queue keeps promises; this package does not believe it. It runs beside it, reads the
// tables alone, and looks for what may never be: a search whose deadline passed or is
// promised to nobody, somebody asked whom no message tells, a message long due, a request
// that its round contradicts. One gap found is an alarm: some promise of the product was broken,
// by a defect, a hand in the database, or a queue that stands still.
package reconcile

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// Kind says what is wrong.
type Kind string

// The gaps.
const (
	DeadlinePassed     Kind = "deadline_passed"     // a search is open after its reply deadline
	DeadlineUnpromised Kind = "deadline_unpromised" // nothing will end a search; Mend promises it anew
	NobodyTold         Kind = "nobody_told"         // somebody is asked whom no message tells; Mend tells him
	MessageLate        Kind = "message_late"        // a message is long due and did not leave
	RoundApart         Kind = "round_apart"         // a request is in a state its round contradicts
)

// Kinds lists them all.
var Kinds = []Kind{DeadlinePassed, DeadlineUnpromised, NobodyTold, MessageLate, RoundApart}

// Gap is one broken promise.
type Gap struct {
	Kind    Kind
	Request request.ID
	Round   request.DispatchID
	Since   time.Time
}

// Patience is how long something may be late before it is a gap: a busy minute is none.
const Patience = time.Minute

// atMost bounds the gaps of one kind in one look: the first are enough to raise the alarm.
const atMost = 100

// Service looks and mends. It may be used concurrently.
type Service struct {
	db       *db.DB
	requests *request.Service
}

// New wires the service.
func New(d *db.DB, r *request.Service) *Service { return &Service{db: d, requests: r} }

// Look returns the gaps there are now. Each query walks an index of what is open and due,
// so that it costs the same beside half a million requests that are over.
func (s *Service) Look(ctx context.Context) (gaps []Gap, err error) {
	defer fault.Wrap(&err, "look for broken promises")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		late := db.Ms(tx.Now().Add(-Patience))
		for _, q := range []struct {
			kind Kind
			text string
			args []any
		}{
			{DeadlinePassed, `SELECT d.request, d.id, d.reply_by FROM dispatch d WHERE d.state = 'open' AND d.reply_by < $1 ORDER BY d.reply_by LIMIT $2`, []any{late, int64(atMost)}},
			{DeadlineUnpromised, `SELECT d.request, d.id, d.opened FROM dispatch d WHERE d.state = 'open' AND d.opened < $1
				AND NOT EXISTS (SELECT 1 FROM job j WHERE j.key = d.id AND j.kind = '` + request.DeadlineJob + `' AND j.state IN ('` + string(queue.Waiting) + `', '` + string(queue.Leased) + `')) LIMIT $2`,
				[]any{late, int64(atMost)}},
			{NobodyTold, `SELECT o.request, o.dispatch, o.asked FROM dispatch d CROSS JOIN offer o WHERE o.dispatch = d.id AND d.state = 'open' AND o.state = 'pending' AND o.asked < $1
				AND NOT EXISTS (SELECT 1 FROM delivery v WHERE v.offer = o.id AND v.offer <> '') LIMIT $2`, []any{late, int64(atMost)}},
			{MessageLate, `SELECT v.request, v.dispatch, v.not_before FROM delivery v WHERE v.state = 'queued' AND v.not_before < $1 ORDER BY v.not_before LIMIT $2`, []any{late, int64(atMost)}},
			{RoundApart, `SELECT r.id, d.id, d.opened FROM dispatch d JOIN request r ON r.id = d.request WHERE d.state = 'open' AND d.opened < $1
				AND (r.dispatch <> d.id OR r.state <> 'searching') LIMIT $2`, []any{late, int64(atMost)}},
		} {
			found, err := db.All(tx, func(r db.Row) (Gap, error) {
				g := Gap{Kind: q.kind}
				var since int64
				err := r.Scan(&g.Request, &g.Round, &since)
				g.Since = db.At(since)
				return g, err
			}, q.text, q.args...)
			if err != nil {
				return err
			}
			gaps = append(gaps, found...)
		}
		return nil
	})
	return gaps, err
}

// Mend makes anew what the searches of gaps lost. What it cannot mend stays a gap.
func (s *Service) Mend(ctx context.Context, gaps []Gap) (err error) {
	defer fault.Wrap(&err, "mend broken promises")
	done := map[request.DispatchID]bool{}
	for _, g := range gaps {
		if (g.Kind != DeadlineUnpromised && g.Kind != NobodyTold) || done[g.Round] {
			continue
		}
		done[g.Round] = true
		if err := s.requests.Mend(ctx, g.Round); err != nil {
			return err
		}
	}
	return nil
}
