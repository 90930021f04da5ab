package testkit_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// care makes a request ask several acts for some days.
func care(days int, codes ...nomenclature.ActCode) func(*request.Ask) {
	return func(a *request.Ask) { a.Acts, a.Care.Days = codes, days }
}

// G14: « oui, mais demain, deux jours, et sans la prise de sang ». The search goes on, the
// requester retains the proposal, and the request asks what was proposed.
func TestProposalRetained(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks(care(5, "IDE01", "IDE05"))
		offer := a.OfferOn(r)
		tomorrow := h.Clock.Now().Add(22 * time.Hour)
		for field, bad := range map[string]request.Proposal{
			"start": {Start: h.Clock.Now().Add(-time.Hour)}, "days": {Days: 6}, "acts": {Acts: []nomenclature.ActCode{"IDE09"}},
		} {
			_, err := h.Requests.Propose(a.Ctx(), offer, bad)
			if f := fault.Fields(err); len(f) != 1 || f[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := h.Requests.Propose(a.Ctx(), offer, request.Proposal{Days: 5, Start: r.StartAt}); fault.CodeOf(err) != "request.proposal_empty" {
			t.Errorf("what is asked is no proposal: %v", err)
		}
		r = a.Proposes(r, request.Proposal{Start: tomorrow, Days: 2, Acts: []nomenclature.ActCode{"IDE01"}, Note: "Tournée pleine ce soir"})
		if r.State != request.Searching || ward.Told(notify.RequestProposed) != 1 {
			t.Fatalf("after the proposal the request is %s", r.State)
		}
		sh := ward.Sees(r)
		if len(sh.Proposals) != 1 || sh.Proposals[0].By.Subject != a.Subject || sh.Proposals[0].Note != "Tournée pleine ce soir" || !slices.Equal(sh.Proposals[0].Left, []nomenclature.ActCode{"IDE05"}) {
			t.Fatalf("the requester reads %+v", sh.Proposals)
		}
		if sh := b.Sees(r); len(sh.Proposals) != 0 {
			t.Error("another one asked reads who proposes")
		}
		if sh := a.Sees(r); len(sh.Proposals) != 1 || sh.Patient != nil || sh.Details != nil {
			t.Error("the proposer does not read his own proposal, or reads the patient")
		}
		r = ward.Retains(r, a)
		sh = a.Sees(r)
		if sh.State != request.Accepted || !sh.Relation.Provider || sh.Patient == nil || !sh.StartAt.Equal(tomorrow) || sh.Care.Days != 2 || !slices.Equal(sh.Request.Acts, []nomenclature.ActCode{"IDE01"}) {
			t.Fatalf("retained, the request is %s from %v for %d days: %v", sh.State, sh.StartAt, sh.Care.Days, sh.Request.Acts)
		}
		if a.Told(notify.RequestRetained) != 1 || b.Told(notify.OfferTaken) != 1 || a.Told(notify.OfferTaken) != 0 {
			t.Error("those concerned are not told")
		}
		if v := ward.Sees(r).Versions; len(v) != 1 || v[0].Asked.Care.Days != 5 || len(v[0].Asked.Acts) != 2 {
			t.Errorf("what was asked is not kept: %+v", v)
		}
		h.Until(r.StartBy.Add(-time.Minute))
		if a.Told(notify.RequestReminder) != 0 {
			t.Error("he is reminded before the start he proposed")
		}
		a.Starts(r)
	})
}

// While his proposal waits its author may accept what is asked, decline, or take it back.
func TestProposerMayStillAnswer(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		accepted, retracted, declined := ward.Asks(), ward.Asks(), ward.Asks()
		for _, r := range []request.Request{accepted, retracted, declined} {
			a.Proposes(r, request.Proposal{Days: 1})
		}
		if r := a.Accepts(accepted); r.State != request.Accepted || r.Care.Days != 3 {
			t.Errorf("accepted as asked, it is %s for %d days", r.State, r.Care.Days)
		}
		if _, err := h.Requests.TakeProposal(ward.Ctx(), h.Offers(accepted)[a.Subject]); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("retained after the acceptance: %v", err)
		}
		a.Retracts(retracted)
		if _, err := h.Requests.TakeProposal(ward.Ctx(), h.Offers(retracted)[a.Subject]); fault.CodeOf(err) != "request.proposal_closed" {
			t.Errorf("retained after it was taken back: %v", err)
		}
		if _, err := h.Requests.Retract(a.Ctx(), h.Offers(retracted)[a.Subject]); fault.CodeOf(err) != "request.proposal_closed" {
			t.Errorf("taken back twice: %v", err)
		}
		a.Accepts(retracted)
		a.Declines(declined)
		if sh := ward.Sees(declined); len(sh.Proposals) != 0 || sh.State != request.Searching {
			t.Errorf("declined, it is %s with %d proposals", sh.State, len(sh.Proposals))
		}
		if r := b.Declines(declined); r.State != request.Unfilled {
			t.Errorf("all have declined and it is %s", r.State)
		}
	})
}

