package pro_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

func at(r request.Request) string { return "/demandes/" + string(r.ID) }

func TestHomeShowsWhatWaitsAndNobodysName(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, usual, ward := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A")
	r := ward.Asks(family("Secrète", "Alix"), testkit.Motive("Césarienne."))
	s := open(t, h, nurse, usual, ward)
	home := s.get(nurse, "/").is(http.StatusOK)
	if n := len(home.all("article.ask")); n != 1 {
		t.Fatalf("%d offers wait", n)
	}
	home.says("article.ask", "Corbeil-Essonnes")
	home.says("article.ask", "Maternité A")
	home.says("article.ask", "réponse avant")
	home.says("article.ask .reasons", "La commune fait partie de votre secteur")
	for _, p := range []page{home, s.get(nurse, at(r)).is(http.StatusOK), s.get(nurse, at(r)+"/ressources").is(http.StatusOK)} {
		if words := strings.ToUpper(p.text("html")); strings.Contains(words, "SECRÈTE") || strings.Contains(words, "CÉSARIENNE") || strings.Contains(words, "EXEMPLES") {
			t.Errorf("a person asked reads the patient: %s", words)
		}
	}

	h.Usual(r.Patient, usual)
	s.get(usual, "/").says("article.ask", "A. SECRÈTE")
	s.get(ward, "/").says("main", "A. SECRÈTE")
}

func TestTheFirstToAcceptReadsThePatientAndTheSecondIsTold(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, slower, doctor := h.Nurse("Léonore"), h.Nurse("Merise"), h.Doctor("Toubib")
	r := doctor.Asks(family("Morel", "Anatole"), testkit.Motive("Toux, fièvre."))
	s := open(t, h, nurse, slower, doctor)
	first, second := "/offres/"+string(nurse.OfferOn(r))+"/accepter", "/offres/"+string(slower.OfferOn(r))+"/accepter"
	if !s.get(nurse, "/").has("form[action=" + first + "]") {
		t.Error("the card of the home page does not accept")
	}
	if to := s.post(nurse, first, "demande", string(r.ID)).is(http.StatusSeeOther).to; to != at(r)+"?fait=accepter" {
		t.Errorf("accepting leads to %s", to)
	}
	s.post(nurse, first, "demande", string(r.ID)).is(http.StatusSeeOther) // a second tap does nothing twice

	shown := s.get(nurse, at(r)+"?fait=accepter").is(http.StatusOK)
	shown.says("main", "Anatole MOREL")
	shown.says("main", "4763")
	shown.says("main", "Toux, fièvre.")
	shown.says(".notice", "Vous prenez cette demande en charge")
	if !shown.has("a[href=tel:+33639981234]") || !shown.has("a[href=geo:*]") || !shown.has("form[action="+at(r)+"/demarrer]") || shown.has("form[action="+at(r)+"/passage]") {
		t.Error("the page does not call, lead or start, or it notes a visit before care has begun")
	}

	lost := s.post(slower, second, "demande", string(r.ID)).is(http.StatusConflict)
	lost.says(".notice.alert", "Un confrère vient de prendre cette demande en charge")
	if strings.Contains(lost.text("html"), "MOREL") || lost.has("[data-live]") {
		t.Error("who was slower reads the patient, or his page refreshes what was refused")
	}
	s.get(slower, at(r)).says(".notice", "Un confrère l’a prise en charge")
}

func TestTheStorylineByItsForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, doctor := h.Nurse("Léonore"), h.Doctor("Toubib")
	r := nurse.Accepts(doctor.Asks(testkit.Urgency(nomenclature.U1)))
	s := open(t, h, nurse, doctor)
	s.post(nurse, at(r)+"/demarrer").is(http.StatusSeeOther)
	h.Forward(20 * time.Minute)
	visit := []string{"commune", string(r.Commune), "outcome", request.VisitDone, "note", "Antibiotique posé sur perfusion.", "next", "2026-03-16T21:00"}

	refused := s.post(nurse, at(r)+"/passage", append(visit, "at", "2027-01-01T08:00")...).is(http.StatusUnprocessableEntity)
	refused.says("details#passage .fault", "L’heure du passage ne peut pas être à venir")
	refused.says("details#passage textarea", "Antibiotique posé sur perfusion.")
	if !refused.has("details#passage[open]") || !refused.has("input[name=next][value=2026-03-16T21:00]") || refused.has("[data-live]") {
		t.Error("the refused form is closed, or lost what was typed, or may be replaced")
	}

	s.post(nurse, at(r)+"/passage", visit...).is(http.StatusSeeOther)
	s.get(nurse, at(r)).says("main", "aujourd’hui 21 h")
	s.post(nurse, at(r)+"/message", "message", "J’arrive.").is(http.StatusSeeOther)
	s.post(doctor, at(r)+"/message", "message", "Merci.").is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/compte-rendu", "report", "Bien toléré.").is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/terminer", "reason", "").is(http.StatusUnprocessableEntity).says("details#terminer .fault", "Choisissez une raison")
	s.post(nurse, at(r)+"/terminer", "reason", "care_finished").is(http.StatusSeeOther)

	read := s.get(doctor, at(r)).is(http.StatusOK)
	for _, words := range []string{"Antibiotique posé sur perfusion.", "Bien toléré."} {
		read.says("#comptes-rendus", words)
	}
	read.says("#messages", "J’arrive.")
	for _, words := range []string{"Série de soins terminée", "Soins terminés", "Passage fait", "Prise en charge démarrée", "Acceptée", "Déclenchée"} {
		read.says("#suivi", words)
	}
	if title := read.text("title"); strings.Contains(title, "EXEMPLE") || !strings.HasPrefix(title, "Corbeil-Essonnes") {
		t.Errorf("the title is %q", title)
	}
}

