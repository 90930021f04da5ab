package testkit_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/infra/pdf/pdftest"
	"entractes/internal/testkit"
)

// mailbox is what an address received, newest first.
func mailbox(h *testkit.House, address string) (out []fakephone.Message) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		out, err = fakephone.Messages(tx, address, 10)
		return err
	}))
	return out
}

// treated makes an outsider the registered GP of a request's patient.
func treated(h *testkit.House, r request.Request, o patient.Outsider) {
	h.T.Helper()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		_, err := h.Patients.AddMember(tx, r.Patient, patient.Member{Profession: nomenclature.GP, Outsider: &o})
		return err
	}))
}

func clean(t *testing.T, m fakephone.Message) {
	t.Helper()
	for _, secret := range []string{"Exemple", "EXEMPLE", "Alix", "plaie", "IDE", "Injection"} {
		if strings.Contains(m.Title+m.Text+m.Link, secret) {
			t.Errorf("the message says %q: %+v", secret, m)
		}
	}
}

// Part C, 6: a report is saved; the requester and the registered GP are told. A GP outside
// the platform receives it by secure mail, and the sheet says so.
func TestReportReachesAGPBySecureMail(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Accepts(ward.Asks())
		treated(h, r, patient.Outsider{Name: "Dr Hors Annuaire", Mail: "gp@example.org", SecureMail: "gp@mssante.example.org"})
		a.Reports(r, "Belle plaie, pansement refait")
		if ward.Told(notify.RequestReport) != 1 {
			t.Error("the requester is not told")
		}
		got := mailbox(h, "gp@mssante.example.org")
		if len(got) != 1 || got[0].File != "compte-rendu.pdf" || len(mailbox(h, "gp@example.org")) != 0 {
			t.Fatalf("%+v", got)
		}
		clean(t, got[0])
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			file, err := fakephone.FileOf(tx, got[0].ID)
			if words := pdftest.Words(t, file.Data); !strings.Contains(words, "Belle plaie, pansement refait") || !strings.Contains(words, "Alix EXEMPLE") || !strings.Contains(words, "Dr Hors Annuaire") {
				t.Error(words)
			}
			return err
		}))
		m := ward.Sees(r).Reports[0].Mailed
		if m == nil || !m.Secure || m.State != notify.Delivered || m.To != "Dr Hors Annuaire" || m.At.IsZero() {
			t.Errorf("the sheet says %+v", m)
		}
		nothingKept(t, h, r)
	})
}

// nothingKept checks that neither the document nor the address of the GP is in a delivery,
// and that the sending is in the trail.
func nothingKept(t *testing.T, h *testkit.House, r request.Request) {
	t.Helper()
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
		n, err := db.One(tx, "page", db.Value[int64], `SELECT count(*) FROM delivery WHERE letter <> '' AND request = $1 AND (target <> '' OR params <> '{}')`, string(r.ID))
		if err == nil && n != 0 {
			t.Errorf("%d deliveries keep an address", n)
		}
		if err != nil {
			return err
		}
		n, err = db.One(tx, "page", db.Value[int64], `SELECT count(*) FROM audit WHERE action = 'request.report_mail' AND patient = $1 AND outcome = 'ok' AND account = ''`, string(r.Patient))
		if n == 0 {
			t.Error("the sending left no trace")
		}
		return err
	}))
}

