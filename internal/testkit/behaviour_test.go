package testkit_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// Reference behaviour 2: when two accept within the same second exactly one wins, the
// other reads that it is taken, and the trail shows both.
func TestTwoAcceptAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		offers := map[*testkit.Person]request.OfferID{a: a.OfferOn(r), b: b.OfferOn(r)}
		var wg sync.WaitGroup
		var mu sync.Mutex
		var won, lost int
		for who, offer := range offers {
			wg.Go(func() {
				_, err := h.Requests.Accept(who.Ctx(), offer, "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case fault.CodeOf(err) == "request.taken":
					lost++
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		wg.Wait()
		if won != 1 || lost != 1 {
			t.Fatalf("%d won and %d lost", won, lost)
		}
		trail := map[string]int{}
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			outcomes, err := db.All(tx, db.Value[string], `SELECT outcome FROM audit WHERE action = 'request.accept' AND request = $1`, string(r.ID))
			for _, o := range outcomes {
				trail[o]++
			}
			return err
		}))
		if trail["ok"] != 1 || trail["refused"] != 1 {
			t.Errorf("the trail shows %v", trail)
		}
	})
}

// The winner who accepts twice gets the same success, and one act.
func TestAcceptTwiceIsOneAct(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		offer := a.OfferOn(r)
		for range 2 {
			if _, err := h.Requests.Accept(a.Ctx(), offer, ""); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		for _, act := range ward.Sees(r).Timeline {
			if act.Act == request.ActAccept {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d acts of acceptance", n)
		}
	})
}

// Reference behaviour 3: nobody accepts; at the deadline the request is unfilled with a
// computed reason, the desk is told, and the list of those asked is there.
func TestNobodyAccepts(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		h.Nurse("Un")
		silent := h.Nurse("Deux")
		r := ward.Asks()
		offer := silent.OfferOn(r)
		h.Until(r.ReplyBy)
		sh := supervisor.Sees(r)
		if sh.State != request.Unfilled || sh.Reason != string(nomenclature.NoAnswer) {
			t.Fatalf("the request is %s because %s", sh.State, sh.Reason)
		}
		last := sh.Timeline[len(sh.Timeline)-1]
		if last.Act != request.ActTimeOut || !last.At.Equal(r.ReplyBy) {
			t.Errorf("it ended by %s at %v, want the deadline %v", last.Act, last.At, r.ReplyBy)
		}
		if len(h.Asked(supervisor, r)) != 2 {
			t.Error("the list of those asked is not there")
		}
		if h.DeskTold(notify.RequestUnfilled) != 1 || ward.Told(notify.RequestUnfilled) != 1 {
			t.Error("the desk or the ward was not told")
		}
		if _, err := h.Requests.Accept(silent.Ctx(), offer, ""); fault.CodeOf(err) != "request.over" {
			t.Errorf("accepting after the deadline answers %v", err)
		}
		back := ward.Retries(r)
		if back.State != request.Searching || len(h.Asked(supervisor, back)) != 2 {
			t.Error("a retry does not ask everybody again")
		}
	})
}

// Everyone declines: the search ends at once, with its reason, and no deadline follows.
func TestEveryoneDeclines(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		a.Declines(r)
		b.Declines(r)
		sh := ward.Sees(r)
		if sh.State != request.Unfilled || sh.Reason != string(nomenclature.AllDeclined) {
			t.Fatalf("the request is %s because %s", sh.State, sh.Reason)
		}
		before := len(sh.Timeline)
		h.Forward(5 * time.Hour)
		if after := len(ward.Sees(r).Timeline); after != before {
			t.Errorf("%d acts came after the end", after-before)
		}
	})
}

// Nobody matches: the desk is told at once, there is no silent end.
func TestNobodyMatches(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		r := ward.Asks()
		if sh := ward.Sees(r); sh.State != request.Unfilled || sh.Reason != string(nomenclature.NobodyMatches) {
			t.Fatalf("the request is %s because %s", sh.State, sh.Reason)
		}
		if h.DeskTold(notify.RequestUnfilled) != 1 {
			t.Error("the desk was not told")
		}
	})
}

