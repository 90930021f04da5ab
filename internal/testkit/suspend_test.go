package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// A search suspended is withdrawn: those who had been told learn it, the usual team reads
// no more than before, and resuming asks everyone from a date asked again.
func TestSuspendedSearch(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, other := h.Ward("Maternité A"), h.Nurse("Habituelle"), h.Nurse("Autre")
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)
		r := ward.Asks(testkit.For(first.Patient))
		offer := usual.OfferOn(r)
		r = ward.Suspends(r, "discharge_postponed")
		if r.State != request.Suspended || r.CameFrom != request.Searching {
			t.Fatalf("the request is %s, from %s", r.State, r.CameFrom)
		}
		if usual.Told(notify.OfferCancelled) != 2 { // of the first request, and of this one
			t.Error("who had been told does not learn it")
		}
		if sh := usual.Sees(r); sh.Patient != nil || sh.Details != nil {
			t.Error("the usual team reads a patient nobody carries")
		}
		if _, err := h.Requests.Accept(usual.Ctx(), offer, ""); fault.CodeOf(err) != "request.suspended" {
			t.Errorf("accepted while suspended: %v", err)
		}
		before := len(other.Phones())
		h.Forward(8 * time.Hour)
		if sh := ward.Sees(r); sh.State != request.Suspended || len(other.Phones()) != before {
			t.Errorf("the search went on: %s", sh.State)
		}
		if _, err := h.Requests.Resume(ward.Ctx(), r.ID, h.Clock.Now().Add(-time.Hour)); fault.CodeOf(err) != "request.start_past" {
			t.Errorf("resumed for a time gone by: %v", err)
		}
		start := h.Clock.Now().Add(30 * time.Hour)
		r = ward.Resumes(r, start)
		if sh := ward.Sees(r); r.State != request.Searching || len(sh.Rounds) != 2 || !sh.StartAt.Equal(start) || usual.OfferOn(r) == "" {
			t.Errorf("resumed, the request is %s with %d rounds, wanted at %v", sh.State, len(sh.Rounds), sh.StartAt)
		}
	})
}

// « Hospitalisé », said once, suspends each open request of the patient in the name of
// who said it; the providers are kept, and each is resumed where it was.
func TestHospitalisedSuspendsEverything(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, clinic, a, b := h.Ward("Maternité A"), h.Ward("Chirurgie B"), h.Nurse("Un"), h.Nurse("Deux")
		said := ward.Asks()
		carried, ended := ward.Asks(testkit.For(said.Patient)), ward.Asks(testkit.For(said.Patient))
		stranger := clinic.Asks()
		for _, r := range []request.Request{said, ended} {
			a.Accepts(r)
		}
		b.Accepts(carried)
		a.Completes(ended)
		a.Starts(said)
		a.Suspends(said, nomenclature.Hospitalised)

		sh := b.Sees(carried)
		last := sh.Timeline[len(sh.Timeline)-1]
		if sh.State != request.Suspended || sh.CameFrom != request.Accepted || !sh.Relation.Provider {
			t.Fatalf("the other request is %s, from %s", sh.State, sh.CameFrom)
		}
		if last.Act != request.ActSuspend || last.Account != "" || last.OnBehalf != a.Subject.ID || last.Name != a.Actor.Name {
			t.Errorf("its story says %+v", last)
		}
		if b.Told(notify.RequestSuspended) != 1 || a.Told(notify.RequestSuspended) != 0 || ward.Told(notify.RequestSuspended) != 2 {
			t.Errorf("told: %d, %d, %d", b.Told(notify.RequestSuspended), a.Told(notify.RequestSuspended), ward.Told(notify.RequestSuspended))
		}
		if ward.Sees(ended).State != request.Completed || clinic.Sees(stranger).State != request.Searching {
			t.Error("what had ended, or is another patient’s, is suspended")
		}
		h.Forward(72 * time.Hour)
		if b.Told(notify.RequestReminder) != 0 {
			t.Error("a suspended request is late")
		}
		next := h.Clock.Now().Add(2 * time.Hour)
		if r := b.Resumes(carried, next); r.State != request.Accepted || !r.NextVisit.Equal(next) {
			t.Errorf("resumed, the request is %s", r.State)
		}
		h.Until(next)
		if b.Told(notify.RequestReminder) != 1 {
			t.Error("the commitment is not watched again")
		}
		if r := a.Resumes(said, time.Time{}); r.State != request.Started {
			t.Errorf("resumed, the request is %s", r.State)
		}
	})
}

// A visit not done because the patient is in hospital says it too.
func TestVisitFindsThePatientInHospital(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		a.Accepts(r)
		a.Starts(r)
		got, err := h.Requests.Visit(a.Ctx(), r.ID, request.Passage{Outcome: string(nomenclature.Hospitalised)})
		h.Must(err)
		if got.State != request.Suspended || got.CameFrom != request.Started {
			t.Errorf("the request is %s", got.State)
		}
	})
}
