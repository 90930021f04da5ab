package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// EA-043: the desk places a request that is being asked with somebody of the platform it
// had on the phone, even one who had declined; the others learn that it is taken.
func TestPlacedWithSomebodyOfThePlatform(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b, away := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux"), h.Professional(testkit.Professional{Name: "Loin", Commune: "Étampes"})
		operator, supervisor := h.Supervisor(actor.RoleOperator), h.Supervisor(actor.RoleSupervisorNurse)
		r, elsewhere := ward.Asks(), ward.Asks()
		a.Declines(r)
		r = operator.Places(r, request.Placement{Person: a.Subject.ID})
		if r.State != request.Accepted || r.Provider.Subject != a.Subject || a.Sees(r).Patient == nil {
			t.Fatalf("the request is %s, carried by %v", r.State, r.Provider)
		}
		if a.Told(notify.RequestPlaced) != 1 || b.Told(notify.OfferTaken) != 1 || ward.Told(notify.RequestAccepted) != 1 {
			t.Error("those concerned are not told")
		}
		if elsewhere = supervisor.Places(elsewhere, request.Placement{Person: away.Subject.ID}); elsewhere.Provider.Subject != away.Subject {
			t.Errorf("the other is carried by %v", elsewhere.Provider)
		}
		if _, err := h.Requests.Place(supervisor.Ctx(), r.ID, request.Placement{Person: b.Subject.ID}); fault.CodeOf(err) != "request.state" {
			t.Errorf("placed twice: %v", err)
		}
		if _, err := h.Requests.Place(b.Ctx(), ward.Asks().ID, request.Placement{Person: b.Subject.ID}); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a nurse places: %v", err)
		}
		a.Starts(r)
	})
}

// A request nobody took is placed with an outsider: the desk performs his acts, in his
// name, and is told what he would be told.
func TestPlacedWithAnOutsider(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		operator, doctor := h.Supervisor(actor.RoleOperator), h.Supervisor(actor.RoleSupervisorDoctor)
		r := ward.Asks(testkit.Motive("Suite de césarienne"))
		for field, bad := range map[string]request.Outsider{
			"name":       {Profession: nomenclature.Nurse, Phone: "+33639981200"},
			"profession": {Name: "Dehors", Phone: "+33639981200"},
			"phone":      {Name: "Dehors", Profession: nomenclature.Nurse},
		} {
			_, err := h.Requests.Place(operator.Ctx(), r.ID, request.Placement{Outsider: bad})
			if f := fault.Fields(err); len(f) != 1 || f[0].Field != field {
				t.Errorf("without %s: %v", field, err)
			}
		}
		r = operator.Places(r, request.Placement{Outsider: request.Outsider{Name: "Claude Dehors", Profession: nomenclature.Nurse, Phone: "+33639981200"}})
		sh := ward.Sees(r)
		if sh.State != request.Accepted || sh.Provider.Name != "Claude Dehors" || sh.Outsider == nil || sh.Outsider.Phone != "+33639981200" {
			t.Fatalf("the request is %s, carried by %v", sh.State, sh.Provider)
		}
		if sh := doctor.Sees(r); sh.Details != nil || !sh.Relation.Stands {
			t.Error("who acts for the outsider reads more than before")
		}
		h.Until(r.StartBy)
		if h.DeskTold(notify.RequestReminder) != 1 {
			t.Error("the desk is not reminded in his place")
		}
		operator.Starts(r)
		doctor.Visits(r, "Vu", h.Clock.Now().Add(24*time.Hour))
		h.Must(h.Requests.Write(operator.Ctx(), r.ID, "Passera demain"))
		operator.Reports(r, "Tout va bien")
		r = operator.Completes(r)
		if r.State != request.Completed || ward.Told(notify.RequestMessage) != 1 || ward.Told(notify.RequestReport) != 1 {
			t.Errorf("the request is %s", r.State)
		}
		for _, a := range ward.Sees(r).Timeline {
			if a.Act == request.ActStart && (a.OnBehalf != r.Provider.ID || a.Account != string(operator.Account)) {
				t.Errorf("the start is %+v", a)
			}
			if a.Act == request.ActPlace && a.OnBehalf != "" {
				t.Errorf("the placing is %+v", a)
			}
		}
		if v := ward.Sees(r).Visits; len(v) != 1 || v[0].Name != "Claude Dehors" {
			t.Errorf("the visits are %+v", v)
		}
	})
}
