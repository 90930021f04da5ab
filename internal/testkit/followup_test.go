package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/testkit"
)

// Within two minutes an acceptance can be taken back: everyone is asked again, the one
// who took it back among them, and a later release does not hold it against him.
func TestUndoAsksEveryoneAgain(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		a.Accepts(r)
		h.Forward(time.Minute)
		r = a.Undoes(r)
		if asked := h.Asked(supervisor, r); r.State != request.Searching || len(asked) != 2 {
			t.Fatalf("after the undo the request is %s and asks %v", r.State, asked)
		}
		if sh := supervisor.Sees(r); !sh.Rounds[1].Undone() || ward.Told(notify.RequestUndone) != 1 || ward.Told(notify.RequestReleased) != 0 {
			t.Errorf("it is counted as a release: %+v", sh.Rounds[1].Round)
		}
		if sh := a.Sees(r); sh.Patient != nil {
			t.Error("the patient is still open")
		}
		b.Accepts(r)
		r = b.Releases(r)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[a.Subject].Asked.IsZero() {
			t.Errorf("after the release of the other: %v", asked)
		}
	})
}

// Undo ends with its time, and with a message.
func TestUndoIsForTheFirstMinutesOnly(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		late, spoken := ward.Asks(), ward.Asks()
		a.Accepts(late)
		a.Accepts(spoken)
		h.Must(h.Requests.Write(ward.Ctx(), spoken.ID, "Merci"))
		if _, err := h.Requests.Undo(a.Ctx(), spoken.ID); fault.CodeOf(err) != "request.undo_late" {
			t.Errorf("undone after a message: %v", err)
		}
		h.Forward(2 * time.Minute)
		if _, err := h.Requests.Undo(a.Ctx(), late.ID); fault.CodeOf(err) != "request.undo_late" {
			t.Errorf("undone after two minutes: %v", err)
		}
		for _, act := range a.Sees(late).Acts {
			if act == request.ActUndo {
				t.Error("the button is still there")
			}
		}
	})
}

// EA-094: an accepted request is handed back as not taken, with its reason; no search
// follows until somebody decides so, and then everyone is asked.
func TestHandedBackIsUnfilled(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		a.Accepts(r)
		if _, err := h.Requests.HandBack(a.Ctx(), r.ID, string(nomenclature.NoAnswer)); fault.CodeOf(err) != "request.reason" {
			t.Errorf("a reason only a search can have: %v", err)
		}
		r = a.HandsBack(r)
		sh := ward.Sees(r)
		if sh.State != request.Unfilled || sh.Reason == "" || sh.Rounds[0].State != request.RoundFailed || len(sh.Rounds) != 1 {
			t.Fatalf("handed back, the request is %s because %q", sh.State, sh.Reason)
		}
		if h.DeskTold(notify.RequestUnfilled) != 1 || ward.Told(notify.RequestUnfilled) != 1 {
			t.Error("the desk or the ward was not told")
		}
		if sh := a.Sees(r); sh.Patient != nil || sh.Relation.Provider {
			t.Error("who handed back still carries it")
		}
		if back := ward.Retries(r); back.State != request.Searching || a.OfferOn(back) == "" {
			t.Error("a retry does not ask everybody")
		}
	})
}

// The first visit is agreed with the patient: a date to come, told to the requester.
func TestContactAgreesTheFirstVisit(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		a.Accepts(r)
		next := h.Clock.Now().Add(20 * time.Hour)
		for _, bad := range []time.Time{{}, h.Clock.Now().Add(-time.Hour), next.AddDate(3, 0, 0)} {
			if _, err := h.Requests.Contact(a.Ctx(), r.ID, bad); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("a visit at %v: %v", bad, err)
			}
		}
		r = a.Contacts(r, next)
		if r.State != request.Accepted || !r.NextVisit.Equal(next) || ward.Told(notify.RequestContact) != 1 {
			t.Errorf("the request is %s, its visit at %v", r.State, r.NextVisit)
		}
		if _, err := h.Requests.Undo(a.Ctx(), r.ID); fault.CodeOf(err) != "request.undo_late" {
			t.Errorf("undone after a contact: %v", err)
		}
		if last := ward.Sees(r).Timeline; !last[len(last)-1].Next().Equal(next) {
			t.Error("the story does not tell when")
		}
		if r = a.Releases(r); !r.NextVisit.IsZero() || !r.StartAt.Equal(next) {
			t.Errorf("after the release care is wanted at %v, next visit %v", r.StartAt, r.NextVisit)
		}
	})
}

