package pro_test

import (
	"net/http"
	"reflect"
	"slices"
	"testing"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// The need is changed by a form filled with what is asked; refused it keeps what was
// typed; who carries the request reads what changed, confirms, then refuses another change.
func TestAmendedByTheForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	r := ward.Asks(testkit.Motive("Pansement."))
	s := open(t, h, nurse, ward)
	to := at(r) + "/modifier"
	if s.get(nurse, to).is(http.StatusSeeOther).to != at(r) || s.get(nurse, at(r)).has("a[href="+to+"]") || !s.get(ward, at(r)).has("a[href="+to+"]") {
		t.Error("the form is not where it should be")
	}
	form := s.get(ward, to).is(http.StatusOK)
	form.says("#form-modifier textarea", "Pansement.")
	if !form.has("input[name=start][value=2026-03-16T14:20]") || !checked(form, "during", "3") || !form.has("input[name=acts][value=IDE01][checked]") || !form.has("input[name=code][value=4763]") || !form.has("input[name=more_acts][value=IDE05]") {
		t.Error("the form does not hold what is asked")
	}
	same := []string{"commune", string(r.Commune), "mode", "VISITE", "urgency", "U2", "start", "2026-03-16T14:20", "often", "1/day", "floor", "2", "code", "4763"}
	with := func(pairs ...string) []string { return append(slices.Clone(same), pairs...) }

	s.post(ward, to, with("acts", "IDE01", "during", "3", "motive", "Pansement.")...).is(http.StatusUnprocessableEntity).says(".notice", "Rien n’a changé")
	refused := s.post(ward, to, with("motive", "", "during", "other", "during_n", "700")...).is(http.StatusUnprocessableEntity)
	refused.says(".fault", "Choisissez au moins un acte")
	if !refused.has("input[name=during_n][value=700]") || refused.has("input[name=acts][value=IDE01][checked]") {
		t.Error("what was typed is lost")
	}
	s.post(ward, to, with("acts", "IDE01", "more_acts", "IDE05", "during", "other", "during_n", "5", "motive", "Pansement et bilan.")...).is(http.StatusSeeOther)
	if sh := ward.Sees(r); sh.Care.Days != 5 || len(sh.Request.Acts) != 2 || len(sh.Rounds) != 2 {
		t.Fatalf("it asks %v for %d days in %d rounds", sh.Request.Acts, sh.Care.Days, len(sh.Rounds))
	}
	s.get(ward, at(r)).says("#recherche-1", "Besoin modifié")
	s.get(nurse, at(r)).says("article.ask .reasons", "La demande a changé")

	nurse.Accepts(ward.Sees(r).Request)
	s.post(ward, to, with("acts", "IDE01", "more_acts", "IDE05", "during", "7", "motive", "Pansement, bilan, photo.", "door", "gauche")...).is(http.StatusSeeOther)
	s.get(ward, at(r)).says(".notice", "n’a pas encore confirmé")
	asked := s.get(nurse, at(r)).is(http.StatusOK)
	for _, words := range []string{"La demande a changé", "durée, motif, accès", "pendant 5 j", "Pansement et bilan."} {
		asked.says("#reconfirmer", words)
	}
	asked.says("main", "Pansement, bilan, photo.")
	s.post(nurse, at(r)+"/reconfirmer").is(http.StatusSeeOther)
	confirmed := s.get(nurse, at(r)+"?fait=reconfirmer")
	confirmed.says(".notice", "C’est confirmé")
	confirmed.says("#suivi", "Changement confirmé")
	confirmed.says("#avant", "pendant 5 j")
	if confirmed.has("#reconfirmer") {
		t.Error("he is still asked")
	}
	s.post(nurse, at(r)+"/reconfirmer").is(http.StatusConflict).says(".notice", "Aucun changement n’attend")

	s.post(ward, to, with("acts", "IDE05", "during", "7", "motive", "Bilan.")...).is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/refuser-changement", "reason", "").is(http.StatusUnprocessableEntity).says("details#refuser-changement .fault", "Choisissez une raison")
	if home := s.post(nurse, at(r)+"/refuser-changement", "reason", "illness").is(http.StatusSeeOther).to; home != "/?fait=refuser-changement" {
		t.Errorf("refusing leads to %s", home)
	}
	if sh := ward.Sees(r); sh.State != request.Searching || sh.Care.Days != 7 {
		t.Errorf("refused, it is %s", sh.State)
	}
}

