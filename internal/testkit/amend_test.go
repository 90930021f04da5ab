package testkit_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

func days(n int) func(*request.Change) { return func(c *request.Change) { c.Days = n } }

// A search whose need changes starts again: the same people are asked first, even who had
// declined, each gets one message that says why, and who no longer matches is told once.
func TestAmendedWhileSearching(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		a, b := h.Nurse("Un"), h.Nurse("Deux")
		only := h.Professional(testkit.Professional{Name: "Injections", Acts: []nomenclature.ActCode{"IDE01"}})
		r := ward.Asks(testkit.Motive("Suite de césarienne"))
		b.Declines(r)
		offer := a.OfferOn(r)
		before := map[*testkit.Person]int{a: len(a.Phones()), b: len(b.Phones()), only: len(only.Phones())}
		r = ward.Amends(r, days(5), func(c *request.Change) {
			c.Acts = append(c.Acts, "IDE05")
			c.Motive = "Suite de césarienne, bilan à faire"
		})
		sh := ward.Sees(r)
		if sh.State != request.Searching || sh.Care.Days != 5 || len(sh.Request.Acts) != 2 || sh.Details.Motive != "Suite de césarienne, bilan à faire" || len(sh.Rounds) != 2 || !sh.Rounds[1].Amended() {
			t.Fatalf("amended, it is %s for %d days: %v, %d rounds", sh.State, sh.Care.Days, sh.Request.Acts, len(sh.Rounds))
		}
		if len(sh.Versions) != 1 || sh.Versions[0].Asked.Care.Days != 3 || sh.Versions[0].Details.Motive != "Suite de césarienne" {
			t.Errorf("what was asked before is not kept: %+v", sh.Versions)
		}
		if last := sh.Timeline[len(sh.Timeline)-1]; !slices.Equal(last.Changed(), []string{"acts", "days", "motive"}) {
			t.Errorf("the story says %v", last.Changed())
		}
		for _, who := range []*testkit.Person{a, b} {
			if n := len(who.Phones()) - before[who]; n != 1 || who.Told(notify.OfferChanged) != 1 || who.Told(notify.OfferCancelled) != 0 {
				t.Errorf("%s gets %d messages, told %d times of the change and %d of an end", who.Name, n, who.Told(notify.OfferChanged), who.Told(notify.OfferCancelled))
			}
		}
		if len(only.Phones())-before[only] != 1 || only.Told(notify.OfferCancelled) != 1 || only.OfferOn(r) != "" {
			t.Error("who no longer matches is not told, or is asked")
		}
		if why := a.Sees(r).Offer.Why; why[0] != "changed" {
			t.Errorf("why is he asked: %v", why)
		}
		if sh := a.Sees(r); len(sh.Versions) != 1 || sh.Versions[0].Details.Motive != "" || sh.Versions[0].Asked.From.Name != "" {
			t.Error("somebody asked reads what he may not of the former need")
		}
		if _, err := h.Requests.Accept(a.Ctx(), offer, ""); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the former offer is accepted: %v", err)
		}
		b.Accepts(r)
	})
}

// Those asked before come first, and the others soon after: nobody gets a head start of half the delay.
func TestAmendedAsksTheSamePeopleFirst(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		newcomer := h.Nurse("Nouvelle")
		r = ward.Amends(r, days(4))
		if a.OfferOn(r) == "" || newcomer.OfferOn(r) != "" {
			t.Fatal("they are not asked first, or not alone")
		}
		h.Forward(5 * time.Minute)
		if newcomer.OfferOn(r) == "" {
			t.Error("the others are not asked")
		}
		// A change that nobody can do leaves the request unfilled, and can be made again later.
		r = ward.Amends(r, func(c *request.Change) { c.Urgency = nomenclature.U3; c.Start = h.Clock.Now().Add(40 * time.Hour) })
		if sh := ward.Sees(r); sh.Urgency != nomenclature.U3 || !sh.StartBy.Equal(sh.StartAt.Add(24*time.Hour)) {
			t.Errorf("the delays are %v to %v", sh.StartAt, sh.StartBy)
		}
	})
}

// Once somebody carries it the new need is his at once, and he confirms.
func TestAmendedOnceAccepted(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, colleague, a := h.Ward("Maternité A"), h.Ward("Maternité B"), h.Nurse("Un")
		r := ward.Asks(testkit.Motive("Pansement"))
		a.Accepts(r)
		a.Contacts(r, h.Clock.Now().Add(5*time.Hour))
		start := h.Clock.Now().Add(26 * time.Hour)
		if _, err := h.Requests.Amend(a.Ctx(), r.ID, ward.ChangeOf(r, days(9))); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("amended by the provider: %v", err)
		}
		if _, err := h.Requests.Amend(colleague.Ctx(), r.ID, ward.ChangeOf(r, days(9))); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("amended by another service: %v", err)
		}
		if _, err := h.Requests.Amend(ward.Ctx(), r.ID, ward.ChangeOf(r)); fault.CodeOf(err) != "request.amend_nothing" {
			t.Errorf("amended into the same: %v", err)
		}
		_, err := h.Requests.Amend(ward.Ctx(), r.ID, ward.ChangeOf(r, days(-1), func(c *request.Change) { c.Start = h.Clock.Now().Add(-time.Hour); c.Urgency = "U9" }))
		var fields []string
		for _, f := range fault.Fields(err) {
			fields = append(fields, f.Field)
		}
		if !slices.Equal(fields, []string{"days", "start", "urgency"}) {
			t.Errorf("the faults are at %v", fields)
		}
		r = ward.Amends(r, days(6), func(c *request.Change) { c.Start = start })
		sh := a.Sees(r)
		if sh.State != request.Accepted || sh.Care.Days != 6 || !sh.StartAt.Equal(start) || sh.ToReconfirm.IsZero() || !sh.NextVisit.IsZero() || a.Told(notify.RequestAmended) != 1 {
			t.Fatalf("amended, he reads %d days from %v, to reconfirm %v", sh.Care.Days, sh.StartAt, sh.ToReconfirm)
		}
		if !slices.Contains(sh.Acts, request.ActReconfirm) || !slices.Contains(sh.Acts, request.ActRefuseChange) {
			t.Errorf("he may %v", sh.Acts)
		}
		r = a.Reconfirms(r)
		if sh := a.Sees(r); !sh.ToReconfirm.IsZero() || slices.Contains(sh.Acts, request.ActReconfirm) || ward.Told(notify.RequestReconfirmed) != 1 {
			t.Error("the confirmation is not kept, or not told")
		}
		if _, err := h.Requests.Reconfirm(a.Ctx(), r.ID); fault.CodeOf(err) != "request.reconfirm_nothing" {
			t.Errorf("confirmed twice: %v", err)
		}
		h.Until(start)
		if h.DeskTold(notify.RequestUnconfirmed) != 0 {
			t.Error("the desk is told of a change that was confirmed")
		}
	})
}