// A round with a proposal that waits is not exhausted when the others decline; it ends at
// its deadline, the proposal with it, and the reason is not « aucun n’a répondu ».
func TestOpenProposalKeepsTheRoundUntilItsDeadline(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		a.Proposes(r, request.Proposal{Days: 1})
		if r = b.Declines(r); r.State != request.Searching {
			t.Fatalf("with a proposal that waits it is %s", r.State)
		}
		offer := h.Offers(r)[a.Subject]
		h.Until(r.ReplyBy)
		sh := ward.Sees(r)
		if sh.State != request.Unfilled || sh.Reason != string(nomenclature.NobodyAvailable) || len(sh.Proposals) != 0 {
			t.Errorf("at its deadline it is %s because %q", sh.State, sh.Reason)
		}
		if _, err := h.Requests.TakeProposal(ward.Ctx(), offer); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("retained after the deadline: %v", err)
		}
	})
}

// The usual team is asked alone first: when its member proposes something else, the others are asked at once.
func TestProposalOfTheUsualTeamBringsTheNextWaveForward(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, other := h.Ward("Maternité A"), h.Nurse("Habituelle"), h.Nurse("Autre")
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)
		r := ward.Asks(testkit.For(first.Patient))
		if other.OfferOn(r) != "" {
			t.Fatal("the usual team is not asked alone")
		}
		usual.Proposes(r, request.Proposal{Days: 1})
		if other.OfferOn(r) == "" {
			t.Error("the others are not asked")
		}
		if sh := other.Sees(r); len(sh.Proposals) != 0 {
			t.Error("another reads the proposal")
		}
		for _, a := range other.Sees(r).Timeline {
			if a.Act == request.ActPropose {
				t.Error("another reads who proposed")
			}
		}
	})
}

// An acceptance made of a proposal can be undone like another: everyone is asked again
// what was asked at first.
func TestUndoOfARetainedProposalAsksAsBefore(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks(care(5, "IDE01", "IDE05"), testkit.Motive("Césarienne"), func(a *request.Ask) {
			a.Details.Answers = request.Answers{"IDE05": {"fasting": "1"}}
		})
		start := r.StartAt
		a.Proposes(r, request.Proposal{Days: 2, Start: start.Add(20 * time.Hour), Acts: []nomenclature.ActCode{"IDE01"}})
		if sh := supervisor.Sees(r); len(sh.Proposals) != 1 {
			t.Error("the supervisor does not read it")
		}
		ward.Retains(r, a)
		if d := a.Sees(r).Details; len(d.Answers) != 0 || d.Motive != "Césarienne" {
			t.Errorf("what is said of the act left out stays: %+v", d)
		}
		h.Forward(time.Minute)
		if r = a.Undoes(r); r.Care.Days != 5 || len(r.Acts) != 2 || !r.StartAt.Equal(start) {
			t.Errorf("it asks %v for %d days from %v", r.Acts, r.Care.Days, r.StartAt)
		}
		if d := ward.Sees(r).Details; d.Answers.Of("IDE05", "fasting") != "1" || d.Motive != "Césarienne" {
			t.Errorf("what was said is lost: %+v", d)
		}
	})
}

// Retained and accepted at the same instant: one wins, the other meets a conflict, and the
// terms are those of the winner.
func TestRetainedAndAcceptedAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		for range 5 {
			r := ward.Asks()
			a.Proposes(r, request.Proposal{Days: 1})
			offers := h.Offers(r)
			errs := make(chan error, 2)
			go func() { _, err := h.Requests.TakeProposal(ward.Ctx(), offers[a.Subject]); errs <- err }()
			go func() { _, err := h.Requests.Accept(b.Ctx(), offers[b.Subject], ""); errs <- err }()
			one, two := <-errs, <-errs
			if (one == nil) == (two == nil) || one != nil && fault.KindOf(one) != fault.KindConflict || two != nil && fault.KindOf(two) != fault.KindConflict {
				t.Fatalf("the two end with %v and %v", one, two)
			}
			h.Settle()
			sh := ward.Sees(r)
			if retained := sh.Provider.Subject == a.Subject; retained != (sh.Care.Days == 1) {
				t.Errorf("%s carries it for %d days", sh.Provider.Name, sh.Care.Days)
			}
			h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
				n, err := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM offer WHERE request = $1 AND state IN ('accepted', 'proposed', 'pending')`, string(r.ID))
				if n != 1 {
					t.Errorf("%d offers are accepted or open", n)
				}
				return err
			}))
		}
	})
}
