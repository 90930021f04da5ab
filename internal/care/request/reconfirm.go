package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// Reconfirm says, for whoever carries a request whose need changed, that he still does.
// The requester is told.
func (s *Service) Reconfirm(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "reconfirm request %s", id)
	return s.do(ctx, id, ActReconfirm, func(tx *db.Tx) (Request, error) { return s.ReconfirmIn(tx, id) })
}

// ReconfirmIn is Reconfirm inside the caller's transaction.
func (s *Service) ReconfirmIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActReconfirm, func(st *step) error {
		if st.r.ToReconfirm.IsZero() {
			return fault.Conflict("request.reconfirm_nothing")
		}
		st.r.ToReconfirm = time.Time{}
		if err := st.confirmed(); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestReconfirmed)
	})
}

// RefuseChange gives back a request whose need changed: it is a release, with a reason of a release.
func (s *Service) RefuseChange(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "refuse the change of request %s", id)
	return s.do(ctx, id, ActRefuseChange, func(tx *db.Tx) (Request, error) { return s.RefuseChangeIn(tx, id, reason) })
}

// RefuseChangeIn is RefuseChange inside the caller's transaction.
func (s *Service) RefuseChangeIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.ReleaseReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.giveBack(tx, id, ActRefuseChange, reason, func(st *step) error {
		if st.r.ToReconfirm.IsZero() {
			return fault.Conflict("request.reconfirm_nothing")
		}
		return st.confirmed()
	})
}

// confirmed keeps the promise to tell the desk of a silence from being kept.
func (st *step) confirmed() error {
	_, err := st.s.queue.Withdraw(st.tx, jobReconfirm, string(st.r.ID))
	return err
}

// lookAtReconfirmation is the promise of a reconfirmation: when the change still waits
// for whoever carries the request, the desk is told, once.
func (s *Service) lookAtReconfirmation(tx *db.Tx, j queue.Job) error {
	var args reconfirmArgs
	if err := j.Args(&args); err != nil {
		return queue.Discard("unreadable reconfirmation")
	}
	r, err := load(tx, ID(j.Key))
	if err != nil || !r.State.InCharge() || r.ToReconfirm.IsZero() || db.Ms(r.ToReconfirm) != args.Since {
		return err
	}
	st, err := s.begin(tx, r, system, "unconfirmed")
	if err != nil {
		return err
	}
	if err := s.audit.Record(tx, audit.Event{Action: "request.unconfirmed", Object: "request", ObjectID: string(r.ID), Patient: string(r.Patient), Request: string(r.ID)}); err != nil {
		return err
	}
	st.touch()
	return st.tellDesk(notify.RequestUnconfirmed)
}