// Without a secure mailbox, an ordinary mail says that a report waits, and nothing else.
func TestReportBecomesANoticeWithoutContent(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Accepts(ward.Asks())
		treated(h, r, patient.Outsider{Name: "Dr Hors Annuaire", SecureMail: "gp@example.org"}) // an ordinary address where a secure one was wanted
		a.Reports(r, "Belle plaie")
		got := mailbox(h, "gp@example.org")
		if len(got) != 1 || got[0].File != "" || got[0].Channel != notify.MailChannel || !strings.Contains(got[0].Text, "Un compte rendu de soins vous attend") {
			t.Fatalf("%+v", got)
		}
		clean(t, got[0])
		if m := ward.Sees(r).Reports[0].Mailed; m == nil || m.Secure || m.State != notify.Delivered {
			t.Errorf("the sheet says %+v", m)
		}
		unreachable := a.Accepts(ward.Asks())
		treated(h, unreachable, patient.Outsider{Name: "Dr Sans Adresse"})
		a.Reports(unreachable, "Rien")
		if m := ward.Sees(unreachable).Reports[0].Mailed; m == nil || m.State != "" || m.InHouse {
			t.Errorf("without any way the sheet says %+v", m)
		}
	})
}

// A GP of the directory is told in the house; the report goes to his secure mailbox when he
// has one, and never to himself when he wrote it.
func TestReportToAGPOfTheDirectory(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, gp := h.Ward("Maternité A"), h.Nurse("Un"), h.Doctor("Traitant")
		r := a.Accepts(ward.Asks())
		h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
		a.Reports(r, "Sans messagerie sécurisée")
		if m := ward.Sees(r).Reports[0].Mailed; m == nil || !m.InHouse || m.State != "" || gp.Told(notify.RequestReport) != 1 {
			t.Errorf("the sheet says %+v", m)
		}
		h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
			return directory.SetSecureMail(tx, gp.Subject.ID, "traitant@mssante.example.org")
		}))
		h.Forward(time.Minute)
		a.Reports(r, "Avec")
		if m := ward.Sees(r).Reports[1].Mailed; m == nil || !m.Secure || m.State != notify.Delivered || len(mailbox(h, "traitant@mssante.example.org")) != 1 {
			t.Errorf("the sheet says %+v", m)
		}
		own := gp.Accepts(ward.Asks(testkit.For(r.Patient), func(a *request.Ask) {
			a.Profession, a.Acts = nomenclature.GP, []nomenclature.ActCode{"MG01"}
		}))
		gp.Reports(own, "Vu")
		if m := ward.Sees(own).Reports[0].Mailed; m != nil || len(mailbox(h, "traitant@mssante.example.org")) != 1 {
			t.Errorf("the author writes to himself: %+v", m)
		}
	})
}

// Nobody but the system opens a letter.
func TestALetterIsForTheSystem(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Accepts(ward.Asks())
		treated(h, r, patient.Outsider{Name: "Dr Hors Annuaire", SecureMail: "gp@mssante.example.org"})
		a.Reports(r, "Rien à signaler")
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			id, err := db.One(tx, "page", db.Value[notify.LetterID], `SELECT id FROM report_letter WHERE request = $1`, string(r.ID))
			if err != nil {
				return err
			}
			if _, err := h.Requests.OpenLetter(a.Ctx(), id, notify.SecureMailChannel); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("a nurse opens a letter: %v", err)
			}
			return nil
		}))
	})
}

// A patient who opposes sharing has no letter, even one that was already on its way.
func TestNoLetterAgainstAnOpposition(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Accepts(ward.Asks())
		treated(h, r, patient.Outsider{Name: "Dr Hors Annuaire", SecureMail: "gp@mssante.example.org", Mail: "gp@example.org"})
		_, err := h.Requests.Report(a.Ctx(), r.ID, "Sur le point de partir")
		h.Must(err)
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, patient.Opposition{Scope: patient.OpposesAll, SaidBy: "patient"}))
		h.Settle()
		a.Reports(r, "Jamais parti")
		if n := len(mailbox(h, "gp@mssante.example.org")) + len(mailbox(h, "gp@example.org")); n != 0 {
			t.Errorf("%d messages left", n)
		}
		if all := ward.Sees(r).Reports; all[0].Mailed == nil || all[0].Mailed.State != notify.Failed || all[1].Mailed != nil {
			t.Errorf("the sheet says %+v, %+v", all[0].Mailed, all[1].Mailed)
		}
	})
}
