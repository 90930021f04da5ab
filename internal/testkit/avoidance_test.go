package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// TestTheRequesterSaysOnceWhatWasAvoided: the question comes after care began, to whoever
// asked, and to nobody else.
func TestTheRequesterSaysOnceWhatWasAvoided(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, supervisor := h.Ward("Maternité A"), h.Nurse("Léonore"), h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		if ward.Sees(r).AsksAvoidance {
			t.Error("asked before anybody answered")
		}
		if err := h.Requests.SayAvoidance(ward.Ctx(), r.ID, request.WouldHaveGone); fault.CodeOf(err) != "request.avoidance_early" {
			t.Errorf("said too early: %v", err)
		}
		nurse.Accepts(r)
		h.Forward(time.Hour)
		nurse.Starts(r)
		if !ward.Sees(r).AsksAvoidance || nurse.Sees(r).AsksAvoidance || supervisor.Sees(r).AsksAvoidance {
			t.Error("the requester alone is asked")
		}
		if err := h.Requests.SayAvoidance(nurse.Ctx(), r.ID, request.WouldHaveGone); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the nurse says it: %v", err)
		}
		if err := h.Requests.SayAvoidance(ward.Ctx(), r.ID, "perhaps"); fault.CodeOf(err) != "request.avoidance" {
			t.Errorf("said anything: %v", err)
		}
		h.Must(h.Requests.SayAvoidance(ward.Ctx(), r.ID, request.WouldHaveGone))
		h.Must(h.Requests.SayAvoidance(ward.Ctx(), r.ID, request.WouldHaveGone))
		if err := h.Requests.SayAvoidance(ward.Ctx(), r.ID, request.DoesNotKnow); fault.CodeOf(err) != "request.avoidance_said" {
			t.Errorf("said twice: %v", err)
		}
		if sh := ward.Sees(r); sh.AsksAvoidance || sh.Avoidance != request.WouldHaveGone {
			t.Errorf("after the answer: %q, asks %t", sh.Avoidance, sh.AsksAvoidance)
		}
		if sh := supervisor.Sees(r); sh.Avoidance != request.WouldHaveGone {
			t.Errorf("the supervisor reads %q", sh.Avoidance)
		}
		if sh := nurse.Sees(r); sh.Avoidance != "" {
			t.Errorf("the nurse reads %q", sh.Avoidance)
		}
	})
}
