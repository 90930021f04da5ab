package request

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// commitmentArgs is what the promise of a reminder carries: the time agreed, in
// milliseconds, and whether the desk is to be told rather than the provider.
type commitmentArgs struct {
	Agreed int64 `json:"agreed"`
	Desk   bool  `json:"desk,omitempty"`
}

// Agreed is when an accepted request has to have started: at the first visit agreed, or
// when care may start at the latest.
func (r Request) Agreed() time.Time {
	if !r.NextVisit.IsZero() {
		return r.NextVisit
	}
	return r.StartBy
}

// watchCommitment promises to look again at the agreed time, in place of what was promised before.
func (st *step) watchCommitment() error {
	if _, err := st.s.queue.Withdraw(st.tx, jobCommitment, string(st.r.Dispatch)); err != nil {
		return err
	}
	return st.promiseLook(st.r.Agreed(), false)
}

func (st *step) promiseLook(due time.Time, desk bool) error {
	if st.r.Agreed().IsZero() {
		return nil
	}
	return st.s.queue.Promise(st.tx, jobCommitment, string(st.r.Dispatch), due, commitmentArgs{Agreed: db.Ms(st.r.Agreed()), Desk: desk})
}

// lookAtCommitment is the promise of the agreed time: when care has still not started,
// the provider is reminded and, later, the desk is told. For a request started, given
// back, suspended or agreed otherwise meanwhile it does nothing.
func (s *Service) lookAtCommitment(tx *db.Tx, j queue.Job) error {
	var args commitmentArgs
	if err := j.Args(&args); err != nil {
		return queue.Discard("unreadable commitment")
	}
	d, err := readRound(tx, DispatchID(j.Key))
	if err != nil || d.State != RoundTaken {
		return err
	}
	r, err := load(tx, d.Request)
	if err != nil || r.Dispatch != d.ID || r.State != Accepted || db.Ms(r.Agreed()) != args.Agreed {
		return err
	}
	st, err := s.begin(tx, r, system, "late")
	if err != nil {
		return err
	}
	if err := s.audit.Record(tx, audit.Event{Action: "request.late", Object: "request", ObjectID: string(r.ID), Patient: string(r.Patient), Request: string(r.ID)}); err != nil {
		return err
	}
	st.touch()
	if args.Desk {
		return st.tellDesk(notify.RequestLate)
	}
	if err := st.tellProvider(notify.RequestReminder); err != nil {
		return err
	}
	return st.promiseLook(st.lateUntil(), true)
}

// lateUntil is how long the desk lets a reminded provider start. The night does not
// count for what can wait.
func (st *step) lateUntil() time.Time {
	now := st.tx.Now()
	if immediate(st.r.Urgency) {
		return now.Add(st.settings.LateUrgent)
	}
	return civil.AddAwake(now, st.settings.Late, st.settings.Night, st.zone.Loc)
}
