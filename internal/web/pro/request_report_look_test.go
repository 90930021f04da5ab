package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// aWound is a request followed for three days: measures that move, a full report sent to
// the registered GP, and the evidence of who was asked.
func aWound(t *testing.T) (s *site, nurse, ward, supervisor *testkit.Person, r request.Request) {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	nurse, ward, supervisor = h.Nurse("Léonore"), h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	usual := h.Nurse("Merise")
	first := ward.Asks(family("Roche", "Jeanne"))
	h.Usual(first.Patient, usual)
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		_, err := h.Patients.AddMember(tx, first.Patient, patient.Member{Profession: nomenclature.GP, Outsider: &patient.Outsider{Name: "Dr Hors Annuaire", SecureMail: "gp@mssante.example.org"}})
		return err
	}))
	r = ward.Asks(testkit.For(first.Patient), acts("VISITE", 10, "IDE08", "IDE03"), midday(h, 6*time.Hour), testkit.Motive("Ulcère de jambe, pansement tous les deux jours."))
	h.Forward(3 * time.Minute)
	usual.Declines(r)
	nurse.Starts(nurse.Accepts(r))
	for i, temp := range []float64{38.6, 38.1, 37.4, 37} {
		h.Forward(time.Duration(8+5*i) * time.Hour)
		_, err := h.Requests.Visit(nurse.Ctx(), r.ID, request.Passage{Outcome: request.VisitDone, Note: "Pansement refait.", Vitals: []nomenclature.Reading{
			{Code: "temp", Value: temp, Unit: "°C"}, {Code: "sys", Value: 148 - float64(4*i), Unit: "mmHg"}, {Code: "dia", Value: 82, Unit: "mmHg"}, {Code: "pain", Value: float64(4 - i), Unit: "/10"},
		}})
		h.Must(err)
	}
	_, err := h.Requests.FullReport(nurse.Ctx(), r.ID, request.CareReport{
		Text: "Plaie en bonne voie, berges propres.\nLa patiente marche avec aide.", Seen: h.Clock.Now().Add(-time.Hour), Acts: []nomenclature.ActCode{"IDE08"},
		Vitals: []nomenclature.Reading{{Code: "glucose", Value: 1.24, Unit: "g/L"}}, Wound: &request.Wound{Stage: "2", Aspect: "granulating", Length: 32, Width: 18, Depth: 4},
		Tolerance: "good", Adverse: "Malaise bref au lever, sans chute.", Next: h.Clock.Now().Add(48 * time.Hour), Warn: []request.Warned{request.WarnGP}, Alert: true,
	})
	h.Must(err)
	h.Settle()
	return open(t, h, nurse, ward, supervisor), nurse, ward, supervisor, r
}

// TestReportsAndEvidenceAreSeenByEveryone looks at what was measured, reported and proved, at
// both widths and in both themes.
func TestReportsAndEvidenceAreSeenByEveryone(t *testing.T) {
	t.Parallel()
	s, nurse, ward, supervisor, r := aWound(t)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"measured", nurse, at(r)}, {"measured-requester", ward, at(r)}, {"me", nurse, "/moi"}, {"measuring", nurse, at(r) + "?acte=passage"}, {"reporting", nurse, at(r) + "?acte=compte-rendu"}, {"evidence", supervisor, at(r) + "/preuve"}, {"evidence-requester", ward, at(r) + "/preuve"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "pro-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