func TestARefusalIsReadByThoseWhoMayKnowIt(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, other, ward, desk := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	r := ward.Asks()
	s := open(t, h, nurse, other, ward, desk)
	to := "/offres/" + string(nurse.OfferOn(r)) + "/decliner"
	if home := s.post(nurse, to, "demande", string(r.ID), "reason", "away").is(http.StatusSeeOther).to; home != "/?fait=decliner" {
		t.Errorf("declining leads to %s", home)
	}
	s.get(nurse, "/?fait=decliner").says(".notice", "Merci d’avoir répondu")
	asker := s.get(ward, at(r)).is(http.StatusOK)
	asker.says("main", "1 a décliné")
	if words := asker.text("main"); strings.Contains(words, "Déclinée") || strings.Contains(words, "Absence") {
		t.Errorf("the requester reads who declined and why: %s", words)
	}
	s.get(desk, at(r)+"/ressources").says("main", "Absence, congés")
	s.get(nurse, at(r)).says(".notice", "Vous avez décliné")
}

func TestAStructureSaysWhoWillCome(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	company, ward := h.Structure(testkit.Structure{Name: "Ambulances du Val", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany}), h.Ward("Maternité A")
	r := ward.Asks(of(nomenclature.AmbulanceCompany), acts("TRANSPORT", 0, "TR04"))
	s := open(t, h, company, ward)
	if !s.get(company, "/").has("article.ask input[name=coming]") {
		t.Fatal("the card does not ask who will come")
	}
	s.post(company, "/offres/"+string(company.OfferOn(r))+"/accepter", "demande", string(r.ID), "coming", "Dominique Volant").is(http.StatusSeeOther)
	s.get(ward, at(r)).says("main", "Dominique Volant, Ambulances du Val")
}

func TestWhatIsNotOnesOwnDoesNotExist(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, stranger, ward, desk := h.Nurse("Léonore"), h.Professional(testkit.Professional{Name: "Merise", Profession: nomenclature.Midwife}), h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	r := nurse.Accepts(ward.Asks())
	keeper := h.Supervisor(actor.RoleTerritoryAdmin)
	s := open(t, h, nurse, stranger, ward, desk, keeper)
	s.get(keeper, at(r)).is(http.StatusNotFound)
	for _, path := range []string{at(r), at(r) + "/ressources", "/patients/" + string(r.Patient), "/demandes/nulle"} {
		s.get(stranger, path).is(http.StatusNotFound)
	}
	for _, act := range []string{"/demarrer", "/passage", "/compte-rendu", "/message", "/desister", "/terminer", "/annuler", "/relancer"} {
		p := s.post(stranger, at(r)+act, "reason", "other", "outcome", request.VisitDone, "report", "x", "message", "x")
		if p.status != http.StatusNotFound && p.status != http.StatusUnprocessableEntity || strings.Contains(p.text("html"), "EXEMPLE") {
			t.Errorf("%s answers %d: %s", act, p.status, p.text("main"))
		}
	}
	if to := s.get(desk, "/").is(http.StatusSeeOther).to; to != "/supervision" {
		t.Errorf("the desk is sent to %q", to)
	}
	if to := s.get(keeper, "/").is(http.StatusSeeOther).to; to != "/administration/reglages" {
		t.Errorf("the administration is sent to %q", to)
	}
	nobody := &testkit.Person{}
	if to := s.get(nobody, "/").is(http.StatusSeeOther).to; !strings.HasPrefix(to, "/connexion") {
		t.Errorf("who is not signed in is sent to %q", to)
	}
}

func TestEveryFormThatActsHasItsKey(t *testing.T) {
	t.Parallel()
	d := oneMorning(t)
	for _, p := range []page{d.get(d.nurse, "/"), d.get(d.nurse, at(d.started)), d.get(d.nurse, at(d.unfilled)), d.get(d.nurse, at(d.asked)), d.get(d.ward, at(d.accepted)), d.get(d.ward, "/patients/"+string(d.asked.Patient)+"?qui=camille")} {
		acts, keys := 0, 0
		for _, f := range p.is(http.StatusOK).all("main form[method=post]") {
			acts++
			one := page{t: t, root: f}
			if one.has("input[name=_cle]") {
				keys++
			}
		}
		if acts == 0 || acts != keys {
			t.Errorf("%d forms, %d keys", acts, keys)
		}
	}
}