// G7: accepted and not started at the agreed time, the provider is reminded, then the
// desk is told; a first visit agreed otherwise moves both, and a start ends them.
func TestCommitmentIsWatched(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		kept, late := ward.Asks(testkit.Urgency(nomenclature.U1)), ward.Asks(testkit.Urgency(nomenclature.U1))
		a.Accepts(kept)
		a.Accepts(late)
		a.Starts(kept)
		agreed := late.StartBy.Add(time.Hour)
		a.Contacts(late, agreed)
		h.Until(agreed.Add(-time.Minute))
		if n := a.Told(notify.RequestReminder); n != 0 {
			t.Fatalf("%d reminders before the agreed time", n)
		}
		h.Until(agreed)
		if a.Told(notify.RequestReminder) != 1 || h.DeskTold(notify.RequestLate) != 0 {
			t.Error("at the agreed time the provider is not reminded alone")
		}
		h.Forward(15 * time.Minute)
		if h.DeskTold(notify.RequestLate) != 1 {
			t.Error("the desk is not told")
		}
		h.Forward(24 * time.Hour)
		if a.Told(notify.RequestReminder) != 1 || h.DeskTold(notify.RequestLate) != 1 {
			t.Error("they are told again")
		}
	})
}

// Who starts after the reminder, or gives back, is not told about.
func TestStartedAfterTheReminder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r, given := ward.Asks(), ward.Asks()
		a.Accepts(r)
		a.Accepts(given)
		h.Until(r.StartBy)
		if a.Told(notify.RequestReminder) != 2 {
			t.Fatal("the provider is not reminded")
		}
		a.Starts(r)
		a.Releases(given)
		h.Forward(12 * time.Hour)
		if n := h.DeskTold(notify.RequestLate); n != 0 {
			t.Errorf("the desk is told %d times", n)
		}
	})
}

// What was entered in error stops and is kept, and leaves the lists people read.
func TestEnteredInErrorLeavesTheLists(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		asked, carried := ward.Asks(), ward.Asks()
		a.Accepts(carried)
		ward.MarksError(asked)
		supervisor.MarksError(carried)
		if b.Told(notify.OfferCancelled) != 1 || a.Told(notify.RequestError) != 1 || ward.Told(notify.RequestError) != 1 {
			t.Error("those concerned are not told")
		}
		home, err := h.Requests.Home(ward.Ctx())
		h.Must(err)
		patients, err := h.Requests.PatientList(ward.Ctx())
		h.Must(err)
		console, err := h.Supervise.Console(supervisor.Ctx(), supervise.Query{})
		h.Must(err)
		if len(home.Mine) != 0 || len(patients) != 0 || len(console.Rows) != 0 {
			t.Errorf("still in a list: %d, %d, %d", len(home.Mine), len(patients), len(console.Rows))
		}
		if sh := supervisor.Sees(carried); sh.State != request.EnteredInError || len(sh.Acts) != 0 || sh.Rounds[0].State != request.RoundWithdrawn {
			t.Errorf("it is not kept: %s, %v", sh.State, sh.Acts)
		}
		h.Forward(48 * time.Hour)
		if h.DeskTold(notify.RequestUnfilled)+h.DeskTold(notify.RequestLate) != 0 {
			t.Error("something still runs")
		}
	})
}

// An unfilled request waits on the list with its reason, until it is searched again.
func TestWaitingList(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		r, other := ward.Asks(), ward.Asks()
		r, other = ward.Waitlists(r), supervisor.Waitlists(other)
		if r.State != request.Waitlisted || r.Reason != string(nomenclature.NobodyMatches) {
			t.Fatalf("the request is %s because %q", r.State, r.Reason)
		}
		if h.DeskTold(notify.RequestWaitlisted) != 1 || ward.Told(notify.RequestWaitlisted) != 1 {
			t.Error("the other side is not told")
		}
		nurse := h.Nurse("Nouvelle")
		h.Forward(48 * time.Hour)
		if r = supervisor.Retries(r); r.State != request.Searching || nurse.OfferOn(r) == "" {
			t.Errorf("searched again, the request is %s", r.State)
		}
		if ward.Sees(other).State != request.Waitlisted {
			t.Error("the other one left the list")
		}
	})
}
