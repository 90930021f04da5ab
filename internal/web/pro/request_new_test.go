package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"

	"golang.org/x/net/html"
)

// newPatient fills the form for somebody who is not known yet.
func newPatient(more ...string) []string {
	return append([]string{
		"_cle", web.NewKey(), "patient", "new", "family_name", "Exemple", "given_name", "Alix", "birth_date", "1960-05-02", "sex", "female", "commune", "Corbeil-Essonnes",
		"street", "22 rue des Exemples", "phone", "06 39 98 12 34", "profession", "IDE", "acts_IDE", "IDE01", "mode_IDE", "VISITE", "often", "usual", "during", "3", "from", "tomorrow",
		"urgency", "U3", "my_phone", "01 99 00 00 01", "consent", "1", "action", "trigger",
		"prescription", "with_patient",
	}, more...)
}

func TestAFormAsksForCare(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, gp := h.Ward("Maternité A"), h.Nurse("Léonore"), h.Doctor("Toubib")
		s := open(t, h, ward, nurse)
		s.get(ward, "/demandes/nouvelle").is(http.StatusOK)
		p := s.post(ward, "/demandes/nouvelle", newPatient("gp", "Camille Toubib", "gp_id", gp.Subject.ID, "gp_id_for", "Camille Toubib")...).is(http.StatusSeeOther)
		id := request.ID(strings.TrimPrefix(p.to, "/demandes/"))
		sh, err := h.Requests.Show(ward.Ctx(), id)
		h.Must(err)
		if sh.State != request.Searching || sh.Care.Days != 3 || sh.Care.Frequency.PerDay != 1 || sh.Patient.GP != gp.Subject.ID || sh.From.Phone != "+33199000001" {
			t.Errorf("asked %+v of %+v", sh.Request, sh.Patient)
		}
		if want := time.Date(2026, 3, 17, 7, 0, 0, 0, time.UTC); !sh.StartAt.Equal(want) {
			t.Errorf("care of tomorrow starts at %s, want 8:00 in Paris, %s", sh.StartAt, want)
		}
		if nurse.OfferOn(sh.Request) == "" {
			t.Error("the nurse was not asked")
		}
	})
}

// TestASecondSendIsTheFirst sends one form twice: a double tap makes one request.
func TestASecondSendIsTheFirst(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	form := newPatient()
	first, second := s.post(ward, "/demandes/nouvelle", form...), s.post(ward, "/demandes/nouvelle", form...)
	if first.is(http.StatusSeeOther).to != second.is(http.StatusSeeOther).to {
		t.Errorf("two requests: %s and %s", first.to, second.to)
	}
}

func TestARefusedFormKeepsEverything(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	p := s.post(ward, "/demandes/nouvelle", "patient", "new", "family_name", "Exemple", "birth_date", "2050-01-01", "commune", "Corbeil-Essonnes", "profession", "SF",
		"motive", "Césarienne, agrafes", "urgency", "U2", "often", "other", "often_n", "deux", "during", "other", "during_n", "9000", "my_phone", "12", "action", "trigger").is(http.StatusUnprocessableEntity)
	for _, field := range []string{"given_name", "birth_date", "often_n", "during_n", "my_phone", "consent"} {
		if !p.has("#f-" + field + "-fault") {
			t.Errorf("no fault beside %s", field)
		}
		if !leads(p, "#f-"+field) {
			t.Errorf("the summary does not lead to %s", field)
		}
	}
	if p.has("#f-family_name-fault") || attr(p.all("#f-family_name")[0], "value") != "Exemple" || attr(p.all("#f-often_n")[0], "value") != "deux" {
		t.Error("what was right, or written, is lost")
	}
	p.says("textarea#f-motive", "Césarienne, agrafes")
	if !checked(p, "profession", "SF") || !checked(p, "urgency", "U2") {
		t.Error("the choices are lost")
	}
}

