package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// RefuseHandOver answers no for the colleague a request was offered to. Whoever carries
// it still does, and is told.
func (s *Service) RefuseHandOver(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "refuse to take request %s over", id)
	return s.do(ctx, id, ActRefuseHandOver, func(tx *db.Tx) (Request, error) { return s.RefuseHandOverIn(tx, id) })
}

// RefuseHandOverIn is RefuseHandOver inside the caller's transaction.
func (s *Service) RefuseHandOverIn(tx *db.Tx, id ID) (Request, error) {
	return s.endHandOver(tx, id, ActRefuseHandOver, handOverRefused, func(st *step, _ HandOver) error { return st.tellProvider(notify.RequestHandoverRefused) })
}

// WithdrawHandOver takes back what was offered to a colleague who has not answered; he is told.
func (s *Service) WithdrawHandOver(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "withdraw the hand-over of request %s", id)
	return s.do(ctx, id, ActWithdrawHandOver, func(tx *db.Tx) (Request, error) { return s.WithdrawHandOverIn(tx, id) })
}

// WithdrawHandOverIn is WithdrawHandOver inside the caller's transaction.
func (s *Service) WithdrawHandOverIn(tx *db.Tx, id ID) (Request, error) {
	return s.endHandOver(tx, id, ActWithdrawHandOver, handOverWithdrawn, func(st *step, h HandOver) error { return st.tell(notify.RequestHandoverEnded, h.To.Subject) })
}

// endHandOver decides a hand-over without an agreement.
func (s *Service) endHandOver(tx *db.Tx, id ID, act Act, to handOverState, tell func(*step, HandOver) error) (Request, error) {
	return s.perform(tx, id, act, func(st *step) error {
		h, ok, err := openHandOver(tx, id)
		if err == nil && !ok {
			err = fault.Conflict("request.hand_over_closed")
		}
		if err != nil {
			return err
		}
		if err := st.decideHandOver(h, to); err != nil {
			return err
		}
		return tell(st, h)
	})
}