// Reference behaviour 4: what leaves the house holds the commune and the delay, and
// nothing about the patient. 5: the acceptor reads the identity, a decliner never does.
func TestWhatLeavesAndWhoReads(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, acceptor, decliner := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks(testkit.Motive("Suite de césarienne, phlébite"))
		secrets := []string{"Exemple", "Alix", "1960", "22 rue", "1234", "4763", "césarienne", "phlébite", "Injection"}
		for _, m := range append(acceptor.Phones(), decliner.Phones()...) {
			text := m.Title + " " + m.Text
			for _, s := range secrets {
				if strings.Contains(text, s) {
					t.Errorf("a message says %q: %s", s, text)
				}
			}
			if !strings.Contains(text, "Corbeil-Essonnes") {
				t.Errorf("a message does not say where: %s", text)
			}
		}
		decliner.Declines(r)
		acceptor.Accepts(r)
		if sh := acceptor.Sees(r); sh.Patient == nil || sh.Name == "" || sh.Details == nil {
			t.Error("the acceptor does not read the patient")
		}
		if sh := decliner.Sees(r); sh.Patient != nil || sh.Name != "" || sh.Details != nil || len(sh.Rounds) > 0 {
			t.Error("the decliner reads the patient")
		}
		if _, err := h.Requests.PatientFile(decliner.Ctx(), r.Patient); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the decliner opens the file: %v", err)
		}
		opened := map[string]bool{}
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			people, err := db.All(tx, db.Value[string], `SELECT person FROM audit WHERE patient = $1 AND outcome = 'ok' AND object = 'patient'`, string(r.Patient))
			for _, p := range people {
				opened[p] = true
			}
			return err
		}))
		if !opened[acceptor.Subject.ID] || opened[decliner.Subject.ID] {
			t.Errorf("the log says that %v opened the patient", opened)
		}
	})
}

// Reference behaviour 6: a saved report tells the requester and the registered GP,
// without its content.
func TestReportIsTold(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, gp := h.Ward("Maternité A"), h.Nurse("Un"), h.Doctor("Traitant")
		r := ward.Asks()
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
		nurse.Accepts(r)
		nurse.Reports(r, "Plaie propre, patient autonome")
		for _, who := range []*testkit.Person{ward, gp} {
			if who.Told(notify.RequestReport) != 1 {
				t.Errorf("%s was not told of the report", who.Name)
			}
			for _, m := range who.Phones() {
				if strings.Contains(m.Title+m.Text, "Plaie") {
					t.Errorf("the content left the house: %s", m.Text)
				}
			}
		}
		if sh := gp.Sees(r); len(sh.Reports) != 1 || sh.Reports[0].Text != "Plaie propre, patient autonome" {
			t.Errorf("the registered GP reads %+v", sh.Reports)
		}
	})
}

// Reference behaviour 9: when the usual nurse is away her window is skipped.
func TestUsualNurseAway(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, other := h.Ward("Maternité A"), h.Nurse("Habituelle"), h.Nurse("Autre")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)
		now := h.Clock.Now()
		if _, err := h.Directory.AddAbsence(usual.Ctx(), usual.Subject, directory.Absence{From: now, To: now.Add(7 * 24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		r := ward.Asks(testkit.For(first.Patient))
		asked := h.Asked(supervisor, r)
		if _, ok := asked[other.Subject]; !ok || len(asked) != 1 {
			t.Errorf("asked at once: %v, want the other nurse", asked)
		}
	})
}

// Reference behaviour 10: an operator asks for a doctor who has no application; the
// doctor gets messages without identity at acceptance, start and end.
func TestOperatorAsksForACaller(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		operator, caller, nurse := h.Supervisor(actor.RoleOperator), h.Doctor("Appelant"), h.Nurse("Un")
		r := operator.Asks(func(a *request.Ask) { a.For = caller.Subject })
		nurse.Accepts(r)
		nurse.Starts(r)
		nurse.Completes(r)
		got := caller.Phones()
		if len(got) != 3 {
			t.Fatalf("the caller received %d messages, want 3: %+v", len(got), got)
		}
		for _, m := range got {
			for _, secret := range []string{"Exemple", "Alix", "22 rue"} {
				if strings.Contains(m.Text, secret) {
					t.Errorf("a message says %q", m.Text)
				}
			}
		}
	})
}

// Reference behaviour 12: once the round is closed no solicitation leaves; those
// already told learn that the request is cancelled.
func TestClosedRoundIsSilent(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, other := h.Ward("Maternité A"), h.Nurse("Habituelle"), h.Nurse("Autre")
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)
		before := len(other.Phones())
		r := ward.Asks(testkit.For(first.Patient))
		ward.Cancels(r)
		h.Forward(6 * time.Hour)
		if n := len(other.Phones()) - before; n != 0 {
			t.Errorf("%d messages left for somebody who was never asked", n)
		}
		if usual.Told(notify.OfferCancelled) == 0 {
			t.Error("the usual nurse does not learn that it is cancelled")
		}
	})
}

