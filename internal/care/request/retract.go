package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Retract takes a proposal back: its author is asked again as if he had not answered.
func (s *Service) Retract(ctx context.Context, id OfferID) (r Request, err error) {
	defer fault.Wrap(&err, "retract the proposal on offer %s", id)
	request, err := s.requestOfOffer(ctx, id)
	if err != nil {
		return r, err
	}
	return s.do(ctx, request, ActRetract, func(tx *db.Tx) (Request, error) { return s.RetractIn(tx, id) })
}

// RetractIn is Retract inside the caller's transaction.
func (s *Service) RetractIn(tx *db.Tx, id OfferID) (Request, error) {
	o, err := s.ownOffer(tx, id)
	if err != nil {
		return Request{}, err
	}
	return s.perform(tx, o.Request, ActRetract, func(st *step) error {
		st.done.Offer = id
		st.inPlace(o)
		n, err := tx.Exec(`UPDATE offer SET state = 'pending', decided = 0 WHERE id = $1 AND dispatch = $2 AND state = 'proposed'`, string(id), string(st.r.Dispatch))
		if err == nil && n == 0 {
			err = fault.Conflict("request.proposal_closed")
		}
		return err
	})
}
