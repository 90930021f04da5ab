package request

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Decline answers no for the recipient of an offer; reason is a code of the
// nomenclature or empty. When nobody is left to answer, the next wave opens at once,
// and the search ends when there is none. Declining twice changes nothing.
func (s *Service) Decline(ctx context.Context, id OfferID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "decline offer %s", id)
	request, err := s.requestOfOffer(ctx, id)
	if err != nil {
		return r, err
	}
	return s.do(ctx, request, ActDecline, func(tx *db.Tx) (Request, error) { return s.DeclineIn(tx, id, reason) })
}

// DeclineIn is Decline inside the caller's transaction.
func (s *Service) DeclineIn(tx *db.Tx, id OfferID, reason string) (Request, error) {
	if reason != "" && !known(nomenclature.DeclineReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	o, err := s.ownOffer(tx, id)
	if err != nil {
		return Request{}, err
	}
	if o.State == OfferDeclined {
		return read(tx, o.Request)
	}
	var st *step
	r, err := s.perform(tx, o.Request, ActDecline, func(step *step) error {
		st = step
		st.done.Offer, st.done.Reason = o.ID, reason
		st.inPlace(o)
		if o.Dispatch != st.r.Dispatch {
			return st.lost()
		}
		return decide(tx, o.ID, OfferDeclined, reason)
	})
	if err != nil {
		return r, err
	}
	if err := s.notify.Seen(tx, notify.Subject{Kind: string(o.To.Kind), ID: o.To.ID}, string(o.Request)); err != nil {
		return r, err
	}
	return st.afterAnswer(o.Dispatch)
}

// afterAnswer moves the search forward when everyone asked so far has declined or
// proposed something else: the next wave opens at once, and when there is none the
// search ends, unless a proposal still waits for the requester.
func (st *step) afterAnswer(id DispatchID) (Request, error) {
	n, err := countOffers(st.tx, id, OfferPending)
	if err != nil || n > 0 {
		return st.r, err
	}
	d, err := readRound(st.tx, id)
	if err != nil {
		return st.r, err
	}
	if d.Wave < d.Waves {
		return st.r, st.bringForward(d)
	}
	err = st.exhaustIfAllAnswered(d)
	return st.r, err
}

// known tells whether code is a reason of list.
func known(list nomenclature.ReasonList, code string) bool {
	_, ok := nomenclature.ReasonOf(list, nomenclature.ReasonCode(code))
	return ok
}

// signedIn returns who acts; fault.Unauthenticated when nobody does.
func signedIn(tx *db.Tx) (actor.Actor, error) {
	who, ok := actor.From(tx.Context())
	if !ok {
		return who, fault.Unauthenticated("session.needed")
	}
	return who, nil
}
