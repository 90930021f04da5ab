package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Cancel ends a request that is no longer wanted. The provider and the people asked
// are told, and what was not sent is not sent any more.
func (s *Service) Cancel(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "cancel request %s", id)
	return s.do(ctx, id, ActCancel, func(tx *db.Tx) (Request, error) { return s.CancelIn(tx, id, reason) })
}

// CancelIn is Cancel inside the caller's transaction.
func (s *Service) CancelIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.CancelReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.performSaying(tx, id, ActCancel, reason, func(st *step) error {
		st.r.Reason, st.r.Ended, st.done.Reason = reason, tx.Now(), reason
		was, err := st.withdrawRound(reason)
		if err != nil || was != RoundTaken {
			return err
		}
		return st.tellProvider(notify.RequestCancelled)
	})
}