// F15: a physiotherapy duty line of seven, asked all together, answers nothing.
func TestDutyLineTogether(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		sos := h.Structure(testkit.Structure{Name: "SOS Médecins", Kind: directory.SOSMedecins})
		supervisor := h.Supervisor(actor.RoleSupervisorDoctor)
		var seven []*testkit.Person
		for range 7 {
			seven = append(seven, h.Professional(testkit.Professional{Name: "Kiné", Profession: nomenclature.Physio}))
		}
		line := h.Line("Kinésithérapeute astreinte", nomenclature.Physio, rota.Together, seven...)
		r := sos.Asks(testkit.Urgency(nomenclature.U0), func(a *request.Ask) {
			a.Profession, a.Acts, a.Care.Line, a.RespondWithin = nomenclature.Physio, []nomenclature.ActCode{"MK05"}, line, 12*time.Minute
		})
		if n := len(h.Asked(supervisor, r)); n != 7 {
			t.Fatalf("%d are asked, want 7", n)
		}
		h.Forward(12 * time.Minute)
		if sh := sos.Sees(r); sh.State != request.Unfilled || sh.Timeline[len(sh.Timeline)-1].At.Sub(r.Triggered) != 12*time.Minute {
			t.Errorf("the request is %s", sh.State)
		}
	})
}

// A line in order asks its members one after the other.
func TestDutyLineInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		sos := h.Structure(testkit.Structure{Name: "SOS Médecins", Kind: directory.SOSMedecins})
		supervisor := h.Supervisor(actor.RoleSupervisorDoctor)
		company := func(name string) *testkit.Person {
			return h.Structure(testkit.Structure{Name: name, Kind: directory.Company, Profession: nomenclature.AmbulanceCompany})
		}
		one, two := company("Ambulances Un"), company("Ambulances Deux")
		line := h.Line("Ambulance astreinte", nomenclature.AmbulanceCompany, rota.InOrder, two, one)
		r := sos.Asks(testkit.Urgency(nomenclature.U1), func(a *request.Ask) {
			a.Profession, a.Acts, a.Mode, a.Care.Line = nomenclature.AmbulanceCompany, nil, nomenclature.Transport, line
			a.Details.Motive = "Transport vers les urgences"
		})
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[two.Subject].Asked.IsZero() {
			t.Fatalf("asked at first: %v", asked)
		}
		h.Forward(5 * time.Minute)
		if n := len(h.Asked(supervisor, r)); n != 2 {
			t.Fatalf("%d are asked after five minutes", n)
		}
		got, err := h.Requests.Accept(one.Ctx(), one.OfferOn(r), "Équipage 3")
		h.Must(err)
		if got.Provider.Name != "Équipage 3, Ambulances Un" {
			t.Errorf("the provider is %q", got.Provider.Name)
		}
	})
}

// A release opens a new round that leaves out the releaser and the decliner while
// somebody else matches, and asks the releaser last of all when nobody does.
func TestReleaseAsksTheOthers(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b, c := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux"), h.Nurse("Trois")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		b.Declines(r)
		a.Accepts(r)
		r = a.Releases(r)
		asked := h.Asked(supervisor, r)
		if _, ok := asked[c.Subject]; !ok || len(asked) != 1 {
			t.Fatalf("asked after the release: %v, want the third nurse alone", asked)
		}
		if ward.Told(notify.RequestReleased) != 1 {
			t.Error("the ward was not told")
		}
		if sh := a.Sees(r); sh.Patient != nil {
			t.Error("the releaser still reads the patient")
		}
		c.Accepts(r)
		r = c.Releases(r)
		if asked := h.Asked(supervisor, r); len(asked) == 0 {
			t.Error("nobody is asked when only the releasers are left")
		}
	})
}

// A doubled submission makes one request.
func TestDoubledSubmission(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		h.Nurse("Un")
		a := testkit.Ask(h)
		var wg sync.WaitGroup
		ids := make(chan request.ID, 8)
		for range 8 {
			wg.Go(func() {
				r, err := h.Requests.Trigger(ward.Ctx(), a)
				if err != nil {
					t.Errorf("doubled submission: %v", err)
					return
				}
				ids <- r.ID
			})
		}
		wg.Wait()
		close(ids)
		seen := map[request.ID]bool{}
		for id := range ids {
			seen[id] = true
		}
		if len(seen) != 1 {
			t.Errorf("%d requests were made", len(seen))
		}
	})
}
