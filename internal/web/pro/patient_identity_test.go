package pro_test

import (
	"net/http"
	"testing"

	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// values reads a form as a browser would send it back.
func (p page) values(form string) (pairs []string) {
	for _, n := range p.all(form + " input") {
		if kind := attr(n, "type"); kind == "radio" || kind == "checkbox" {
			if !has(n, "checked") {
				continue
			}
		}
		pairs = append(pairs, attr(n, "name"), attr(n, "value"))
	}
	for _, n := range p.all(form + " select") {
		chosen := ""
		for o := range n.Descendants() {
			if o.Data == "option" && has(o, "selected") {
				chosen = attr(o, "value")
			}
		}
		pairs = append(pairs, attr(n, "name"), chosen)
	}
	return pairs
}

// with changes some values of a form.
func with(pairs []string, changed ...string) []string {
	out := append([]string{}, pairs...)
	for i := 0; i < len(changed); i += 2 {
		found := false
		for j := 0; j < len(out); j += 2 {
			if out[j] == changed[i] {
				out[j+1], found = changed[i+1], true
			}
		}
		if !found {
			out = append(out, changed[i], changed[i+1])
		}
	}
	return out
}

// An identity is verified by its form: a document first, then what the national service
// answered; what it was stays readable, with who changed it.
func TestAnIdentityIsVerifiedByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward, other := h.Nurse("Léonore"), h.Ward("Maternité A"), h.Nurse("Merise")
	r := nurse.Accepts(ward.Asks(family("Morel", "Anatole")))
	s := open(t, h, nurse, ward, other)
	file := "/patients/" + string(r.Patient)
	s.get(other, file+"/identite").is(http.StatusNotFound)
	s.post(other, file+"/identite", "family_name", "X").is(http.StatusNotFound)
	form := s.get(nurse, file+"/identite").is(http.StatusOK).values("#form-identite")
	s.get(nurse, file).says("main", "Identité fictive")

	s.post(nurse, file+"/identite", with(form, "ins_status", "VALI")...).is(http.StatusUnprocessableEntity).says("main", "fictive ou douteuse reste provisoire")
	refused := s.post(nurse, file+"/identite", with(form, "attribute", "none", "ins_status", "VALI", "street", "5 rue Neuve")...).is(http.StatusUnprocessableEntity)
	refused.says("main", "Choisissez le document qui a été présenté")
	if !refused.has(`input[name=street][value=5*`) {
		t.Error("what was typed is lost")
	}
	form = with(form, "attribute", "none", "birth_name", "Naissance", "first_name", "Anatole", "given_names", "Anatole Jean", "birth_place_code", "2a004",
		"birth_day", "", "ins_status", "VALI", "document", "passport", "seen_on", "2026-03-15")
	s.post(nurse, file+"/identite", form...).is(http.StatusSeeOther)
	shown := s.get(nurse, file+"?fait=identite")
	shown.says(".notice", "Identité enregistrée")
	shown.says("#identite", "Validée")
	shown.says("#identite", "1er mai 1960 par convention : jour inconnu")
	shown.says("#identite", "2A004")

	s.post(ward, file+"/identite", form...).is(http.StatusConflict).says("main", "modifié cette fiche entre-temps")
	form = s.get(ward, file+"/identite").values("#form-identite")
	number := "160052A004001"
	s.post(ward, file+"/identite", with(form, "ins_status", "QUAL", "ins", number+"00", "ins_oid", string(patient.OIDTest), "fetched_on", "2026-03-16", "fetched_by", "Clinique Exemple")...).
		is(http.StatusUnprocessableEntity).says("#insi", "La clé de ce matricule est fausse")
	s.post(ward, file+"/identite", with(form, "ins_status", "QUAL", "ins", number+patient.Key(number), "ins_oid", string(patient.OIDTest), "fetched_on", "2026-03-16", "fetched_by", "Clinique Exemple")...).is(http.StatusSeeOther)
	shown = s.get(nurse, file)
	shown.says("#identite", "Qualifiée")
	shown.says("#identite", "1 60 05 2A 004 001")

	form = s.get(nurse, file+"/identite").values("#form-identite")
	s.post(nurse, file+"/identite", with(form, "birth_name", "Autre")...).is(http.StatusUnprocessableEntity).says("main", "la vérification ne vaut plus")
	s.post(nurse, file+"/identite", with(form, "birth_name", "Autre", "ins_status", "PROV", "ins", "")...).is(http.StatusSeeOther)
	told := s.get(ward, file+"/identite")
	told.says("#versions", "Naissance → Autre")
	told.says("#versions", "Qualifiée → Provisoire")
	told.says("#versions", "Camille Léonore")
}
