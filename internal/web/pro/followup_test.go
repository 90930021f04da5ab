package pro_test

import (
	"net/http"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// What follows an acceptance, by its forms: undone, agreed with the patient, put on hold
// and taken up again, handed back, kept waiting.
func TestWhatFollowsAnAcceptanceByItsForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	r := nurse.Accepts(ward.Asks())
	s := open(t, h, nurse, ward)

	s.get(nurse, at(r)).says("main", "Annuler mon acceptation")
	if home := s.post(nurse, at(r)+"/revenir").is(http.StatusSeeOther).to; home != "/?fait=revenir" {
		t.Errorf("undoing leads to %s", home)
	}
	s.get(nurse, "/?fait=revenir").says(".notice", "Acceptation annulée")
	asker := s.get(ward, at(r))
	asker.says("#suivi", "Acceptation annulée, la recherche reprend")
	asker.says("#recherche-1", "Acceptation annulée")

	nurse.Accepts(ward.Sees(r).Request)
	s.post(nurse, at(r)+"/contact", "commune", string(r.Commune)).is(http.StatusUnprocessableEntity).says("details#contact .fault", "premier passage")
	s.post(nurse, at(r)+"/contact", "commune", string(r.Commune), "next", "2026-03-17T09:00").is(http.StatusSeeOther)
	agreed := s.get(nurse, at(r))
	agreed.says("#suivi", "Rendez-vous : demain 9 h")
	agreed.says("main", "Changer le premier passage")
	s.post(nurse, at(r)+"/revenir").is(http.StatusConflict).says(".notice", "ne peut plus être annulée")

	s.post(ward, at(r)+"/suspendre", "reason", "").is(http.StatusUnprocessableEntity).says("details#suspendre .fault", "Choisissez une raison")
	s.post(ward, at(r)+"/suspendre", "reason", "hospitalised").is(http.StatusSeeOther)
	s.get(nurse, at(r)).says(".notice", "Patient hospitalisé")
	s.post(nurse, at(r)+"/reprendre", "commune", string(r.Commune), "start", "2026-03-18T09:00").is(http.StatusSeeOther)
	s.get(ward, at(r)).says("#suivi", "Demande reprise")

	s.get(nurse, at(r)).says("details#rendre", "Patient injoignable")
	s.post(nurse, at(r)+"/rendre", "reason", "patient_unreachable").is(http.StatusSeeOther)
	s.get(ward, at(r)).says(".notice", "Patient injoignable")
	s.post(ward, at(r)+"/attendre").is(http.StatusSeeOther)
	s.get(ward, at(r)).says(".notice", "En liste d’attente")
	s.post(ward, at(r)+"/erreur").is(http.StatusSeeOther)
	if sh := ward.Sees(r); sh.State != request.EnteredInError {
		t.Errorf("the request is %s", sh.State)
	}
}

// The desk places by the page of the request: a name typed alone is looked for, several
// people come back to be chosen, and an outsider's acts are then the desk's.
func TestPlacedByTheForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, desk := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	found, outside := ward.Asks(), ward.Asks()
	one, _ := h.Nurse("Léonore"), h.Nurse("Léonide")
	s := open(t, h, ward, desk)
	if s.get(ward, at(found)).has("details#placer") || !s.get(desk, at(found)+"?acte=placer").has("details#placer[open]") {
		t.Error("the form is not where it should be")
	}
	s.post(desk, at(found)+"/placer", "somebody", "Léon").is(http.StatusUnprocessableEntity).says("details#placer .opts", "Camille Léonide")
	s.post(desk, at(found)+"/placer", "somebody", "Personne").is(http.StatusUnprocessableEntity).says("details#placer .fault", "Choisissez quelqu’un de l’annuaire")
	s.post(desk, at(found)+"/placer", "somebody", "Léonore").is(http.StatusSeeOther)
	if sh := one.Sees(found); !sh.Relation.Provider {
		t.Error("who was found does not carry it")
	}
	s.get(desk, "/annuaire/choix?tous=1&q=matern").says("li", "Maternité A")

	refused := s.post(desk, at(outside)+"/placer", "name", "Claude Dehors", "profession", "IDE", "phone", "12").is(http.StatusUnprocessableEntity)
	refused.says("details#placer .fault", "numéro")
	s.post(desk, at(outside)+"/placer", "name", "Claude Dehors", "profession", "IDE", "phone", "06 39 98 12 00").is(http.StatusSeeOther)
	s.get(ward, at(outside)).says("main", "06 39 98 12 00")
	s.post(desk, at(outside)+"/demarrer").is(http.StatusSeeOther)
	h.Forward(time.Minute)
	s.get(ward, at(outside)).says("#suivi", "pour Claude Dehors")
}
