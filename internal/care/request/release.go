package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

// Release gives a request back: its round is released and a new search opens, asking
// the releaser and those who declined only when nobody else matches. The requester is
// told, and the desk when care is near.
func (s *Service) Release(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "release request %s", id)
	return s.do(ctx, id, ActRelease, func(tx *db.Tx) (Request, error) { return s.ReleaseIn(tx, id, reason) })
}

// ReleaseIn is Release inside the caller's transaction.
func (s *Service) ReleaseIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.ReleaseReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.giveBack(tx, id, ActRelease, reason, func(*step) error { return nil })
}

// giveBack releases the round by act, once check agrees, and searches again.
func (s *Service) giveBack(tx *db.Tx, id ID, act Act, reason string, check func(st *step) error) (Request, error) {
	var st *step
	r, err := s.perform(tx, id, act, func(step *step) error {
		st = step
		if err := check(st); err != nil {
			return err
		}
		if st.r.Provider.ID == "" {
			return fault.Conflict("request.state", "state", string(st.was)) // suspended in its search: nobody carries it
		}
		was := st.r.Dispatch
		if err := moveRound(tx, was, RoundTaken, RoundReleased, reason); err != nil {
			return err
		}
		d, err := readRound(tx, was)
		if err != nil {
			return err
		}
		d.Number++ // the round about to open
		leftOut, err := leftOutOf(tx, d)
		if err != nil {
			return err
		}
		if err := st.reschedule(st.r.NextVisit); err != nil {
			return err
		}
		if err := st.openRound(leftOut); err != nil {
			return err
		}
		st.done.Reason = reason
		return st.tellReleased()
	})
	if err != nil {
		return r, err
	}
	return st.exhaustIfNobody()
}