// Silence tells the desk once: after two hours that the night does not count, a quarter of
// an hour when care is immediate; a second change starts it again.
func TestSilenceAfterAChange(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		urgent := ward.Asks(testkit.Urgency(nomenclature.U1))
		a.Accepts(urgent)
		a.Starts(urgent)
		ward.Amends(urgent, days(2))
		h.Forward(14 * time.Minute)
		if h.DeskTold(notify.RequestUnconfirmed) != 0 {
			t.Error("the desk is told too soon")
		}
		h.Forward(time.Minute)
		if h.DeskTold(notify.RequestUnconfirmed) != 1 {
			t.Error("the desk is not told")
		}
		h.Until(time.Date(2026, 3, 16, 19, 0, 0, 0, time.UTC)) // 20:00 in Paris
		slow := ward.Asks(func(r *request.Ask) { r.Start = h.Clock.Now().Add(60 * time.Hour); r.Urgency = nomenclature.U4 })
		a.Accepts(slow)
		ward.Amends(slow, days(2))
		h.Forward(30 * time.Minute)
		ward.Amends(slow, days(4))
		h.Until(time.Date(2026, 3, 17, 7, 29, 0, 0, time.UTC)) // half an hour awake in the evening, an hour and 29 minutes in the morning
		if h.DeskTold(notify.RequestUnconfirmed) != 1 {
			t.Error("the night counts, or the first change still does")
		}
		h.Forward(time.Minute)
		if h.DeskTold(notify.RequestUnconfirmed) != 2 {
			t.Error("the desk is not told of the second change")
		}
		h.Forward(48 * time.Hour)
		if h.DeskTold(notify.RequestUnconfirmed) != 2 {
			t.Error("the desk is told again")
		}
	})
}

// A change that the provider refuses is a release: the search goes on with the new need.
func TestChangeRefused(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		a.Accepts(r)
		if _, err := h.Requests.RefuseChange(a.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.ReleaseReasons)[0].Code)); fault.CodeOf(err) != "request.reconfirm_nothing" {
			t.Errorf("refused without a change: %v", err)
		}
		ward.Suspends(r, "discharge_postponed")
		ward.Amends(r, days(6))
		r = a.RefusesChange(r)
		if asked := h.Asked(supervisor, r); r.State != request.Searching || r.Care.Days != 6 || !r.ToReconfirm.IsZero() || len(asked) != 1 || asked[b.Subject].Asked.IsZero() {
			t.Errorf("refused, it is %s for %d days, asking %v", r.State, r.Care.Days, asked)
		}
		if ward.Told(notify.RequestReleased) != 1 {
			t.Error("the requester is not told")
		}
		h.Forward(3 * time.Hour)
		if h.DeskTold(notify.RequestUnconfirmed) != 0 {
			t.Error("the desk is told of a change nobody carries")
		}
	})
}

// A search suspended is amended without asking anybody: the new need holds when it is
// resumed. The access to the home is the patient's.
func TestAmendedWhileNobodyIsAsked(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		ward.Suspends(r, "discharge_postponed")
		before := len(a.Phones())
		r = ward.Amends(r, days(7), func(c *request.Change) { c.Access = &request.Access{Floor: "5", Code: "A12"} })
		if !r.ToReconfirm.IsZero() || len(a.Phones()) != before {
			t.Error("somebody is asked")
		}
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
			p, err := h.Patients.Open(tx, patient.Access{}, r.Patient)
			if p.Identity.Floor != "5" || p.Identity.Code != "A12" || p.Identity.Street == "" {
				t.Errorf("the access is %+v", request.AccessOf(p.Identity))
			}
			return err
		}))
		if r = ward.Resumes(r, h.Clock.Now().Add(5*time.Hour)); r.State != request.Searching || a.Sees(r).Care.Days != 7 {
			t.Errorf("resumed, it is %s", r.State)
		}
	})
}

// A colleague who takes over has read the need as it is: nothing is left to confirm.
func TestTakenOverIsConfirmed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		a.Accepts(r)
		a.OffersHandOver(r, b)
		ward.Amends(r, days(6))
		if r = b.AgreesHandOver(r); !r.ToReconfirm.IsZero() {
			t.Error("the colleague has to confirm")
		}
		h.Forward(3 * time.Hour)
		if h.DeskTold(notify.RequestUnconfirmed) != 0 {
			t.Error("the desk is told")
		}
	})
}
