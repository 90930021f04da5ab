package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// MarkError says that a request should not have been written: the wrong patient, a
// duplicate. It is kept, out of the lists people read; what was running stops, and those
// concerned are told.
func (s *Service) MarkError(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "mark request %s as an error", id)
	return s.do(ctx, id, ActMarkError, func(tx *db.Tx) (Request, error) { return s.MarkErrorIn(tx, id) })
}

// MarkErrorIn is MarkError inside the caller's transaction.
func (s *Service) MarkErrorIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActMarkError, func(st *step) error {
		if st.r.Ended.IsZero() {
			st.r.Ended = tx.Now()
		}
		st.r.Reason, st.r.CameFrom, st.r.NextVisit = "", "", time.Time{}
		if _, err := st.withdrawRound(string(ActMarkError)); err != nil {
			return err
		}
		return st.tellOtherSide(notify.RequestError)
	})
}
