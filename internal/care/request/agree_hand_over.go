package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// AgreeHandOver takes a request over for the colleague it was offered to: the round of
// whoever carried it is released and a new one, taken at once, is the colleague's. The
// request stays where it was. Whoever carried it, the requester and the patient's circle are told.
func (s *Service) AgreeHandOver(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "agree to take request %s over", id)
	return s.do(ctx, id, ActAgreeHandOver, func(tx *db.Tx) (Request, error) { return s.AgreeHandOverIn(tx, id) })
}

// AgreeHandOverIn is AgreeHandOver inside the caller's transaction.
func (s *Service) AgreeHandOverIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActAgreeHandOver, func(st *step) error {
		h, ok, err := openHandOver(tx, id)
		if err == nil && !ok {
			err = fault.Conflict("request.hand_over_closed")
		}
		if err != nil {
			return err
		}
		if err := st.decideHandOver(h, handOverAgreed); err != nil {
			return err
		}
		return st.handOver(h.To)
	})
}

// handOver gives the request to a colleague in a round of his own. When it was accepted
// stays: it is part of how long the patient has waited.
func (st *step) handOver(to Who) error {
	former := st.r.Provider
	if err := moveRound(st.tx, st.r.Dispatch, RoundTaken, RoundReleased, handedOver); err != nil {
		return err
	}
	if err := st.insertTaken(); err != nil {
		return err
	}
	offer, err := st.acceptFor(to, handedOver)
	if err != nil {
		return err
	}
	st.r.Provider, st.r.ToReconfirm = to, time.Time{} // he has read the need as it is now
	if err := st.confirmed(); err != nil {
		return err
	}
	st.done.Dispatch, st.done.Offer = st.r.Dispatch, offer
	if st.r.State == Accepted {
		if err := st.watchCommitment(); err != nil {
			return err
		}
	}
	if err := st.watchSeries(); err != nil {
		return err
	}
	st.touchSubject(former.Subject)
	concerned, err := st.circle()
	if err != nil {
		return err
	}
	if former.Kind == KindOutsider {
		if err := st.tellDesk(notify.RequestHandedOver); err != nil {
			return err
		}
	} else {
		concerned = append(concerned, former.Subject)
	}
	return st.tell(notify.RequestHandedOver, concerned...)
}
