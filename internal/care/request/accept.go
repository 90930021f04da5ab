package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Accept takes the request of an offer for its recipient. The first to accept wins:
// the others meet a conflict that says so. The winner who accepts again gets the same
// success, and no second act. coming names who will come, when a cabinet or a structure answers.
func (s *Service) Accept(ctx context.Context, id OfferID, coming string) (r Request, err error) {
	return s.AcceptSending(ctx, id, Coming{Name: coming})
}

// AcceptSending is Accept for a cabinet or a structure that says who comes: one of its own,
// or a name with a phone. A person comes himself.
func (s *Service) AcceptSending(ctx context.Context, id OfferID, coming Coming) (r Request, err error) {
	defer fault.Wrap(&err, "accept offer %s", id)
	request, err := s.requestOfOffer(ctx, id)
	if err != nil {
		return r, err
	}
	return s.do(ctx, request, ActAccept, func(tx *db.Tx) (Request, error) { return s.acceptIn(tx, id, coming) })
}

// AcceptIn is Accept inside the caller's transaction.
func (s *Service) AcceptIn(tx *db.Tx, id OfferID, coming string) (Request, error) {
	return s.acceptIn(tx, id, Coming{Name: coming})
}

func (s *Service) acceptIn(tx *db.Tx, id OfferID, coming Coming) (Request, error) {
	o, err := s.ownOffer(tx, id)
	if err != nil {
		return Request{}, err
	}
	if o.State == OfferAccepted {
		// Only while he carries it: who accepted and has given it back since is told how things stand.
		if r, err := read(tx, o.Request); err != nil || r.Dispatch == o.Dispatch && r.Provider.Subject == o.To.Subject {
			return r, err
		}
	}
	return s.perform(tx, o.Request, ActAccept, func(st *step) error {
		// The request is locked now, so the offer is read again.
		if o, err = readOffer(tx, id); err != nil {
			return err
		}
		if o.Dispatch != st.r.Dispatch || !o.State.open() {
			return st.lost()
		}
		if o.To.Kind != directory.KindStructure {
			err := st.take(o, nil)
			st.inPlace(o)
			return err
		}
		st.who.OnBehalf = o.To.ID
		return st.take(o, &coming)
	})
}

// take gives the round to the recipient of o and tells everyone concerned. coming is who comes
// for a structure, nil when nobody was named.
func (st *step) take(o Offer, coming *Coming) error {
	if err := moveRound(st.tx, o.Dispatch, RoundOpen, RoundTaken, ""); err != nil {
		return err
	}
	if err := decide(st.tx, o.ID, OfferAccepted, ""); err != nil {
		return err
	}
	if err := closeOffers(st.tx, o.Dispatch, OfferTakenByOther); err != nil {
		return err
	}
	st.r.Provider, st.r.AcceptedAt = o.To, st.tx.Now()
	st.done = Done{Dispatch: o.Dispatch, Offer: o.ID}
	if coming != nil {
		if err := st.comes(*coming); err != nil {
			return err
		}
	}
	if err := st.endSearch(o.Dispatch, notify.OfferTaken); err != nil {
		return err
	}
	if err := st.s.queue.Announce(st.tx, NewsAccepted, string(st.r.ID)); err != nil {
		return err
	}
	if err := st.watchCommitment(); err != nil {
		return err
	}
	if err := st.endFollowed(); err != nil {
		return err
	}
	return st.tellCircle(notify.RequestAccepted)
}

// joinNames writes who will come beside the structure that answers.
func joinNames(coming, actorName, structure string) string {
	if coming == "" {
		coming = actorName
	}
	if coming == "" || coming == structure {
		return structure
	}
	return coming + ", " + structure
}

// requestOfOffer finds the request of an offer; fault.NotFound when there is none.
func (s *Service) requestOfOffer(ctx context.Context, id OfferID) (r ID, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		o, err := readOffer(tx, id)
		r = o.Request
		return err
	})
	return r, err
}

// ownOffer reads an offer made to the actor; fault.NotFound when it is not his.
func (s *Service) ownOffer(tx *db.Tx, id OfferID) (Offer, error) {
	who, err := signedIn(tx)
	if err != nil {
		return Offer{}, err
	}
	o, err := readOffer(tx, id)
	if err == nil && !is(who, o.To.Subject) {
		err = fault.NotFound("request.offer_not_found")
	}
	return o, err
}
