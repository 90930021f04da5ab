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
	"entractes/internal/testkit"
)

// F14: a nurse asks a colleague to take over a series that has begun. Until she agrees the
// colleague reads nothing of the patient; then the request is hers, in a round of her own,
// and those concerned are told.
func TestHandedOverToAColleague(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, usual := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Habituelle")
		colleague := h.Professional(testkit.Professional{Name: "Loin", Commune: "Étampes"})
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks(testkit.Motive("Césarienne"))
		h.Usual(r.Patient, usual)
		a.Accepts(r)
		a.Starts(r)
		a.Visits(r, "Vu", h.Clock.Now().Add(24*time.Hour))
		if _, err := h.Requests.Show(colleague.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Fatalf("the colleague sees it before: %v", err)
		}
		r = a.OffersHandOver(r, colleague)
		sh := colleague.Sees(r)
		if sh.Name != "" || sh.Patient != nil || sh.Details != nil || len(sh.Visits)+len(sh.Reports)+len(sh.Messages) != 0 || !sh.Sight.Need || sh.HandOver == nil || sh.HandOver.By.Subject != a.Subject {
			t.Errorf("before she agrees the colleague reads %+v", sh)
		}
		if !slices.Equal(sh.Acts, []request.Act{request.ActAgreeHandOver, request.ActRefuseHandOver}) || colleague.Told(notify.RequestHandover) != 1 {
			t.Errorf("she may %v", sh.Acts)
		}
		home, err := h.Requests.Home(colleague.Ctx())
		h.Must(err)
		if len(home.HandOvers) != 1 || home.HandOvers[0].Patient != "" {
			t.Errorf("her home shows %+v", home.HandOvers)
		}
		if sh := a.Sees(r); !sh.Relation.Provider || sh.State != request.Started {
			t.Error("whoever carries it lost it before the agreement")
		}

		r = colleague.AgreesHandOver(r)
		sh = colleague.Sees(r)
		if sh.State != request.Started || !sh.Relation.Provider || sh.Patient == nil || len(sh.Visits) != 1 || sh.NextVisit.IsZero() {
			t.Fatalf("taken over, it is %s, provider %v", sh.State, sh.Relation.Provider)
		}
		rounds := supervisor.Sees(r).Rounds
		if len(rounds) != 2 || rounds[0].State != request.RoundTaken || !rounds[1].HandedOver() {
			t.Errorf("the rounds are %+v", rounds)
		}
		if sh := a.Sees(r); sh.Patient != nil || sh.Relation.Provider {
			t.Error("who handed over still carries it")
		}
		for _, who := range []*testkit.Person{ward, usual, a} {
			if who.Told(notify.RequestHandedOver) != 1 {
				t.Errorf("%s is not told", who.Name)
			}
		}
		colleague.Visits(r, "Vu aussi", time.Time{})
		if r = colleague.Completes(r); r.State != request.Completed {
			t.Errorf("it is %s", r.State)
		}
	})
}

// Who is named is a colleague: of the profession, of the directory, and one at a time.
func TestWhomOneMayHandOverTo(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b, c := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux"), h.Nurse("Trois")
		doctor := h.Doctor("Toubib")
		r := ward.Asks()
		a.Accepts(r)
		for _, to := range []*testkit.Person{a, doctor, ward, {}} {
			if _, err := h.Requests.OfferHandOver(a.Ctx(), r.ID, to.Subject); fault.CodeOf(err) != "request.colleague" {
				t.Errorf("offered to %s: %v", to.Name, err)
			}
		}
		if _, err := h.Requests.OfferHandOver(b.Ctx(), r.ID, c.Subject); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("offered by another: %v", err)
		}
		a.OffersHandOver(r, b)
		if _, err := h.Requests.OfferHandOver(a.Ctx(), r.ID, c.Subject); fault.CodeOf(err) != "request.hand_over_open" {
			t.Errorf("offered to two: %v", err)
		}
		if _, err := h.Requests.AgreeHandOver(c.Ctx(), r.ID); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("agreed by another: %v", err)
		}
		b.RefusesHandOver(r)
		if a.Told(notify.RequestHandoverRefused) != 1 || !a.Sees(r).Relation.Provider {
			t.Error("whoever carries it is not told, or lost it")
		}
		a.OffersHandOver(r, c)
		a.WithdrawsHandOver(r)
		if c.Told(notify.RequestHandoverEnded) != 1 {
			t.Error("the colleague is not told that it is withdrawn")
		}
		if _, err := h.Requests.AgreeHandOver(c.Ctx(), r.ID); err == nil {
			t.Error("agreed after it was withdrawn")
		}
	})
}

// An offer to hand over dies with the round, whatever ends it, and lives through a suspension.
func TestHandOverDiesWithTheRound(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		released, cancelled, suspended := ward.Asks(), ward.Asks(), ward.Asks()
		for _, r := range []request.Request{released, cancelled, suspended} {
			a.Accepts(r)
			a.OffersHandOver(r, b)
		}
		a.Releases(released)
		ward.Cancels(cancelled)
		ward.Suspends(suspended, "discharge_postponed")
		for _, r := range []request.Request{released, cancelled} {
			if _, err := h.Requests.AgreeHandOver(b.Ctx(), r.ID); err == nil {
				t.Error("agreed after the round ended")
			}
		}
		if b.Told(notify.RequestHandoverEnded) != 2 {
			t.Errorf("the colleague is told %d times", b.Told(notify.RequestHandoverEnded))
		}
		r := b.AgreesHandOver(suspended)
		if r.State != request.Suspended || r.CameFrom != request.Accepted {
			t.Errorf("it is %s from %s", r.State, r.CameFrom)
		}
		if r = b.Resumes(r, time.Time{}); r.State != request.Accepted || !b.Sees(r).Relation.Provider {
			t.Errorf("resumed, it is %s", r.State)
		}
		// Who handed over is asked last of all, as one who released is.
		if r = b.Releases(r); a.OfferOn(r) == "" {
			t.Error("nobody else matches, and he is not asked")
		}
	})
}

// Once a colleague has agreed nothing can be undone; the commitment is watched for him.
func TestHandedOverIsNotUndone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks(testkit.Urgency(nomenclature.U1))
		a.Accepts(r)
		a.OffersHandOver(r, b)
		b.AgreesHandOver(r)
		if _, err := h.Requests.Undo(b.Ctx(), r.ID); fault.CodeOf(err) != "request.undo_late" {
			t.Errorf("undone by the colleague: %v", err)
		}
		h.Until(r.StartBy)
		if a.Told(notify.RequestReminder) != 0 || b.Told(notify.RequestReminder) != 1 {
			t.Error("the wrong one is reminded")
		}
	})
}
