package dev_test

import (
	"context"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/web/webtest"
)

// EA-093 in two windows: the telephones in one, the people in the other. What one does
// arrives on the telephones of the others without reloading.
func TestTheStorylineInTwoWindows(t *testing.T) {
	t.Parallel()
	s := open(t, true)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Queue.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	people := webtest.Browser(t)
	phones := webtest.Tab(t, people)
	webtest.Visit(t, phones, s.URL+"/dev/telephones?roles", webtest.Desk, webtest.Light)

	r := s.theDoctorAsks()
	onPhone := func(owner, words string) {
		t.Helper()
		webtest.Until(t, phones, `[...document.querySelectorAll(".phone")].some(p => p.querySelector("h2").textContent.includes("`+owner+`") && p.querySelector(".toast")?.textContent.includes("`+words+`"))`)
	}
	onPhone("Léonore Vasseur", "Une demande vous attend")
	onPhone("Léonore Vasseur", "Corbeil-Essonnes")
	if told := webtest.Eval[string](t, phones, `document.querySelector("main").textContent`); containsAny(told, "Fontaine", "FONTAINE", "Toux") {
		t.Error("a telephone says who is ill, or of what")
	}

	webtest.Visit(t, people, s.URL+"/dev/telephones?roles", webtest.Desk, webtest.Light)
	webtest.Eval[bool](t, people, `(() => {
		const phone = [...document.querySelectorAll(".phone")].find(p => p.querySelector("h2").textContent.includes("Léonore"));
		const form = phone.querySelector(".toast form"); form.target = ""; form.requestSubmit(); return true })()`)
	at := "/demandes/" + string(r.ID)
	webtest.Until(t, people, `location.hostname === "leonore.localhost" && location.pathname === "`+at+`" && document.readyState === "complete"`)
	webtest.Eval[bool](t, people, `(document.querySelector("form[action$='/accepter']").requestSubmit(), true)`)
	webtest.Until(t, people, `document.body.textContent.includes("22 rue des Mésanges") && document.body.textContent.includes("47A63")`)
	onPhone("Hélène Marchand", "Demande acceptée")
}

// theDoctorAsks triggers a drip for the patient of the storyline in her doctor's name.
func (s site) theDoctorAsks() request.Request {
	s.t.Helper()
	var doctor auth.Account
	var who patient.ID
	err := s.DB.View(s.t.Context(), func(tx *db.Tx) (err error) {
		if doctor, err = auth.AccountByLogin(tx, "medecin"); err != nil {
			return err
		}
		who, err = db.One(tx, "none", db.Value[patient.ID], `SELECT id FROM patient WHERE gp = $1 ORDER BY created, id LIMIT 1`, doctor.Person)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := s.Requests.Trigger(actor.With(s.t.Context(), doctor.Actor()), request.Ask{
		Once: "story", Patient: who, Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE13"}, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U1, Consent: true, Care: request.Care{Prescription: request.PrescriptionWithPatient},
		Details: request.Details{Motive: "Seule à domicile, alitée. Toux, fièvre."},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}
