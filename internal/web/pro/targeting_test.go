package pro_test

import (
	"net/http"
	"slices"
	"testing"

	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// The choice of networks is there when the territory has some, counts who is left, and
// comes back with the form.
func TestAFormLimitsToANetwork(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	s := open(t, h, ward, nurse)
	if s.get(ward, "/demandes/nouvelle").has("input[name=networks]") {
		t.Error("a territory without network is asked for one")
	}
	s.post(nurse, "/moi/pratique", "modes", "VISITE", "communes", "91174", "radius", "0", "networks_asked", "1", "network_other", "CPTS Val des Sources").is(http.StatusSeeOther)
	if got := practice(h, nurse).Networks; !slices.Equal(got, []string{"CPTS Val des Sources"}) {
		t.Fatalf("the nurse belongs to %v", got)
	}
	s.get(nurse, "/moi").says("#practice", "CPTS Val des Sources (1 professionnel)")
	h.Nurse("Merise")
	p := s.post(ward, "/demandes/nouvelle", slices.Concat([]string{"action", "preview", "networks", "CPTS Val des Sources"}, newPatient())...).is(http.StatusOK)
	p.says("#preview", "Hors du réseau choisi")
	if !p.has("input[name=networks][checked]") {
		t.Error("the choice is lost")
	}
	p = s.post(ward, "/demandes/nouvelle", newPatient("networks", "CPTS Val des Sources")...).is(http.StatusSeeOther)
	s.get(ward, p.to).says("main", "CPTS Val des Sources")
	// A form that does not hold the question leaves what is kept.
	s.post(nurse, "/moi/pratique", "modes", "VISITE", "communes", "91174", "radius", "3").is(http.StatusSeeOther)
	if got := practice(h, nurse).Networks; len(got) != 1 {
		t.Errorf("the networks are lost: %v", got)
	}
}

// A cabinet chooses who comes among its people, on the card and on the page, then another
// by name; the requester reads the phone.
func TestACabinetChoosesWhoComes(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	cabinet := h.Structure(testkit.Structure{Name: "Cabinet des Lilas", Kind: directory.Cabinet, Profession: nomenclature.Nurse})
	nadia := h.Professional(testkit.Professional{Name: "Nadia", Profession: nomenclature.Physio, Structure: cabinet.Subject.ID})
	r := ward.Asks()
	s := open(t, h, cabinet, ward)
	offer := string(cabinet.OfferOn(r))
	for _, path := range []string{"/", at(r)} {
		s.get(cabinet, path).says("#coming-member-"+offer, "Camille Nadia")
	}
	bad := s.post(cabinet, "/offres/"+offer+"/accepter", "demande", string(r.ID), "coming", "Dominique Volant", "coming_phone", "12").is(http.StatusUnprocessableEntity)
	bad.says("#coming-phone-"+offer+"-fault", "numéro")
	s.post(cabinet, "/offres/"+offer+"/accepter", "demande", string(r.ID), "coming_member", nadia.Subject.ID).is(http.StatusSeeOther)
	seen := s.get(ward, at(r))
	seen.says("main", "Camille Nadia, Cabinet des Lilas")
	if !seen.has("a[href=tel:"+nadia.Phone+"]") || seen.has("#form-intervenant") {
		t.Error("the requester does not read the phone of who comes, or may change him")
	}
	s.post(cabinet, at(r)+"/intervenant", "coming", "Dominique Volant", "coming_phone", "06 39 98 00 77").is(http.StatusSeeOther)
	seen = s.get(ward, at(r))
	seen.says("main", "Dominique Volant, Cabinet des Lilas")
	seen.says("#suivi", "pour Cabinet des Lilas")
	if !seen.has("a[href=tel:+33639980077]") {
		t.Error("the requester does not read the new phone")
	}
	s.post(cabinet, at(r)+"/intervenant", "coming", "Quelqu’un", "coming_phone", "12").is(http.StatusUnprocessableEntity).says("#coming-phone-change-fault", "numéro")
}

// Whoever works near a border keeps, and may choose, communes beyond it.
func TestOneServesBeyondTheBorder(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse := h.Professional(testkit.Professional{Name: "Léonore", Covers: []string{"77288"}})
	s := open(t, h, nurse)
	p := s.get(nurse, "/moi")
	if !p.has("input[name=communes][value=77288][checked]") || !p.has("input[name=communes][value=77407]") || p.has("input[name=communes][value=75056]") {
		t.Error("the communes beyond the border are lost, or not proposed, or too far")
	}
}

// The name of a replacement may be typed: one person is taken, several are proposed. Who
// replaces reads it on his page and in the request.
func TestAReplacementIsNamedAndReads(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse, stands := h.Ward("Maternité A"), h.Nurse("Léonore"), h.Nurse("Merise")
	h.Professional(testkit.Professional{Name: "Mercier"})
	s := open(t, h, nurse, stands, ward)
	bad := s.post(nurse, "/moi/absences", "from", "2026-03-16", "to", "2026-03-22", "replacement", "Mer").is(http.StatusUnprocessableEntity)
	bad.says("#absences", "Plusieurs personnes")
	bad.says("#absences", "Camille Merise")
	s.post(nurse, "/moi/absences", "from", "2026-03-16", "to", "2026-03-22", "replacement", "Merise").is(http.StatusSeeOther)
	if got := practice(h, nurse).Absences; len(got) != 1 || got[0].Replacement != stands.Subject.ID {
		t.Fatalf("absences %+v", got)
	}
	s.get(stands, "/moi").says("#replacing", "Camille Léonore, du lundi 16 mars au dimanche 22 mars")
	first := ward.Asks()
	ward.Cancels(first)
	h.Usual(first.Patient, nurse)
	r := ward.Asks(testkit.For(first.Patient))
	p := s.get(stands, at(r)).is(http.StatusOK)
	p.says("main", "Vous remplacez Camille Léonore")
	p.says("main", "Alix")
	s.get(ward, at(r)).says("main", "remplace Camille Léonore")
}
