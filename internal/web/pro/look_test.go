package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// day is one believable morning of a nurse: what waits, what she carries, what she asked.
type day struct {
	*site
	nurse, ward, doctor, midwife, supervisor, sos *testkit.Person

	asked, usual, urgent, accepted, started, unfilled, mine, ended, line, onHold, justAccepted request.Request
}

func midday(h *testkit.House, d time.Duration) func(*request.Ask) {
	return func(a *request.Ask) { a.Start = h.Clock.Now().Add(d) }
}

func family(name, given string) func(*request.Ask) {
	return func(a *request.Ask) { a.NewPatient.FamilyName, a.NewPatient.GivenName = name, given }
}

func acts(mode nomenclature.Mode, days int, codes ...nomenclature.ActCode) func(*request.Ask) {
	return func(a *request.Ask) { a.Mode, a.Acts, a.Care.Days = mode, codes, days }
}

func of(p nomenclature.ProfessionCode) func(*request.Ask) {
	return func(a *request.Ask) { a.Profession = p }
}

func oneMorning(t *testing.T) *day {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	d := &day{
		nurse: h.Nurse("Léonore"), ward: h.Ward("Maternité A"), doctor: h.Doctor("Toubib"), midwife: h.Professional(testkit.Professional{Name: "Aubade", Profession: nomenclature.Midwife}),
		supervisor: h.Supervisor(actor.RoleSupervisorNurse), sos: h.Structure(testkit.Structure{Name: "Ambulances du Val", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany, Wakes: true}),
	}
	for _, name := range []string{"Merise", "Ancolie", "Cytise"} {
		h.Nurse(name)
	}
	d.ended = d.nurse.Completes(d.nurse.Accepts(d.doctor.Asks(family("Fin", "Noé"), midday(h, time.Hour))))
	d.started = d.nurse.Starts(d.nurse.Accepts(d.doctor.Asks(family("Morel", "Anatole"), testkit.Urgency(nomenclature.U1), acts("VISITE", 5, "IDE13"), testkit.Motive("Seul au domicile, alité. Toux, fièvre.\nPneumopathie, antibiothérapie IV."))))
	d.accepted = d.nurse.Accepts(d.ward.Asks(family("Roche", "Jeanne"), midday(h, 4*time.Hour), acts("VISITE", 10, "IDE08")))
	d.nurse.Accepts(d.ward.Asks(family("Vidal", "Sacha"), midday(h, 30*time.Hour), acts("VISITE", 3, "IDE01", "IDE10")))
	h.Forward(40 * time.Minute)
	d.nurse.Visits(d.started, "Antibiotique posé sur perfusion. T° 38,6, TA 12/7. Bien toléré.", h.Clock.Now().Add(9*time.Hour))
	d.nurse.Reports(d.started, "Contact pris avec le service : début confirmé.\nPas de médecin traitant. Message laissé à la fille pour le créneau de 21 h.")
	h.Must(h.Requests.Write(d.doctor.Ctx(), d.started.ID, "Le code de l’immeuble a changé : 4763."))
	h.Must(h.Requests.Write(d.nurse.Ctx(), d.started.ID, "Merci, j’y suis vers 11 h."))
	d.unfilled = d.nurse.Asks(family("Roche", "Jeanne"), of(nomenclature.Physio), acts("VISITE", 10, "MK08"))
	d.mine = d.nurse.Asks(family("Morel", "Anatole"), of(nomenclature.GP), acts("VISITE", 0, "MG01"), testkit.Urgency(nomenclature.U2))
	d.asked = d.ward.Asks(family("Secrète", "Alix"), midday(h, 20*time.Hour), acts("VISITE", 3, "IDE01", "IDE10"), testkit.Motive("Césarienne, agrafes à retirer."))
	h.Usual(d.asked.Patient, d.nurse)
	d.usual = d.ward.Asks(testkit.For(d.asked.Patient), midday(h, 26*time.Hour), acts("VISITE", 0, "IDE20"))
	d.urgent = d.doctor.Asks(family("Cachée", "Zoé"), testkit.Urgency(nomenclature.U0), acts("VISITE", 1, "IDE16"))
	d.line = d.ward.Asks(family("Brancard", "Élie"), of(nomenclature.AmbulanceCompany), acts("TRANSPORT", 0, "TR04"), midday(h, 5*time.Hour))
	d.onHold = d.ward.Suspends(d.ward.Asks(family("Pause", "Ada"), midday(h, 20*time.Hour)), nomenclature.Hospitalised)
	h.Forward(4 * time.Minute)
	d.justAccepted = d.nurse.Accepts(d.ward.Asks(family("Neuve", "Line"), midday(h, 20*time.Hour)))
	d.site = open(t, h, d.nurse, d.ward, d.doctor, d.midwife, d.supervisor, d.sos)
	return d
}

// TestPagesAreSeenAndReadByEveryone looks at each page in a browser, at both widths and in
// both themes, and asks axe whether everyone can use it.
func TestPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	d := oneMorning(t)
	server := httptest.NewServer(entrance(d.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"home", d.nurse, "/"}, {"home-structure", d.sos, "/"}, {"home-empty", d.midwife, "/"}, {"home-ward", d.ward, "/"},
		{"asked", d.nurse, "/demandes/" + string(d.asked.ID)}, {"started", d.nurse, "/demandes/" + string(d.started.ID)}, {"accepted", d.nurse, "/demandes/" + string(d.accepted.ID)},
		{"unfilled", d.nurse, "/demandes/" + string(d.unfilled.ID)}, {"started-requester", d.doctor, "/demandes/" + string(d.started.ID)}, {"ended", d.nurse, "/demandes/" + string(d.ended.ID)},
		{"placing", d.supervisor, "/demandes/" + string(d.asked.ID) + "?acte=placer"}, {"agreeing", d.nurse, "/demandes/" + string(d.justAccepted.ID)},
		{"on-hold", d.ward, "/demandes/" + string(d.onHold.ID)},
		{"supervised", d.supervisor, "/demandes/" + string(d.asked.ID)}, {"structure", d.sos, "/demandes/" + string(d.line.ID)},
		{"resources", d.supervisor, "/demandes/" + string(d.asked.ID) + "/ressources"},
		{"patients", d.nurse, "/patients"}, {"patient", d.nurse, "/patients/" + string(d.asked.Patient) + "?qui=camille"}, {"inbox", d.nurse, "/notifications"},
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