func TestTheFileOfAPatient(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, other, ward := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A")
	r := nurse.Accepts(ward.Asks(family("Morel", "Anatole")))
	s := open(t, h, nurse, other, ward)
	file := "/patients/" + string(r.Patient)
	s.get(ward, "/patients").says("main", "Anatole MOREL")
	if s.get(ward, "/patients?q=durand").has("a[href=" + file + "]") {
		t.Error("the search keeps another name")
	}
	shown := s.get(ward, file).is(http.StatusOK)
	shown.says("main", "22 rue des Exemples")
	shown.says("main", "Camille Léonore")
	if strings.Contains(shown.text("title"), "MOREL") {
		t.Error("the title names the patient")
	}

	s.get(ward, file+"?qui=merise").says("#equipe", "Camille Merise")
	s.post(ward, file+"/equipe", "kind", "professional", "subject", other.Subject.ID).is(http.StatusSeeOther)
	s.get(ward, file).says("#equipe", "Camille Merise")
	s.post(ward, file+"/equipe", "kind", "professional", "subject", other.Subject.ID).is(http.StatusConflict).says("main", "déjà partie des soignants habituels")
	s.post(ward, file+"/equipe", "name", "Dr Mirage", "phone", "12").is(http.StatusUnprocessableEntity).says("main", "À renseigner")
	s.post(ward, file+"/equipe", "name", "Dr Mirage", "profession", "MED_GEN", "phone", "06 39 98 12 99").is(http.StatusSeeOther)
	team := s.get(other, file).is(http.StatusOK)
	team.says("#equipe", "Dr Mirage")
	member := attr(team.all("#equipe button[name=fin]")[0], "value")
	s.post(ward, file+"/equipe", "fin", member).is(http.StatusSeeOther)
	s.get(other, file).is(http.StatusNotFound)
}

func TestNotificationsAreReadAndMarked(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	r := ward.Asks()
	s := open(t, h, nurse, ward)
	list := s.get(nurse, "/notifications").is(http.StatusOK)
	list.says("main", "Une demande vous attend")
	list.says(".bell", "1 non lue")
	if !list.has("a[href=" + at(r) + "]") {
		t.Error("a notice does not lead to its request")
	}
	s.post(nurse, "/notifications").is(http.StatusSeeOther)
	if s.get(nurse, "/notifications").has(".bell .badge") {
		t.Error("what was marked as read still counts")
	}
}

func TestASecondTapDoesNothingTwice(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, doctor := h.Nurse("Léonore"), h.Doctor("Toubib")
	r := nurse.Accepts(doctor.Asks())
	s := open(t, h, nurse, doctor)
	form := s.get(nurse, at(r))
	key := attr(form.all("form[action=" + at(r) + "/demarrer] input[name=_cle]")[0], "value")
	for range 2 {
		s.post(nurse, at(r)+"/demarrer", "_cle", key).is(http.StatusSeeOther)
		s.post(nurse, at(r)+"/passage", "_cle", key, "commune", string(r.Commune), "outcome", request.VisitDone, "note", "Fait.").is(http.StatusSeeOther)
		s.post(nurse, at(r)+"/compte-rendu", "_cle", key, "report", "Bien toléré.").is(http.StatusSeeOther)
		s.post(nurse, at(r)+"/message", "_cle", key, "message", "J’arrive.").is(http.StatusSeeOther)
		s.post(nurse, at(r)+"/desister", "_cle", key, "reason", "illness").is(http.StatusSeeOther)
	}
	sh := doctor.Sees(r)
	if len(sh.Visits) != 1 || len(sh.Reports) != 1 || len(sh.Messages) != 1 || len(sh.Rounds) != 2 {
		t.Errorf("%d visits, %d reports, %d messages, %d rounds", len(sh.Visits), len(sh.Reports), len(sh.Messages), len(sh.Rounds))
	}
}

func TestAPageFoundAgainAndFilledOtherwiseIsAnotherSubmission(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, doctor := h.Nurse("Léonore"), h.Doctor("Toubib")
	r := nurse.Accepts(doctor.Asks())
	s := open(t, h, nurse, doctor)
	key := attr(s.get(nurse, at(r)).all("#messages input[name=_cle]")[0], "value")
	s.post(nurse, at(r)+"/message", "_cle", key, "message", "J’arrive.").is(http.StatusSeeOther)
	s.post(nurse, at(r)+"/message", "_cle", key, "message", "Je suis là.").is(http.StatusSeeOther)
	if n := len(doctor.Sees(r).Messages); n != 2 {
		t.Errorf("%d messages", n)
	}
}