// leads tells whether the summary of faults has a link to the field.
func leads(p page, to string) bool {
	for _, n := range p.all(".notice a") {
		if attr(n, "href") == to {
			return true
		}
	}
	return false
}

func checked(p page, name, value string) bool {
	for _, n := range p.all("input[name=" + name + "]") {
		if attr(n, "value") == value {
			return hasAttr(n, "checked")
		}
	}
	return false
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func TestATownThatMeansSeveralIsChosen(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	p := s.post(ward, "/demandes/nouvelle", newPatient("commune", "saint ger")...) // the first value wins
	p.is(http.StatusSeeOther)
	form := newPatient()
	for i := range form {
		if form[i] == "Corbeil-Essonnes" {
			form[i] = "Saint-Germain"
		}
	}
	p = s.post(ward, "/demandes/nouvelle", form...).is(http.StatusUnprocessableEntity)
	var code string
	for _, n := range p.all(".combo .opt") {
		if strings.Contains(text(n), "Saint-Germain-lès-Corbeil") {
			code = attr(first(n, "input"), "value")
		}
	}
	if code == "" {
		t.Fatalf("Saint-Germain-lès-Corbeil is not proposed: %s", p.text(".combo"))
	}
	s.post(ward, "/demandes/nouvelle", append(form, "commune_code", code, "twin", "other")...).is(http.StatusSeeOther)
	for i := range form {
		if form[i] == "Saint-Germain" {
			form[i] = "Introuvable-sur-Rien"
		}
	}
	s.post(ward, "/demandes/nouvelle", form...).is(http.StatusUnprocessableEntity).says("#f-commune-fault", "Aucune commune")
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func first(n *html.Node, tag string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			return d
		}
	}
	return nil
}

// TestThePreviewSaysWhoWillBeAsked asks as the script does: only the part that changes, and
// nothing is written.
func TestThePreviewSaysWhoWillBeAsked(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, usual := h.Ward("Maternité A"), h.Nurse("Léonore")
	h.Nurse("Merise")
	h.Nurse("Ancolie")
	busy := h.Nurse("Cytise")
	h.Must(h.Directory.SayBusy(busy.Ctx(), busy.Subject, h.Clock.Now().Add(30*24*time.Hour)))
	r := ward.Asks()
	h.Usual(r.Patient, usual)
	s := open(t, h, ward)
	values := url.Values{"patient": {string(r.Patient)}, "profession": {"IDE"}, "acts_IDE": {"IDE01"}, "mode_IDE": {"VISITE"}, "often": {"1/day"}, "during": {"3"}, "from": {"tomorrow"}, "urgency": {"U2"}, "action": {"preview"}}
	ask := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/demandes/nouvelle", strings.NewReader(values.Encode()))
	ask.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ask.Header.Set("X-Part", "preview")
	p := s.send(ward, ask).is(http.StatusOK)
	if p.has("form") {
		t.Error("the whole page came")
	}
	p.says(".sentence", "pendant 3 j [1 passage par jour, à partir du mardi 17 mars]")
	p.says(".reach", "3")
	p.says(".waves .usual", "l’équipe habituelle, 1 personne")
	p.says(".reasons", "Complet")
	rows, err := h.Requests.Recent(ward.Ctx())
	h.Must(err)
	if len(rows) != 1 {
		t.Errorf("%d requests after a preview", len(rows))
	}
}

