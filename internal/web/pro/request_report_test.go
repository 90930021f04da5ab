package pro_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/infra/pdf/pdftest"
	"entractes/internal/testkit"
)

// What is measured is typed as people write it, refused beside its field when nobody can
// have it, and read as a table with its trend.
func TestVitalsByTheForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	r := nurse.Starts(nurse.Accepts(ward.Asks(func(a *request.Ask) { a.Acts = []nomenclature.ActCode{"IDE08"} })))
	s := open(t, h, nurse, ward)

	refused := s.post(nurse, at(r)+"/passage", "commune", string(r.Commune), "outcome", "done", "note", "Fébrile", "vital_temp", "385", "vital_pain", "0").is(http.StatusUnprocessableEntity)
	refused.says("details#passage .fault", "de 25 à 45 °C")
	if !refused.has("details#passage-constantes[open] input[value=385]") || !refused.has("details#passage-constantes[open] input[value=0]") {
		t.Error("what was typed is lost, or folded away")
	}
	s.post(nurse, at(r)+"/passage", "commune", string(r.Commune), "outcome", "done", "vital_temp", "38,5", "vital_pain", "0", "vital_glucose", "7,8", "vital_glucose_unit", "mmol/L").is(http.StatusSeeOther)
	page := s.get(ward, at(r))
	page.says("#constantes", "Température 38,5 °C élevé")
	page.says("#constantes", "Glycémie 7,8 mmol/L")
	page.says("#constantes", "Douleur (EN) 0/10")
	if page.has("#constantes .trend") {
		t.Error("one value is a trend")
	}
	h.Forward(time.Hour)
	s.post(nurse, at(r)+"/compte-rendu", "commune", string(r.Commune), "report", "Mieux", "vital_temp", "37,4", "acts", "IDE08", "wound_stage", "2", "wound_length", "32", "tolerance", "good", "warn", "gp", "alert", "1").is(http.StatusSeeOther)
	page = s.get(ward, at(r))
	if n := len(page.all("#constantes .trend circle")); n != 2 {
		t.Errorf("%d points on the trend", n)
	}
	page.says("#constantes-mesures", "38,5 °C")
	for _, words := range []string{"Mieux", "Alerte", "Température 37,4 °C", "Stade 2 : perte de peau partielle · 32 mm", "Tolérance Bonne", "À prévenir médecin traitant"} {
		page.says("#comptes-rendus", words)
	}
}

// The template asks for a wound only where an act concerns one, and keeps the text first.
func TestReportFormIsShort(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	injection := nurse.Accepts(ward.Asks())
	s := open(t, h, nurse, ward)
	page := s.get(nurse, at(injection))
	if page.has("#compte-rendu select[name=wound_stage]") || page.has("#compte-rendu input[name=next]") || page.has("#compte-rendu-detail[open]") {
		t.Error("the form asks for what cannot be said")
	}
	if !page.has("#form-compte-rendu textarea[name=report]") || !page.has("#compte-rendu-detail input[name=vital_temp]") {
		t.Error("the form does not ask for what may be said")
	}
	kept := s.post(nurse, at(injection)+"/compte-rendu", "commune", string(injection.Commune), "report", "Long texte", "vital_sys", "13").is(http.StatusUnprocessableEntity)
	kept.says("#compte-rendu .fault", "de 40 à 300 mmHg")
	kept.says("#compte-rendu textarea[name=report]", "Long texte")
	if !kept.has("#compte-rendu-detail[open]") {
		t.Error("the fault is folded away")
	}
}

// A report is read on paper by those who read it on the screen, and each reading is traced.
func TestReportAsAPDF(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward, other := h.Nurse("Léonore"), h.Ward("Maternité A"), h.Nurse("Autre")
	r := nurse.Accepts(ward.Asks())
	nurse.Reports(r, "Rien à signaler")
	s := open(t, h, nurse, ward, other)
	links := s.get(ward, at(r)).all("#comptes-rendus a.btn[href=" + at(r) + "/comptes-rendus/*]")
	if len(links) != 1 {
		t.Fatalf("%d links to the paper", len(links))
	}
	path := attr(links[0], "href")
	w := s.raw(ward, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/pdf" || w.Header().Get("Cache-Control") != "no-store" ||
		w.Header().Get("Content-Disposition") != `inline; filename="compte-rendu-2026-03-16.pdf"; filename*=UTF-8''compte-rendu-2026-03-16.pdf` {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
	if text := pdftest.Words(t, w.Body.Bytes()); !strings.Contains(text, "Rien à signaler") || !strings.Contains(text, "Alix EXEMPLE") {
		t.Error(text)
	}
	for _, hidden := range []string{path, at(r) + "/comptes-rendus/x.pdf", strings.TrimSuffix(path, ".pdf")} {
		if code := s.raw(other, hidden).Code; code != http.StatusNotFound {
			t.Errorf("%s for a stranger: %d", hidden, code)
		}
	}
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
		n, err := db.One(tx, "page", db.Value[int64], `SELECT count(*) FROM audit WHERE action = 'request.report_print' AND account = $1 AND outcome = 'ok' AND request = $2`, string(ward.Account), string(r.ID))
		if n != 1 {
			t.Errorf("%d readings are traced", n)
		}
		return err
	}))
}

// raw is what somebody receives at path, as it is.
func (s *site) raw(p *testkit.Person, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	return w
}

// A doctor says where reports may be sent to him; what is no address is refused beside its field.
func TestSecureMailOfOnesOwn(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	gp, ward := h.Doctor("Traitant"), h.Ward("Maternité A")
	s := open(t, h, gp, ward)
	refused := s.post(gp, "/moi/messagerie", "secure_mail", "chez moi").is(http.StatusUnprocessableEntity)
	if !refused.has("details#messagerie[open] .fault") {
		t.Error("the fault is not beside its field")
	}
	s.post(gp, "/moi/messagerie", "secure_mail", "traitant@mssante.example.org").is(http.StatusSeeOther)
	if kept := s.get(gp, "/moi").all("details#messagerie input[name=secure_mail]"); len(kept) != 1 || attr(kept[0], "value") != "traitant@mssante.example.org" {
		t.Error("the address is not kept")
	}
	r := ward.Asks()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
	s.get(ward, "/patients/"+string(r.Patient)).says("#equipe", "Corbeil-Essonnes traitant@mssante.example.org (messagerie sécurisée)")
	s.post(ward, "/moi/messagerie", "secure_mail", "x@mssante.example.org").is(http.StatusNotFound)
}
