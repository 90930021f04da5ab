package pro_test

import (
	"net/http"
	"strings"
	"testing"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// « Passer le relais » by its forms: a name typed alone is looked for in the profession;
// the colleague reads no name before he agrees, refuses once, and takes over.
func TestHandedOverByTheForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	colleague := h.Professional(testkit.Professional{Name: "Merise", Commune: "Étampes"})
	h.Doctor("Merisier")
	r := nurse.Accepts(ward.Asks(family("Secrète", "Alix")))
	s := open(t, h, nurse, colleague, ward)
	if s.get(ward, at(r)).has("details#relais") || !s.get(nurse, at(r)).has("details#relais") {
		t.Error("the form is not where it should be")
	}
	s.post(nurse, at(r)+"/relais", "profession", "IDE", "colleague", "").is(http.StatusUnprocessableEntity).says("details#relais .fault", "Choisissez dans l’annuaire un autre confrère")
	s.post(nurse, at(r)+"/relais", "profession", "IDE", "colleague", "Camille").is(http.StatusUnprocessableEntity).says("details#relais .opts", "Camille Merise")
	if to := s.post(nurse, at(r)+"/relais", "profession", "IDE", "colleague", "Meris").is(http.StatusSeeOther).to; to != at(r)+"?fait=relais" {
		t.Errorf("offering leads to %s", to)
	}
	s.get(nurse, at(r)).says("#relais-propose", "Relais proposé à Camille Merise")
	s.get(colleague, "/").says("main", "Relais proposés")
	asked := s.get(colleague, at(r)).is(http.StatusOK)
	asked.says("#relais-propose", "Camille Léonore vous propose de prendre le relais")
	if words := strings.ToUpper(asked.text("html")); strings.Contains(words, "SECRÈTE") || strings.Contains(words, "EXEMPLES") {
		t.Errorf("the colleague reads the patient: %s", words)
	}

	if home := s.post(colleague, at(r)+"/relais/refuser").is(http.StatusSeeOther).to; home != "/?fait=relais-refuser" {
		t.Errorf("refusing leads to %s", home)
	}
	s.get(colleague, at(r)).is(http.StatusNotFound)
	s.get(nurse, at(r)).says("#suivi", "Relais refusé")
	s.post(nurse, at(r)+"/relais", "profession", "IDE", "colleague", "Camille Merise", "colleague_id", colleague.Subject.ID).is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/relais/retirer").is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/relais", "profession", "IDE", "colleague", "Camille Merise", "colleague_id", colleague.Subject.ID).is(http.StatusSeeOther)
	s.post(colleague, at(r)+"/relais/reprendre").is(http.StatusSeeOther)
	s.get(colleague, at(r)+"?fait=relais-reprendre").says(".notice", "Vous prenez le relais")
	s.get(colleague, at(r)).says("main", "SECRÈTE")
	told := s.get(ward, at(r))
	told.says("#suivi", "Relais pris")
	told.says("#recherche-1", "Relais")
	if s.get(nurse, at(r)).has("details#relais") {
		t.Error("who handed over still may")
	}
}
