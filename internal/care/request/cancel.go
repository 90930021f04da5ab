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
	return s.perform(tx, id, ActCancel, func(st *step) error {
		st.r.Reason, st.r.Ended, st.done.Reason = reason, tx.Now(), reason
		if st.r.Dispatch == "" {
			return nil
		}
		d, err := readRound(tx, st.r.Dispatch)
		if err != nil {
			return err
		}
		if !RoundMay(d.State, RoundWithdrawn) {
			return nil // the round had failed already
		}
		if err := moveRound(tx, d.ID, d.State, RoundWithdrawn, reason); err != nil {
			return err
		}
		if err := closeOffers(tx, d.ID, OfferWithdrawn); err != nil {
			return err
		}
		if d.State == RoundOpen {
			return st.endSearch(d.ID, notify.OfferCancelled)
		}
		return st.tellProvider(notify.RequestCancelled)
	})
}
