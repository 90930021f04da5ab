package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Resume takes a suspended request up where it was. A search starts again for everybody,
// from the date asked again: start, or as soon as possible when it is zero, which planned
// care may not be. For a request somebody carries, start is the next visit, when it is known.
func (s *Service) Resume(ctx context.Context, id ID, start time.Time) (r Request, err error) {
	defer fault.Wrap(&err, "resume request %s", id)
	return s.do(ctx, id, ActResume, func(tx *db.Tx) (Request, error) { return s.ResumeIn(tx, id, start) })
}

// ResumeIn is Resume inside the caller's transaction.
func (s *Service) ResumeIn(tx *db.Tx, id ID, start time.Time) (Request, error) {
	if err := checkStart(start, tx.Now()); err != nil {
		return Request{}, err
	}
	var st *step
	r, err := s.perform(tx, id, ActResume, func(step *step) error {
		st = step
		st.r.CameFrom, st.r.Reason = "", ""
		if st.r.State == Searching {
			return st.searchFrom(start)
		}
		return st.carryOn(start)
	})
	if err != nil || r.State != Searching {
		return r, err
	}
	return st.exhaustIfNobody()
}

// searchFrom opens a new round for care wanted from start; nobody is left out.
func (st *step) searchFrom(start time.Time) error {
	if start.IsZero() && st.r.Urgency == nomenclature.Planned {
		return fault.Invalid("request.start_needed", "start")
	}
	if err := unopposed(st.tx, st.r); err != nil {
		return err
	}
	st.r.StartAt = time.Time{} // what was wanted before the suspension no longer counts
	if err := st.reschedule(start); err != nil {
		return err
	}
	if err := st.openRound(nil); err != nil {
		return err
	}
	return st.tellOtherSide(notify.RequestResumed)
}

// carryOn gives the request back to who carries it, with his next visit.
func (st *step) carryOn(next time.Time) error {
	if st.r.NextVisit.Before(st.tx.Now()) || !next.IsZero() {
		st.r.NextVisit = next
	}
	if st.r.State == Accepted {
		if err := st.reschedule(next); err != nil {
			return err
		}
		if err := st.watchCommitment(); err != nil {
			return err
		}
	}
	return st.tellOtherSide(notify.RequestResumed)
}

// checkStart wants a start, when there is one, that is to come and not too far.
func checkStart(start, now time.Time) error {
	switch {
	case start.IsZero():
		return nil
	case start.Before(now):
		return fault.Invalid("request.start_past", "start")
	case start.After(now.Add(maxAhead)):
		return fault.Invalid("request.start_far", "start")
	}
	return nil
}
