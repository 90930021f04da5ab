package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

// Retry searches again for an unfilled request: a new round, everybody again. start
// replaces the wanted start when it is not zero; a start gone by becomes now.
func (s *Service) Retry(ctx context.Context, id ID, start time.Time) (r Request, err error) {
	defer fault.Wrap(&err, "retry request %s", id)
	return s.do(ctx, id, ActRetry, func(tx *db.Tx) (Request, error) { return s.RetryIn(tx, id, start) })
}

// RetryIn is Retry inside the caller's transaction.
func (s *Service) RetryIn(tx *db.Tx, id ID, start time.Time) (Request, error) {
	var st *step
	r, err := s.perform(tx, id, ActRetry, func(step *step) error {
		st = step
		if err := unopposed(tx, st.r); err != nil {
			return err
		}
		if err := st.reschedule(start); err != nil {
			return err
		}
		return st.openRound(nil)
	})
	if err != nil {
		return r, err
	}
	return st.exhaustIfNobody()
}

// reschedule gives a request about to be searched again delays that are still to come:
// from start when it is one, otherwise from the wanted start, otherwise from now. The
// reply delay asked for is kept, save for planned care, whose reply depends on its start.
func (st *step) reschedule(start time.Time) error {
	now := st.tx.Now()
	if !start.After(now) {
		if st.r.StartAt.After(now) {
			return nil
		}
		start = time.Time{}
	}
	t := DefaultTimes(st.r.Urgency, st.settings, start, now, st.zone)
	if st.r.Urgency != nomenclature.Planned && st.r.RespondWithin > 0 {
		t.RespondWithin = st.r.RespondWithin
	}
	st.r.StartAt, st.r.StartBy, st.r.RespondWithin = t.StartAt, t.StartBy, t.RespondWithin
	return st.tx.Write(`UPDATE request SET start_at = $2, start_by = $3, respond_within = $4 WHERE id = $1`,
		string(st.r.ID), db.Ms(t.StartAt), db.Ms(t.StartBy), t.RespondWithin.Milliseconds())
}
