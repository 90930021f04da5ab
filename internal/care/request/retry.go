package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
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
		if start.IsZero() && st.r.StartAt.After(tx.Now()) {
			start = st.r.StartAt
		}
		times := DefaultTimes(st.r.Urgency, st.settings, start, tx.Now(), st.zone)
		if err := reschedule(tx, &st.r, times); err != nil {
			return err
		}
		return st.openRound(nil)
	})
	if err != nil {
		return r, err
	}
	return st.exhaustIfNobody()
}

// reschedule writes new delays of a request about to be searched again.
func reschedule(tx *db.Tx, r *Request, t Times) error {
	r.StartAt, r.StartBy, r.RespondWithin = t.StartAt, t.StartBy, t.RespondWithin
	_, err := tx.Exec(`UPDATE request SET start_at = $2, start_by = $3, respond_within = $4 WHERE id = $1`,
		string(r.ID), db.Ms(t.StartAt), db.Ms(t.StartBy), t.RespondWithin.Milliseconds())
	return err
}
