package testkit_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// EA-093, the storyline: 10:20 asked, 10:30 accepted by a nurse, 10:50 care begins,
// 11:10 the antibiotic is on drip, 21:00 the drip is removed and care ends; the doctor
// receives each step.
func TestStoryline(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		doctor, leonore, other := h.Doctor("Toubib"), h.Nurse("Léonore"), h.Nurse("Autre")
		r := doctor.Asks(testkit.Urgency(nomenclature.U1), testkit.Motive("Seul au domicile, alité. Toux, fièvre."))

		for _, nurse := range []*testkit.Person{leonore, other} {
			got := nurse.Phones()
			if len(got) != 1 || !strings.Contains(got[0].Text, "Corbeil-Essonnes") {
				t.Fatalf("%s received %+v", nurse.Name, got)
			}
		}
		if sh := leonore.Sees(r); sh.Name != "" || sh.Patient != nil || sh.Details != nil {
			t.Fatal("a person asked reads the patient before accepting")
		}

		h.Forward(10 * time.Minute)
		r = leonore.Accepts(r)
		sh := leonore.Sees(r)
		if sh.Patient == nil || sh.Patient.Identity.Street != "22 rue des Exemples" || sh.Details.Motive == "" || sh.From.Phone == "" {
			t.Fatalf("the provider does not read what he needs: %+v", sh)
		}
		if other.Told(notify.OfferTaken) != 1 || len(other.Phones()) != 2 {
			t.Errorf("the other nurse was not told that it is taken: %+v", other.Phones())
		}
		if sh := other.Sees(r); sh.Name != "" || sh.Patient != nil {
			t.Error("the other nurse reads the patient")
		}

		h.Forward(20 * time.Minute)
		r = leonore.Starts(r)
		h.Forward(20 * time.Minute)
		evening := time.Date(2026, 3, 16, 20, 0, 0, 0, time.UTC)
		r = leonore.Visits(r, "Antibiotique posé sur perfusion.", evening)
		if !r.NextVisit.Equal(evening) {
			t.Errorf("next visit at %v", r.NextVisit)
		}
		h.Until(evening)
		r = leonore.Visits(r, "Perfusion retirée.", time.Time{})
		r = leonore.Reports(r, "Soins terminés. À voir par le médecin traitant demain.")
		r = leonore.Completes(r)
		if r.State != request.Completed {
			t.Errorf("the request is %s", r.State)
		}

		for _, topic := range []notify.Topic{notify.RequestAccepted, notify.RequestStarted, notify.RequestVisit, notify.RequestReport, notify.RequestCompleted} {
			if doctor.Told(topic) == 0 {
				t.Errorf("the doctor was not told %s", topic)
			}
		}
		steps := ""
		for _, a := range doctor.Sees(r).Timeline {
			steps += string(a.Act) + "@" + a.At.Sub(r.Triggered).String() + " "
		}
		want := "save@0s trigger@0s accept@10m0s start@30m0s visit@50m0s visit@10h40m0s report@10h40m0s complete@10h40m0s "
		if steps != want {
			t.Errorf("timeline\n got %s\nwant %s", steps, want)
		}
	})
}

// Reference behaviour 1: the usual nurse alone first, who alone reads the name; the
// others at half of the delay, all at once.
func TestUsualNurseFirst(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual := h.Ward("Maternité A"), h.Nurse("Habituelle")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		var others []*testkit.Person
		for _, name := range []string{"Un", "Deux", "Trois", "Quatre", "Cinq"} {
			others = append(others, h.Nurse(name))
		}
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)

		r := ward.Asks(testkit.For(first.Patient))
		if asked := h.Asked(supervisor, r); len(asked) != 1 {
			t.Fatalf("%d people are asked at first, want the usual nurse alone", len(asked))
		}
		if sh := usual.Sees(r); sh.Name == "" || sh.Patient != nil {
			t.Errorf("the usual nurse reads name %q and file %v; she reads first and last name only", sh.Name, sh.Patient)
		}
		h.Forward(59 * time.Minute)
		if asked := h.Asked(supervisor, r); len(asked) != 1 {
			t.Fatalf("%d people are asked before half of the delay", len(asked))
		}
		h.Forward(time.Minute)
		asked := h.Asked(supervisor, r)
		if len(asked) != 6 {
			t.Fatalf("%d people are asked at half of the delay, want 6", len(asked))
		}
		for _, o := range others {
			if got := asked[o.Subject]; !got.Asked.Equal(r.Triggered.Add(time.Hour)) {
				t.Errorf("%s was asked at %v", o.Name, got.Asked)
			}
			if sh := o.Sees(r); sh.Name != "" {
				t.Errorf("%s reads the name", o.Name)
			}
			for _, m := range o.Phones() {
				for _, secret := range []string{"Exemple", "Alix", "1960", "22 rue", "1234", "4763"} {
					if strings.Contains(m.Text+m.Title, secret) {
						t.Errorf("a message to %s says %q", o.Name, m.Text)
					}
				}
			}
		}
	})
}
