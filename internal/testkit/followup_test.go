package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
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
