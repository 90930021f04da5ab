package request

import (
	"context"
	"slices"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// leftDetail is where an act keeps the acts that the request no longer asks for.
const leftDetail = "left"

// TakeProposal retains the proposal of an offer: the request takes its terms and is given
// to whoever made it, by the same compare-and-set as an acceptance. Whoever is slower, of
// the requester and somebody who accepts, meets a conflict.
func (s *Service) TakeProposal(ctx context.Context, id OfferID) (r Request, err error) {
	defer fault.Wrap(&err, "take the proposal of offer %s", id)
	request, err := s.requestOfOffer(ctx, id)
	if err != nil {
		return r, err
	}
	return s.do(ctx, request, ActTakeProposal, func(tx *db.Tx) (Request, error) { return s.TakeProposalIn(tx, id) })
}

// TakeProposalIn is TakeProposal inside the caller's transaction.
func (s *Service) TakeProposalIn(tx *db.Tx, id OfferID) (Request, error) {
	o, err := readOffer(tx, id)
	if err != nil {
		return Request{}, err
	}
	return s.perform(tx, o.Request, ActTakeProposal, func(st *step) error {
		waiting, err := s.proposals(tx, st.r, func(Proposed) bool { return false })
		if err != nil {
			return err
		}
		i := slices.IndexFunc(waiting, func(p Proposed) bool { return p.Offer == id })
		if i < 0 {
			return fault.Conflict("request.proposal_closed")
		}
		p := waiting[i]
		if err := st.adopt(p.Proposal); err != nil {
			return err
		}
		var coming *Coming
		if p.By.Kind == directory.KindStructure && p.Coming != "" {
			coming = &Coming{Name: p.Coming}
		}
		if err := st.take(o, coming); err != nil {
			return err
		}
		if len(p.Left) > 0 {
			st.detail(leftDetail, joinCodes(p.Left))
		}
		return st.tellProvider(notify.RequestRetained)
	})
}

// adopt makes the terms of p what the request asks; what it asked before is kept.
func (st *step) adopt(p Proposal) error {
	if err := st.keepVersion(); err != nil {
		return err
	}
	if p.Days > 0 {
		st.r.Care.Days = p.Days
	}
	if len(p.Acts) > 0 {
		st.r.Acts = p.Acts
		if err := st.forgetAnswers(); err != nil {
			return err
		}
	}
	if !p.Start.IsZero() {
		t := DefaultTimes(st.r.Urgency, st.settings, p.Start, st.tx.Now(), st.zone)
		st.r.StartAt, st.r.StartBy = t.StartAt, t.StartBy
	}
	return writeNeed(st.tx, st.r)
}

// forgetAnswers leaves, of the answers about the acts, those about the acts still asked.
func (st *step) forgetAnswers() error {
	d, err := st.openDetails()
	if err != nil {
		return err
	}
	d.Answers = d.Answers.About(st.r.Acts)
	st.r.sealed, err = st.s.vault.SealJSON(st.tx, string(st.r.Patient), detailsPlace(st.r.ID), d)
	return err
}

// Left lists the acts that the request no longer asked for after the act.
func (a Done) Left() (left []nomenclature.ActCode) {
	for code := range strings.SplitSeq(a.Detail[leftDetail], ",") {
		if code != "" {
			left = append(left, nomenclature.ActCode(code))
		}
	}
	return left
}

func joinCodes[T ~string](codes []T) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = string(c)
	}
	return strings.Join(words, ",")
}