// What a form may ask is not lost by changing something else: the days, the moments, the
// end, the blocks and the answers stay; the answers of an act that is taken away go.
func TestAmendingKeepsTheRestOfTheForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	h.Nurse("Léonore")
	r := ward.Asks(func(a *request.Ask) {
		a.Acts = []nomenclature.ActCode{"IDE07", "IDE16"}
		a.Care = request.Care{Prescription: request.PrescriptionWithPatient, Days: 40, End: "healed", Frequency: nomenclature.Frequency{PerDay: 2, On: civil.Monday | civil.Thursday, At: nomenclature.Morning | nomenclature.Evening}}
		a.Details = request.Details{Answers: request.Answers{"IDE07": {"site": "talon"}, "IDE16": {"size": "16"}}, Maternity: &request.Maternity{Parity: 2}}
	})
	s := open(t, h, ward)
	form := s.get(ward, at(r)+"/modifier").is(http.StatusOK)
	typed := []string{"often", "on", "on", "1", "on", "4", "days_n", "2", "at", "matin", "at", "soir", "during", "other", "during_n", "40", "end", "healed", "parity", "2", "answers.IDE07.site", "talon"}
	keeps(t, form, typed)
	s.post(ward, at(r)+"/modifier", append([]string{
		"commune", string(r.Commune), "mode", "VISITE", "urgency", "U2", "start", attr(form.all("input[name=start]")[0], "value"), "acts", "IDE07", "floor", "2", "code", "4763", "motive", "Plaie infectée.",
	}, typed...)...).is(http.StatusSeeOther)
	sh := ward.Sees(r)
	if !reflect.DeepEqual(sh.Care, r.Care) || len(sh.Request.Acts) != 1 {
		t.Errorf("it asks %v, %+v; it was %+v", sh.Request.Acts, sh.Care, r.Care)
	}
	if d := sh.Details; d.Maternity == nil || d.Maternity.Parity != 2 || d.Answers.Of("IDE07", "site") != "talon" || d.Answers.Of("IDE16", "size") != "" {
		t.Errorf("the blocks are %+v, %+v", sh.Details.Maternity, sh.Details.Answers)
	}
}

// The blocks and the answers are changed by the form as well; whoever carries the request
// reads what they were.
func TestAmendedBlocks(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, crew := h.Ward("Cardiologie"), h.Structure(testkit.Structure{Name: "Ambulances du Val", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany, Wakes: true})
	r := ward.Asks(func(a *request.Ask) {
		a.Profession, a.Mode, a.Care = nomenclature.AmbulanceCompany, nomenclature.Transport, request.Care{Prescription: request.PrescriptionWithPatient}
		a.Acts = []nomenclature.ActCode{"TR04"}
		a.Details = request.Details{Motive: "Sortie.", Transport: &request.Transport{To: "le centre de dialyse", Position: request.Seated}}
	})
	crew.Accepts(r)
	s := open(t, h, ward, crew)
	to := at(r) + "/modifier"
	form := s.get(ward, to).is(http.StatusOK)
	typed := []string{"transport_to", "le centre de dialyse", "transport_position", "seated"}
	keeps(t, form, typed)
	if form.has("input[name=parity]") {
		t.Error("a birth is asked of a crew")
	}
	same := []string{"commune", string(r.Commune), "mode", string(r.Mode), "urgency", string(r.Urgency), "start", attr(form.all("input[name=start]")[0], "value"), "acts", string(r.Acts[0]), "motive", "Sortie.", "floor", "2", "code", "4763", "often", "once"}
	with := func(pairs ...string) []string { return append(slices.Clone(same), pairs...) }
	refused := s.post(ward, to, with("transport_to", "le centre de dialyse", "transport_position", "lying", "transport_weight", "4000")...).is(http.StatusUnprocessableEntity)
	if !refused.has("input[name=transport_weight][value=4000]") {
		t.Error("what was typed is lost")
	}
	s.post(ward, to, with("transport_to", "le centre de dialyse", "transport_position", "lying", "transport_oxygen", "1")...).is(http.StatusSeeOther)
	asked := s.get(crew, at(r)).is(http.StatusOK)
	asked.says("#reconfirmer", "précisions")
	asked.says("#reconfirmer", "assis")
	asked.says("main", "allongé")
	asked.says("main", "oxygène")
}
