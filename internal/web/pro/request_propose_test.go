package pro_test

import (
	"net/http"
	"slices"
	"testing"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// « Oui, mais… » by its forms: proposed from the card, refused with what was typed, read
// by the requester alone, taken back, proposed again and retained.
func TestProposedAndRetainedByTheForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, other, ward := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A")
	r := ward.Asks(family("Secrète", "Alix"), func(a *request.Ask) { a.Acts, a.Care.Days = append(a.Acts, "IDE05"), 5 })
	s := open(t, h, nurse, other, ward)
	offer := "/offres/" + string(nurse.OfferOn(r))
	fields := []string{"demande", string(r.ID), "commune", string(r.Commune), "note", "Tournée pleine"}
	if !s.get(nurse, "/").has("article.ask a[href=" + at(r) + "?acte=proposer*]") {
		t.Error("the card does not lead to the form")
	}
	form := s.get(nurse, at(r)+"?acte=proposer").is(http.StatusOK)
	if !form.has("details#proposer[open]") || len(form.all("#form-proposer input[name=acts]")) != 2 {
		t.Error("the form is closed, or does not list the acts")
	}
	refused := s.post(nurse, offer+"/proposer", append(fields, "start", "2026-03-15T08:00", "days", "9", "acts", "IDE01")...).is(http.StatusUnprocessableEntity)
	refused.says("details#proposer .fault", "Choisissez un début à venir")
	refused.says("details#proposer .fault", "de 1 à 5 jours")
	refused.says("details#proposer textarea", "Tournée pleine")
	if !refused.has("input[name=days][value=9]") {
		t.Error("what was typed is lost")
	}

	propose := append(slices.Clone(fields), "start", "2026-03-17T08:00", "days", "2", "acts", "IDE01")
	if to := s.post(nurse, offer+"/proposer", propose...).is(http.StatusSeeOther).to; to != at(r)+"?fait=proposer" {
		t.Errorf("proposing leads to %s", to)
	}
	s.get(nurse, at(r)+"?fait=proposer").says(".notice", "Votre proposition est envoyée")
	s.get(nurse, at(r)).says("#ma-proposition", "2 jours")
	s.get(nurse, "/").says("article.ask", "Vous avez proposé autre chose")
	if p := s.get(other, at(r)); p.has("#propositions") || p.has("#ma-proposition") {
		t.Error("another reads the proposal")
	}
	read := s.get(ward, at(r)).is(http.StatusOK)
	for _, words := range []string{"Camille Léonore", "demain 8 h", "2 jours", "Tournée pleine", "Prélèvement"} {
		read.says("#propositions", words)
	}

	s.post(nurse, offer+"/retirer", "demande", string(r.ID)).is(http.StatusSeeOther)
	s.post(ward, offer+"/retenir", "demande", string(r.ID)).is(http.StatusConflict).says(".notice", "n’attend plus")
	s.post(nurse, offer+"/proposer", propose...).is(http.StatusSeeOther)
	s.post(other, offer+"/retenir", "demande", string(r.ID)).is(http.StatusForbidden)
	s.post(ward, offer+"/retenir", "demande", string(r.ID)).is(http.StatusSeeOther)
	kept := s.get(ward, at(r)).is(http.StatusOK)
	kept.says("#suivi", "Proposition retenue")
	kept.says(".notice", "Un acte demandé n’est pas couvert")
	s.get(nurse, at(r)).says("main", "SECRÈTE")
	if s.get(nurse, at(r)).has(".notice.wait") {
		t.Error("the provider is asked to have the rest done")
	}
}
