package testkit_test

import (
	"slices"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/paper"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// A secretary asks and answers for the professionals who let her, with an account of her own: every act bears both names,
// she chooses for whom, and what one of them ends is over at her next gesture.
func TestASecretaryActsForAProfessional(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		gp, nurse, other, ward := h.Doctor("Martel"), h.Nurse("Vabre"), h.Nurse("Autre"), h.Ward("Chirurgie A")
		paule := enrolment.Referent{Name: "Paule Secrétaire", Phone: "0639987760", Email: "paule.secretaire@example.org"}
		if err := h.Enrolment.AddSecretary(gp.Ctx(), paule); fault.CodeOf(err) != "auth.prove" {
			t.Errorf("without a fresh proof: %v", err)
		}
		h.Must(h.Enrolment.AddSecretary(h.As(proven(h, gp)), paule))
		h.Settle()
		if _, err := h.Auth.Enter(t.Context(), paule.Email, received(h, "+33639987760", firstCode), "girafe tambour lavande", auth.Visitor{}); err != nil {
			t.Fatalf("her account does not open: %v", err)
		}
		h.Must(h.Enrolment.AddSecretary(h.As(proven(h, nurse)), paule)) // the same person, known already
		if err := h.Enrolment.AddSecretary(h.As(proven(h, gp)), enrolment.Referent{Name: "X", Phone: "0639987761", Email: login(h, nurse)}); fault.KindOf(err) != fault.KindConflict && fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a nurse as a secretary: %v", err)
		}
		if err := h.Enrolment.AddSecretary(h.As(proven(h, ward)), paule); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a ward has a secretary: %v", err)
		}
		list, err := h.Enrolment.Secretaries(h.As(proven(h, gp)))
		h.Must(err)
		token, err := h.Auth.OpenSession(h.As(actor.System("test")), list[0].Account, auth.Visitor{})
		h.Must(err)
		now := func() actor.Actor {
			t.Helper()
			by, err := h.Auth.Resume(t.Context(), token, true)
			h.Must(err)
			return by
		}
		h.Must(h.Auth.ActAs(h.As(now()), gp.Subject.ID))
		by := now()
		if by.Person != gp.Subject.ID || by.OnBehalf != gp.Subject.ID || by.For != "Camille Martel" || by.Name != paule.Name {
			t.Fatalf("%+v", by)
		}
		if err := h.Enrolment.AddSecretary(h.As(by), paule); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a secretary adds one: %v", err)
		}
		r, err := h.Requests.Trigger(h.As(by), testkit.Ask(h))
		h.Must(err)
		h.Settle()
		if r.From.Person != gp.Subject.ID || r.From.Name != "Camille Martel" {
			t.Errorf("asked by %+v", r.From)
		}
		sh, err := h.Requests.Show(gp.Ctx(), r.ID)
		h.Must(err)
		if first := sh.Timeline[0]; first.Name != paule.Name || first.Person != gp.Subject.ID || first.OnBehalf != gp.Subject.ID || first.Account != string(list[0].Account) {
			t.Errorf("the act is written as %+v", first)
		}
		log, err := h.Requests.AccessLog(h.Supervisor(actor.RoleSupervisorDoctor).Ctx(), r.Patient)
		h.Must(err)
		if !slices.ContainsFunc(log.Lines, func(l audit.Line) bool { return l.Name == paule.Name && l.OnBehalf == gp.Subject.ID }) {
			t.Error("the trail does not bear both")
		}
		if rows := paper.Accesses(i18n.For("fr"), log).Sections[0].Table.Rows; !slices.ContainsFunc(rows, func(row []string) bool { return row[1] == "Paule Secrétaire, pour Camille Martel" }) {
			t.Errorf("the printed trail does not name both: %v", rows)
		}
		h.Must(h.Auth.ActAs(h.As(by), nurse.Subject.ID))
		by = now()
		if err := h.Auth.ActAs(h.As(by), other.Subject.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("for who never let her: %v", err)
		}
		offer, err := h.Requests.Show(h.As(by), r.ID)
		h.Must(err)
		_, err = h.Requests.Accept(h.As(by), offer.Relation.Offer, "")
		h.Must(err)
		h.Settle()
		if sh, err = h.Requests.Show(nurse.Ctx(), r.ID); err != nil || sh.Request.Provider.ID != nurse.Subject.ID || !sh.Relation.Provider {
			t.Errorf("accepted for %+v, %v", sh.Request.Provider, err)
		}
		h.Must(h.Enrolment.EndSecretary(h.As(proven(h, nurse)), list[0].Account))
		if by = now(); by.Person != gp.Subject.ID {
			t.Errorf("she still acts for %q", by.Person)
		}
		h.Must(h.Enrolment.EndSecretary(h.As(proven(h, gp)), list[0].Account))
		if by = now(); by.Person != "" || by.OnBehalf != "" {
			t.Errorf("she still acts for %q", by.Person)
		}
		if _, err := h.Requests.Show(h.As(by), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("she still reads: %v", err)
		}
	})
}

func login(h *testkit.House, p *testkit.Person) (name string) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		a, err := auth.AccountByID(tx, p.Account)
		name = a.Login
		return err
	}))
	return name
}