// TestTheLastPatientAndCareAreProposed is the request in six taps: nothing to type.
func TestTheLastPatientAndCareAreProposed(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, stranger := h.Ward("Maternité A"), h.Ward("Chirurgie")
	r := ward.Asks(testkit.Urgency(nomenclature.U3))
	s := open(t, h, ward, stranger)
	p := s.get(ward, "/demandes/nouvelle").is(http.StatusOK)
	p.says("#f-patient", "A. EXEMPLE")
	for name, value := range map[string]string{"profession": "IDE", "acts_IDE": "IDE01", "mode_IDE": "VISITE", "often": "1/day", "during": "3", "urgency": "U3", "from": "soon"} {
		if !checked(p, name, value) {
			t.Errorf("%s %s is not proposed", name, value)
		}
	}
	if checked(p, "patient", string(r.Patient)) {
		t.Error("a patient is chosen by default")
	}
	s.post(ward, "/demandes/nouvelle", "_cle", web.NewKey(), "patient", string(r.Patient), "profession", "IDE", "acts_IDE", "IDE01", "mode_IDE", "VISITE", "often", "1/day", "during", "3",
		"urgency", "U3", "from", "soon", "prescription", "with_patient", "consent", "1", "action", "trigger").is(http.StatusSeeOther)
	s.post(ward, "/demandes/nouvelle", "profession", "IDE", "acts_IDE", "IDE01", "urgency", "U3", "consent", "1", "action", "trigger").is(http.StatusUnprocessableEntity).says("#f-patient", "Choisissez le patient")
	if p := s.get(stranger, "/demandes/nouvelle"); strings.Contains(p.text("main"), "EXEMPLE") {
		t.Error("a ward reads the patients of another")
	}
	s.get(stranger, "/demandes/nouvelle?patient="+string(r.Patient)).is(http.StatusNotFound)
	s.post(stranger, "/demandes/nouvelle", "_cle", web.NewKey(), "patient", string(r.Patient), "profession", "IDE", "acts_IDE", "IDE01", "urgency", "U3", "consent", "1", "action", "trigger").is(http.StatusNotFound)
}

func TestADraftIsFinishedLater(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	form := newPatient("motive", "À confirmer avec la famille")
	for i, v := range form {
		if v == "trigger" {
			form[i] = "save"
		}
	}
	p := s.post(ward, "/demandes/nouvelle", form...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(p.to, "/demandes/")
	p = s.get(ward, "/demandes/nouvelle?brouillon="+id).is(http.StatusOK)
	p.says("textarea#f-motive", "À confirmer avec la famille")
	if !checked(p, "acts_IDE", "IDE01") || len(p.all("input[name=draft]")) != 1 {
		t.Error("the draft is not in the form")
	}
}

func TestWordsFindCareAndTowns(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	s.get(ward, "/actes?q=prise+de+sang").is(http.StatusOK).says("li[data-value=IDE:IDE05]", "Infirmier")
	s.get(ward, "/communes?q=corbeil").is(http.StatusOK).says("li[data-value=91174]", "Corbeil-Essonnes (91)")
	h.Doctor("Toubib")
	s.get(ward, "/annuaire/choix?q=toub&metier=MED_GEN").is(http.StatusOK).says("li", "Camille Toubib")
}

// The call desk asks for whoever called: his name is the requester's, and only an operator may.
func TestTheDeskAsksForACaller(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	operator, caller, nurse := h.Supervisor(actor.RoleOperator), h.Doctor("Appelant"), h.Nurse("Léonore")
	s := open(t, h, operator, nurse)
	if field := "[name=caller]"; !s.get(operator, "/demandes/nouvelle").is(http.StatusOK).has(field) || s.get(nurse, "/demandes/nouvelle").has(field) {
		t.Error("the operator alone is asked who calls")
	}
	p := s.post(operator, "/demandes/nouvelle", newPatient("caller", "Camille Appelant", "caller_id", caller.Subject.ID, "caller_id_for", "Camille Appelant")...).is(http.StatusSeeOther)
	sh, err := h.Requests.Show(operator.Ctx(), request.ID(strings.TrimPrefix(p.to, "/demandes/")))
	h.Must(err)
	if sh.From.Person != caller.Subject.ID || sh.From.Name != "Camille Appelant" {
		t.Errorf("asked by %+v", sh.From)
	}
	s.post(operator, "/demandes/nouvelle", newPatient("caller", "Personne de ce nom")...).is(http.StatusUnprocessableEntity)
}
