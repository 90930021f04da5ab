package request

import (
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// lateEnough is how late a deadline must fire for the timeline to say so: the house was down.
const lateEnough = time.Minute

// exhaustIfNobody ends a round that had nobody to ask, in the same transaction as the
// act that opened it.
func (st *step) exhaustIfNobody() (Request, error) {
	d, err := readRound(st.tx, st.r.Dispatch)
	if err != nil || d.State != RoundOpen || d.Waves > 0 {
		return st.r, err
	}
	err = st.unfill(d, ActExhaust)
	return st.r, err
}

// exhaustIfAllAnswered ends a round whose last wave has been reached and where nobody is
// left to answer. A proposal that waits keeps it open until its deadline.
func (st *step) exhaustIfAllAnswered(d Round) error {
	for _, open := range []OfferState{OfferPending, OfferProposed} {
		if n, err := countOffers(st.tx, d.ID, open); err != nil || n > 0 {
			return err
		}
	}
	return st.unfill(d, ActExhaust)
}

// timeOut is the promise of the reply deadline: a round still open ends unfilled.
func (s *Service) timeOut(tx *db.Tx, j queue.Job) error {
	st, d, ok, err := s.resumeRound(tx, DispatchID(j.Key))
	if err != nil || !ok {
		return err
	}
	if late := j.Late; late > lateEnough {
		st.done.Detail = map[string]string{"late": late.String()}
	}
	return st.unfill(d, ActTimeOut)
}

// unfill fails the round and leaves the request unfilled with its computed reason, as
// an act of the system, and tells the desk and the requester's service.
func (st *step) unfill(d Round, act Act) error {
	offers, err := offersOf(st.tx, d.ID)
	if err != nil {
		return err
	}
	verdicts, err := db.All(st.tx, db.Value[string], `SELECT verdict FROM dispatch_reason WHERE dispatch = $1`, string(d.ID))
	if err != nil {
		return err
	}
	reason := WhyUnfilled(offers, verdicts)
	if err := moveRound(st.tx, d.ID, RoundOpen, RoundFailed, reason); err != nil {
		return err
	}
	if err := closeOffers(st.tx, d.ID, OfferExpired); err != nil {
		return err
	}
	if err := st.endSearch(d.ID, notify.OfferCancelled); err != nil {
		return err
	}
	detail := st.done.Detail
	st.act, st.who, st.was = act, system, st.r.State
	st.r.State, st.r.Reason, st.r.ReplyBy = Unfilled, reason, d.ReplyBy
	st.done = Done{Dispatch: d.ID, Reason: reason, Detail: detail}
	if act == ActExhaust {
		st.done.Detail = nil
	}
	if err := st.finish(); err != nil {
		return err
	}
	if err := st.s.queue.Announce(st.tx, NewsUnfilled, string(st.r.ID)); err != nil {
		return err
	}
	return st.tellUnfilled()
}

// WhyUnfilled computes why nobody took a request, from the offers of its last round
// and the verdicts on the people considered for it. It is a code of the nomenclature.
func WhyUnfilled(offers []Offer, verdicts []string) string {
	declined, proposed := 0, 0
	for _, o := range offers {
		switch o.State {
		case OfferDeclined:
			declined++
		case OfferProposed:
			proposed++
		default:
		}
	}
	reason := nomenclature.NobodyMatches
	switch {
	case len(offers) > 0 && declined == len(offers):
		reason = nomenclature.AllDeclined
	case declined+proposed > 0, len(offers) == 0 && len(verdicts) > 0:
		reason = nomenclature.NobodyAvailable
	case len(offers) > 0:
		reason = nomenclature.NoAnswer
	}
	return string(reason)
}
