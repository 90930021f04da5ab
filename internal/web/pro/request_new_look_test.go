package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
	"entractes/internal/web/webtest"
)

// country is a territory where people can be looked for: nurses of several towns, with
// hours, absences and sectors, and a patient whose usual team has one of them.
type country struct {
	*site
	nurse, ward, gp *testkit.Person
	known           patient.ID
	draft, journey  request.ID // two forms begun: a birth with another profession, a transport
}

func someCountry(t *testing.T) *country {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	day := []civil.Window{{Days: civil.Weekdays | civil.NoHolidays, From: 7 * 60, To: 12*60 + 30}, {Days: civil.Weekdays | civil.NoHolidays, From: 16 * 60, To: 20 * 60}, {Days: civil.Saturday, From: 8 * 60, To: 12 * 60}}
	c := &country{
		ward: h.Ward("Maternité A"), gp: h.Doctor("Toubib"),
		nurse: h.Professional(testkit.Professional{Name: "Léonore", Windows: day, Covers: []string{"Évry-Courcouronnes", "Saint-Germain-lès-Corbeil", "Soisy-sur-Seine", "Le Coudray-Montceaux"}}),
	}
	for _, p := range []testkit.Professional{
		{Name: "Merise", Commune: "Évry-Courcouronnes", Covers: []string{"Corbeil-Essonnes", "Ris-Orangis"}},
		{Name: "Ancolie", Commune: "Massy", Radius: 8}, {Name: "Cytise", Commune: "Étampes", Radius: 12, Windows: day}, {Name: "Bruyère", Commune: "Savigny-sur-Orge", Radius: 5},
		{Name: "Mélisse", Commune: "Corbeil-Essonnes", Covers: []string{"Évry-Courcouronnes"}}, {Name: "Gentiane", Commune: "Brétigny-sur-Orge", Radius: 9}, {Name: "Arnica", Commune: "Montgeron", Radius: 7},
		{Name: "Aubade", Profession: nomenclature.Midwife},
	} {
		h.Professional(p)
	}
	r := c.ward.Asks(family("Roche", "Jeanne"), midday(h, 4*time.Hour), acts("VISITE", 7, "IDE07"))
	c.nurse.Accepts(r)
	c.known = r.Patient
	h.Usual(r.Patient, c.nurse)
	_, err := h.Directory.AddAbsence(c.nurse.Ctx(), c.nurse.Subject, directory.Absence{From: h.Clock.Now().Add(72 * time.Hour), To: h.Clock.Now().Add(9 * 24 * time.Hour), Reason: "Congés"})
	h.Must(err)
	c.site = open(t, h, c.ward, c.nurse, c.gp)
	begun := func(form ...string) request.ID {
		p := c.post(c.ward, "/demandes/nouvelle", append(form, "_cle", web.NewKey(), "patient", string(c.known), "action", "save")...).is(http.StatusSeeOther)
		return request.ID(strings.TrimPrefix(p.to, "/demandes/"))
	}
	c.draft = begun(append(slices.Clone(typed), "lines", "2", "l2.profession", "IDE", "l2.acts_IDE", "IDE16", "l2.often", "2/day", "l2.at", "matin", "l2.during", "healed", "l2.from", "soon", "l2.urgency", "U3")...)
	c.journey = begun("profession", "AMB_ENTREPRISE", "acts_AMB_ENTREPRISE", "TR01", "transport_to", "Hôpital", "transport_position", "lying", "often", "usual", "during", "0", "from", "soon", "urgency", "U1")
	return c
}

// TestAskingPagesAreSeenAndReadByEveryone looks at the form, the availability, the
// directory and the map in a browser, at both widths and in both themes.
func TestAskingPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	c := someCountry(t)
	server := httptest.NewServer(entrance(c.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"ask-ward", c.ward, "/demandes/nouvelle"}, {"ask-first", c.gp, "/demandes/nouvelle"}, {"ask-care", c.ward, "/demandes/nouvelle#step-care"}, {"ask-send", c.ward, "/demandes/nouvelle?patient=" + string(c.known) + "#step-send"},
		{"ask-two", c.ward, "/demandes/nouvelle?brouillon=" + string(c.draft) + "#step-care-2"}, {"ask-journey", c.ward, "/demandes/nouvelle?brouillon=" + string(c.journey) + "#step-care"},
		{"ask-address", c.gp, "/demandes/nouvelle#step-address"},
		{"me", c.nurse, "/moi"}, {"me-ward", c.ward, "/moi"}, {"people", c.nurse, "/annuaire"}, {"person", c.nurse, "/annuaire/" + c.nurse.Subject.ID}, {"person-other", c.nurse, "/annuaire/" + c.gp.Subject.ID},
		{"map", c.nurse, "/carte?metier=IDE"}, {"map-night", c.nurse, "/carte?metier=IDE&jour=1&heure=14"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "asking-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
