package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// away says that a person is away for a week from now, replaced by another or by nobody.
func away(h *testkit.House, p, by *testkit.Person) directory.AbsenceID {
	h.T.Helper()
	a := directory.Absence{From: h.Clock.Now(), To: h.Clock.Now().AddDate(0, 0, 7), Reason: "Congés"}
	if by != nil {
		a.Replacement = by.Subject.ID
	}
	id, err := h.Directory.AddAbsence(p.Ctx(), p.Subject, a)
	h.Must(err)
	return id
}

// usualOf makes people the usual team of a patient who is known, and returns how to ask for him.
func usualOf(h *testkit.House, ward *testkit.Person, members ...*testkit.Person) func(*request.Ask) {
	h.T.Helper()
	first := ward.Asks()
	ward.Cancels(first)
	h.Usual(first.Patient, members...)
	return testkit.For(first.Patient)
}

// While a usual nurse is away, whoever she named is asked in her place, alone for the usual
// time and however far he lives; he reads what she would, until he answers; and the reason
// is kept for all. Once she is back, she is asked herself.
func TestTheReplacementOfAUsualNurse(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		usual, other := h.Nurse("Habituelle"), h.Nurse("Autre")
		stands := h.Professional(testkit.Professional{Name: "Remplaçante", Commune: "Massy"})
		known := usualOf(h, ward, usual)
		id := away(h, usual, stands)

		r := ward.Asks(known)
		asked := h.Asked(supervisor, r)
		if len(asked) != 1 || asked[stands.Subject].Replaces != "Camille Habituelle" || !asked[stands.Subject].Usual {
			t.Fatalf("asked at first: %+v", asked)
		}
		if why := verdicts(supervisor, r); why[usual.Subject] != request.Verdict(directory.AvailableAbsent) {
			t.Errorf("who is away is %q", why[usual.Subject])
		}
		sh := stands.Sees(r)
		if sh.Name == "" || sh.Patient != nil || sh.Details != nil || len(sh.Timeline) == 0 || sh.Offer.Why[0] != "replaces" || sh.Offer.Replaces != "Camille Habituelle" {
			t.Errorf("the replacement reads %q, %+v", sh.Name, sh.Offer)
		}
		if f, err := h.Requests.PatientFile(stands.Ctx(), r.Patient); err != nil || f.Patient.Identity.FamilyName == "" || f.Patient.Identity.Street != "" {
			t.Errorf("she opens %+v: %v", f.Patient.Identity, err)
		}
		h.Forward(61 * time.Minute)
		if asked := h.Asked(supervisor, r); len(asked) != 2 || asked[other.Subject].Replaces != "" {
			t.Errorf("asked at half of the delay: %+v", asked)
		}
		if sh := other.Sees(r); sh.Name != "" {
			t.Error("the others read the name")
		}
		stands.Declines(r)
		if last := lastAct(supervisor, r, request.ActDecline); last.Person != stands.Subject.ID || last.Replaced() != "Camille Habituelle" {
			t.Errorf("declined as %+v", last)
		}
		if sh := stands.Sees(r); sh.Name != "" || len(sh.Rounds) != 0 {
			t.Errorf("having declined she still reads %q", sh.Name)
		}
		if _, err := h.Requests.PatientFile(stands.Ctx(), r.Patient); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("having declined she opens the file: %v", err)
		}

		// Given back, the request leaves out the replacement who declined and the one who gave it back.
		other.Accepts(r)
		third := h.Nurse("Troisième")
		r = other.Releases(r)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[third.Subject].Asked.IsZero() {
			t.Errorf("after the release: %v", asked)
		}
		ward.Cancels(r)

		// What she accepts names both in the timeline.
		r = ward.Asks(known)
		stands.Proposes(r, request.Proposal{Start: r.StartAt.Add(time.Hour)})
		if last := lastAct(ward, r, request.ActPropose); last.Person != stands.Subject.ID || last.Replaced() != "Camille Habituelle" {
			t.Errorf("proposed as %+v", last)
		}
		r = ward.Retains(r, stands)
		if last := lastAct(ward, r, request.ActTakeProposal); last.Person == stands.Subject.ID || last.Replaced() != "" {
			t.Errorf("retained as %+v", last)
		}
		ward.Cancels(r)
		r = stands.Accepts(ward.Asks(known))
		if last := lastAct(ward, r, request.ActAccept); last.Person != stands.Subject.ID || last.Replaced() != "Camille Habituelle" {
			t.Errorf("accepted as %+v", last)
		}
		stands.Releases(r)
		ward.Cancels(r)

		h.Must(h.Directory.EndAbsence(usual.Ctx(), usual.Subject, id))
		r = ward.Asks(known)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[usual.Subject].Replaces != "" || asked[usual.Subject].Asked.IsZero() {
			t.Errorf("back: %v", asked)
		}
	})
}

// Whoever is a member himself is asked as one; a replacement who is away hands on to hers;
// one who goes round in a circle, or has nobody, leaves no usual time.
func TestReplacementsOfReplacements(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		usual, member, hands := h.Nurse("Habituelle"), h.Nurse("Membre"), h.Nurse("Relais")
		far := h.Professional(testkit.Professional{Name: "Loin", Commune: "Massy"})
		both, alone := usualOf(h, ward, usual, member), usualOf(h, ward, usual)
		id := away(h, usual, member)
		r := ward.Asks(both)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[member.Subject].Replaces != "" {
			t.Errorf("a member who replaces another: %+v", asked)
		}
		ward.Cancels(r)
		h.Must(h.Directory.EndAbsence(usual.Ctx(), usual.Subject, id))

		away(h, usual, hands)
		id = away(h, hands, far)
		r = ward.Asks(alone)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[far.Subject].Replaces != "Camille Habituelle" {
			t.Errorf("a replacement who is away: %+v", asked)
		}
		ward.Cancels(r)
		h.Must(h.Directory.EndAbsence(hands.Ctx(), hands.Subject, id))

		away(h, hands, usual)
		r = ward.Asks(alone)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[member.Subject].Asked.IsZero() {
			t.Errorf("round in a circle: %+v", asked)
		}
	})
}

// lastAct is the last of a kind in the timeline that somebody reads.
func lastAct(who *testkit.Person, r request.Request, kind request.Act) (last request.Done) {
	for _, a := range who.Sees(r).Timeline {
		if a.Act == kind {
			last = a
		}
	}
	return last
}
