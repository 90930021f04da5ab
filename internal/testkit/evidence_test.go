package testkit_test

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/care/paper"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/infra/pdf/pdftest"
	"entractes/internal/testkit"
)

// G3: the usual nurse was asked first and declined, another took the request. The supervisor
// proves who was asked, when, why, how he was reached and what he answered; the ward proves
// that the usual nurse was asked, and reads no answer; the nurses read nothing of it.
func TestEvidenceThatTheUsualNurseWasAsked(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, other := h.Ward("Maternité A"), h.Nurse("Habituelle"), h.Nurse("Autre")
		doctors, nurses := h.Supervisor(actor.RoleSupervisorDoctor), h.Supervisor(actor.RoleSupervisorNurse)
		first := ward.Asks()
		h.Usual(first.Patient, usual)
		asked := h.Clock.Now()
		r := ward.Asks(testkit.For(first.Patient), func(a *request.Ask) { a.Start = h.Clock.Now().Add(6 * time.Hour) })
		h.Forward(5 * time.Minute)
		usual.Declines(r)
		h.Forward(2 * time.Minute)
		other.Accepts(r)
		h.Forward(time.Hour)
		h.Must(h.DB.Update(h.As(actor.System("audit")), func(tx *db.Tx) error { _, err := h.Audit.SealIn(tx); return err }))

		e, err := h.Requests.Evidence(nurses.Ctx(), r.ID)
		h.Must(err)
		team := e.Usual()
		if len(team) != 1 || team[0].Who.ID != usual.Subject.ID || !team[0].Asked.Equal(asked) || team[0].Answer != request.OfferDeclined || team[0].Wave != 1 {
			t.Fatalf("the usual team: %+v", team)
		}
		reached := map[string]notify.Trace{}
		for _, d := range team[0].Deliveries {
			reached[d.Channel] = d
		}
		if sms := reached[notify.SMSChannel]; sms.State != notify.Seen || sms.Sent.IsZero() || sms.Delivered.IsZero() || sms.Seen.IsZero() {
			t.Errorf("by text message: %+v", sms)
		}
		if len(e.Consents) != 1 || e.Consents[0].Kind != patient.ConsentSharing || e.Consents[0].Request != string(r.ID) {
			t.Errorf("consents: %+v", e.Consents)
		}
		if len(e.Covers) == 0 || len(e.Covers[0].Hash) != 32 || len(e.Rounds) != 1 || e.Rounds[0].Counts.Declined != 1 {
			t.Errorf("seals %+v, rounds %+v", e.Covers, e.Rounds)
		}
		if _, err := h.Requests.Evidence(doctors.Ctx(), r.ID); err != nil {
			t.Errorf("another supervisor of the territory: %v", err)
		}
		sheet := paper.Evidence(i18n.For("fr"), e, "Superviseur")
		row := strings.Join(sheet.Sections[2].Table.Rows[0], " | ")
		for _, words := range []string{
			"Camille Habituelle\nsoignant habituel | 16/03/2026 10:20:00\nvague 1 | équipe habituelle du patient, profession demandée", "SMS\u202f: envoyé 16/03/2026 10:20:00, remis 16/03/2026 10:20:00, vu 16/03/2026 10:25:00",
			"e-mail\u202f: annulé", "Décline\n16/03/2026 10:25:00",
		} {
			if !strings.Contains(row, words) {
				t.Errorf("%q is not in the row %q", words, row)
			}
		}
		file, err := sheet.PDF(i18n.For("fr"), e.Now).Bytes()
		h.Must(err)
		text := pdftest.Words(t, file)
		for _, words := range []string{"Fiche de preuve", "Camille Habituelle", "Recueilli par Cadre de Maternité A", "Déclenchée", "Acceptée", "page 2 sur 2", hex.EncodeToString(e.Covers[0].Hash)[:20]} {
			if !strings.Contains(text, words) {
				t.Errorf("%q is not on the paper: %s", words, text)
			}
		}
		evidenceForTheRequester(t, h, ward, usual, r)
		for _, who := range []*testkit.Person{usual, other} {
			if _, err := h.Requests.Evidence(who.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s reads the evidence: %v", who.Name, err)
			}
		}
	})
}

func evidenceForTheRequester(t *testing.T, h *testkit.House, ward, usual *testkit.Person, r request.Request) {
	t.Helper()
	e, err := h.Requests.Evidence(ward.Ctx(), r.ID)
	h.Must(err)
	team := e.Usual()
	if len(team) != 1 || team[0].Who.ID != usual.Subject.ID || team[0].Asked.IsZero() {
		t.Fatalf("the requester cannot prove that the usual nurse was asked: %+v", team)
	}
	for _, d := range e.Rounds {
		for _, w := range d.People {
			if w.Answer != "" || w.Reason != "" || len(w.Deliveries) != 0 || len(w.Why) != 0 || w.Reached != "" {
				t.Errorf("the requester reads what somebody answered: %+v", w)
			}
		}
	}
	if d := e.Rounds[0]; d.Counts.Asked != 2 || d.Counts.Declined != 1 {
		t.Errorf("counts: %+v", d.Counts)
	}
	file, err := paper.Evidence(i18n.For("fr"), e, "Cadre").PDF(i18n.For("fr"), e.Now).Bytes()
	h.Must(err)
	if text := pdftest.Words(t, file); strings.Contains(text, "Décline ") || strings.Contains(text, "envoyé") || !strings.Contains(text, "Camille Habituelle") {
		t.Errorf("on the requester's paper: %s", text)
	}
}

// What the usual nurse's absence says is for supervisors; a draft has nothing to prove.
func TestEvidenceOfSomebodyNotAsked(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, usual, supervisor := h.Ward("Maternité A"), h.Professional(testkit.Professional{Name: "Loin", Commune: "Étampes"}), h.Supervisor(actor.RoleSupervisorNurse)
		h.Nurse("Proche")
		first := ward.Asks()
		h.Usual(first.Patient, usual)
		h.Must(h.Directory.SayBusy(usual.Ctx(), usual.Subject, h.Clock.Now().Add(72*time.Hour)))
		r := ward.Asks(testkit.For(first.Patient))
		e, err := h.Requests.Evidence(supervisor.Ctx(), r.ID)
		h.Must(err)
		if team := e.Usual(); len(team) != 1 || !team[0].Asked.IsZero() || team[0].Verdict == "" || team[0].Verdict == request.VerdictAsked {
			t.Errorf("the supervisor reads %+v", team)
		}
		mine, err := h.Requests.Evidence(ward.Ctx(), r.ID)
		h.Must(err)
		if team := mine.Usual(); len(team) != 1 || !team[0].Asked.IsZero() || team[0].Verdict != "" {
			t.Errorf("the ward reads %+v", team)
		}
		draft, err := h.Requests.Save(ward.Ctx(), testkit.Ask(h))
		h.Must(err)
		if _, err := h.Requests.Evidence(ward.Ctx(), draft.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a draft has evidence: %v", err)
		}
	})
}
