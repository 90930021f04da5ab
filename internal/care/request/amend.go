package request

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// amendedRound is the reason of a round withdrawn because the need changed.
const amendedRound = string(ActAmend)

// Amend changes what a request asks. What it asked before is kept. A search starts again
// with the new need, the same people first, each told once why. Whoever carries the
// request reads the new need at once and is asked to confirm that he still does; when he
// stays silent the desk is told. For the requester's service.
func (s *Service) Amend(ctx context.Context, id ID, c Change) (r Request, err error) {
	defer fault.Wrap(&err, "amend request %s", id)
	return s.do(ctx, id, ActAmend, func(tx *db.Tx) (Request, error) { return s.AmendIn(tx, id, c) })
}

// AmendIn is Amend inside the caller's transaction.
func (s *Service) AmendIn(tx *db.Tx, id ID, c Change) (Request, error) {
	var st *step
	r, err := s.perform(tx, id, ActAmend, func(step *step) error {
		st = step
		was := st.r
		parts, err := st.change(c)
		if err != nil {
			return err
		}
		switch {
		case st.r.State == Searching:
			err = st.searchAgain(was)
		case st.r.Provider.ID != "":
			err = st.awaitReconfirmation(slices.Contains(parts, partStart))
		}
		st.detail(changedDetail, strings.Join(parts, ","))
		return err
	})
	if err != nil || r.State != Searching {
		return r, err
	}
	return st.exhaustIfNobody()
}

// searchAgain withdraws the open round of a request that was asked otherwise, and opens
// another for what it asks now. Those who had been told and are asked again get one
// message, which says that the need changed; those who no longer match learn that nothing
// is asked of them any more.
func (st *step) searchAgain(was Request) error {
	d, err := readRound(st.tx, was.Dispatch)
	if err != nil {
		return err
	}
	if err := moveRound(st.tx, d.ID, RoundOpen, RoundWithdrawn, amendedRound); err != nil {
		return err
	}
	if err := closeOffers(st.tx, d.ID, OfferWithdrawn); err != nil {
		return err
	}
	told, err := st.closeSearch(d.ID)
	if err != nil {
		return err
	}
	if err := st.reschedule(time.Time{}); err != nil {
		return err
	}
	d.Number++ // the round about to open
	leftOut, err := leftOutOf(st.tx, d)
	if err != nil {
		return err
	}
	st.toldBefore = map[directory.Subject]bool{}
	for _, s := range told {
		st.toldBefore[directory.Subject{Kind: directory.Kind(s.Kind), ID: s.ID}] = true
	}
	if err := st.openRound(leftOut); err != nil {
		return err
	}
	offers, err := offersOf(st.tx, st.r.Dispatch)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, o := range offers {
		asked[o.To.ID] = true
	}
	before := *st
	before.r = was // they are told of what they had been asked
	return before.tellEnded(was.Dispatch, told, notify.OfferCancelled, asked)
}

// markAgain marks, among the candidates of a round that follows an amendment, those whom
// the search it interrupted had asked: they are asked first.
func markAgain(tx *db.Tx, id ID, number int, all []Candidate) error {
	rounds, err := roundsOf(tx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rounds, func(d Round) bool { return d.Number == number-1 && d.Amended() })
	if i < 0 {
		return nil
	}
	offers, err := offersOf(tx, rounds[i].ID)
	if err != nil {
		return err
	}
	for k := range all {
		all[k].Again = slices.ContainsFunc(offers, func(o Offer) bool { return o.To.Subject == all[k].Subject })
	}
	return nil
}

// Amended tells whether the round was withdrawn because the need changed.
func (d Round) Amended() bool { return d.State == RoundWithdrawn && d.Reason == amendedRound }

// awaitReconfirmation asks whoever carries the request to confirm that he still does. A
// first visit agreed for another start no longer holds.
func (st *step) awaitReconfirmation(restarted bool) error {
	st.r.ToReconfirm = st.tx.Now()
	if st.r.State == Accepted {
		if restarted {
			st.r.NextVisit = time.Time{}
		}
		if err := st.watchCommitment(); err != nil {
			return err
		}
	}
	if err := st.watchSeries(); err != nil {
		return err
	}
	if err := st.confirmed(); err != nil {
		return err
	}
	if err := st.s.queue.Promise(st.tx, jobReconfirm, string(st.r.ID), st.silentUntil(), sinceArgs(st.r.ToReconfirm)); err != nil {
		return err
	}
	return st.tellProvider(notify.RequestAmended)
}

// silentUntil is how long whoever carries a changed request may stay silent. The night
// does not count for what can wait.
func (st *step) silentUntil() time.Time {
	now := st.tx.Now()
	if immediate(st.r.Urgency) {
		return now.Add(st.settings.ReconfirmSoon)
	}
	return civil.AddAwake(now, st.settings.Reconfirm, st.settings.Night, st.zone.Loc)
}
