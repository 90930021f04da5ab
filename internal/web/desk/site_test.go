package desk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
	"entractes/internal/web/desk"
)

// watch is the desk over one morning of a territory, where the session of a person is his account.
type watch struct {
	*testkit.House
	t                                          *testing.T
	door                                       http.Handler
	stopping                                   chan struct{}
	in                                         map[string]actor.Actor
	supervisor, operator, ward, nurse, midwife *testkit.Person
	searching, unfilled, accepted, ended       request.Request
}

func of(p nomenclature.ProfessionCode, mode nomenclature.Mode, days int, acts ...nomenclature.ActCode) func(*request.Ask) {
	return func(a *request.Ask) { a.Profession, a.Mode, a.Care.Days, a.Acts = p, mode, days, acts }
}

func who(family, given string, sex patient.Sex, born int) func(*request.Ask) {
	return func(a *request.Ask) {
		a.NewPatient.FamilyName, a.NewPatient.GivenName, a.NewPatient.Sex, a.NewPatient.BirthDate.Year = family, given, sex, born
	}
}

func daily(a *request.Ask) { a.Care.Frequency = nomenclature.Frequency{PerDay: 1} }

// oneMorning lives through the requests of the reference console: taken at once, taken
// late, started, ended with its report, and one that nobody takes.
func oneMorning(t *testing.T) *watch {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	w := &watch{House: h, t: t, in: map[string]actor.Actor{}, stopping: make(chan struct{})}
	w.supervisor, w.operator = h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleOperator)
	w.ward, w.nurse = h.Ward("Maternité A"), h.Nurse("Vabre")
	clinic, gynae, sos := h.Structure(testkit.Structure{Name: "Clinique C", Kind: directory.Establishment}), h.Ward("Urgences gynécologiques"), h.Structure(testkit.Structure{Name: "SOS Médecins", Kind: directory.SOSMedecins})
	h.Nurse("Ronce")
	midwives := []*testkit.Person{h.Professional(testkit.Professional{Name: "Lilas", Profession: nomenclature.Midwife}), h.Professional(testkit.Professional{Name: "Aubade", Profession: nomenclature.Midwife})}
	ambulance := h.Structure(testkit.Structure{Name: "Ambulances du Val", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany, Wakes: true})
	var physios []*testkit.Person
	for _, name := range []string{"Saule", "Bouleau", "Charme", "Orme", "Frêne", "Aulne", "Tilleul"} {
		physios = append(physios, h.Professional(testkit.Professional{Name: name, Profession: nomenclature.Physio, Wakes: true}))
	}
	line := h.Line("Astreinte kiné respiratoire", nomenclature.Physio, rota.Together, physios...)

	w.ended = w.nurse.Starts(w.nurse.Accepts(clinic.Asks(who("Pivoine", "Marc", patient.Male, 1951), of("IDE", "VISITE", 3, "IDE17"), testkit.Motive("Changement de poche d’urostomie tous les 2 jours."))))
	w.nurse.Reports(w.ended, "Contact pris avec le service.")
	h.Forward(14 * time.Minute)
	w.nurse.Completes(w.ended)
	w.accepted = w.nurse.Starts(w.nurse.Accepts(w.ward.Asks(who("Acacia", "Jeanne", patient.Female, 1994), daily, of("IDE", "VISITE", 15, "IDE05", "IDE01"), testkit.Motive("Suites de césarienne, a déjà une sage-femme, bilan sanguin deux fois par semaine. Code d’entrée et étage dans la demande."))))
	h.Forward(6 * time.Minute)
	ambulance.Accepts(sos.Asks(who("Érable", "Louis", patient.Male, 1953), testkit.Urgency(nomenclature.U0), of("AMB_ENTREPRISE", "TRANSPORT", 0, "TR01"), testkit.Motive("Transport aux urgences, dans l’heure si possible.")))
	midwives[0].Accepts(w.ward.Asks(who("Lierre", "Anna", patient.Female, 1997), daily, of("SF", "VISITE", 3, "SF06"), testkit.Motive("Surveillance post-accouchement.")))
	w.unfilled = sos.Asks(who("Trèfle", "Noé", patient.Male, 2025), testkit.Urgency(nomenclature.U0), of("MK", "VISITE", 0, "MK05"), func(a *request.Ask) { a.Care.Line = line })
	h.Forward(12 * time.Minute)
	w.nurse.Accepts(gynae.Asks(who("Dahlia", "Inès", patient.Female, 1990), of("IDE", "VISITE", 0, "IDE20"), testkit.Motive("Tensiomètre connecté, contrôle de la tension jusqu’à l’accouchement.")))
	gynae.Cancels(gynae.Asks(who("Bruyère", "Lucie", patient.Female, 1988), of("IDE", "VISITE", 2, "IDE10")))
	w.searching = w.ward.Asks(who("Lavande", "Sarah", patient.Female, 1995), daily, of("SF", "VISITE", 3, "SF06"), testkit.Urgency(nomenclature.U1), testkit.Motive("Sortie mère et bébé, hypertension traitée."))
	midwives[1].Declines(w.searching)
	midwives[0].Sees(w.searching)
	w.midwife = midwives[0]
	h.Forward(11 * time.Minute)
	gynae.Asks(who("Genêt", "Paul", patient.Male, 1948), daily, of("IDE", "VISITE", 15, "IDE09"), testkit.Motive("Pansement après hernie, ALD."))
	h.Forward(2 * time.Minute)
	for _, p := range []*testkit.Person{w.supervisor, w.operator, w.ward, w.nurse} {
		w.in[string(p.Account)] = p.Actor
	}
	mux := http.NewServeMux()
	desk.New(desk.Deps{Console: h.Supervise, Requests: h.Requests, Phones: "/dev/telephones"}).Routes(mux)
	mux.Handle("GET /assets/", web.Assets())
	mux.Handle("GET "+web.LivePath, web.Live{
		Clock: h.Clock, Resume: w.resume, Stopping: w.stopping, Allowed: func(a actor.Actor, topic string) bool { return topic == "desk:"+a.Territory },
		Subscribe: func(topics []string) (<-chan string, func()) {
			l := h.Hub.Subscribe(topics...)
			return l.C, l.Close
		},
	}.Handler())
	w.door = web.Door(h.Clock, w.resume, mux)
	return w
}

func (w *watch) resume(_ context.Context, token string) (actor.Actor, error) {
	a, ok := w.in[token]
	if !ok {
		return a, fault.Unauthenticated("unauthenticated")
	}
	return a, nil
}

// page is what somebody received.
type page struct {
	t      *testing.T
	status int
	to     string
	body   string
}

func (w *watch) get(p *testkit.Person, path string) page {
	w.t.Helper()
	return w.send(p, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, path, nil))
}

func (w *watch) post(p *testkit.Person, path string, pairs ...string) page {
	w.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(p, r)
}

func (w *watch) send(p *testkit.Person, r *http.Request) page {
	w.t.Helper()
	r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	r.Header.Set("Accept-Language", "fr")
	rec := httptest.NewRecorder()
	w.door.ServeHTTP(rec, r)
	w.Settle()
	return page{w.t, rec.Code, rec.Header().Get("Location"), rec.Body.String()}
}

// says fails the test unless the page holds each text.
func (p page) says(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			p.t.Errorf("status %d, %q is not in the page", p.status, text)
		}
	}
	return p
}

func (p page) hides(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.t.Errorf("%q is in the page", text)
		}
	}
	return p
}
