package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Propose answers « yes, but » for the recipient of an offer: another start, fewer days,
// some of the acts only. The search goes on, and he may still accept what is asked, decline,
// propose otherwise or take his proposal back. His proposal ends with the round.
func (s *Service) Propose(ctx context.Context, id OfferID, p Proposal) (r Request, err error) {
	defer fault.Wrap(&err, "propose on offer %s", id)
	request, err := s.requestOfOffer(ctx, id)
	if err != nil {
		return r, err
	}
	return s.do(ctx, request, ActPropose, func(tx *db.Tx) (Request, error) { return s.ProposeIn(tx, id, p) })
}

// ProposeIn is Propose inside the caller's transaction.
func (s *Service) ProposeIn(tx *db.Tx, id OfferID, p Proposal) (Request, error) {
	o, err := s.ownOffer(tx, id)
	if err != nil {
		return Request{}, err
	}
	var st *step
	r, err := s.perform(tx, o.Request, ActPropose, func(step *step) error {
		st = step
		st.done.Offer = id
		st.inPlace(o)
		if o.Dispatch != st.r.Dispatch {
			return st.lost()
		}
		if p, err = p.against(st.r, tx.Now()); err != nil {
			return err
		}
		if err := decide(tx, id, OfferProposed, ""); err != nil {
			return err
		}
		if err := st.putProposal(id, p); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestProposed)
	})
	if err != nil {
		return r, err
	}
	if err := s.notify.Seen(tx, notify.Subject{Kind: string(o.To.Kind), ID: o.To.ID}, string(o.Request)); err != nil {
		return r, err
	}
	return st.afterAnswer(o.Dispatch)
}
