package pro_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// EA-111, EA-112: the usual caregivers with their town, addresses, dates and « téléphone non
// renseigné »; who intervenes, once he has accepted, with his role and phone.
func TestTheUsualTeamAndWhoIntervenes(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward, gp := h.Nurse("Léonore"), h.Ward("Maternité A"), h.Doctor("Toubib")
	r := ward.Asks(family("Morel", "Anatole"))
	s := open(t, h, nurse, ward, gp)
	file := "/patients/" + string(r.Patient)
	s.get(ward, file).says("#intervenants", "Personne n’intervient encore")
	s.get(nurse, file).is(http.StatusNotFound)

	s.post(ward, file+"/equipe", "kind", "professional", "subject", gp.Subject.ID, "traitant", "1").is(http.StatusSeeOther)
	s.post(ward, file+"/equipe", "name", "Pharmacie Mirage", "profession", "PHARMA", "town", "Évry", "secure_mail", "mirage@apicrypt.example.org", "since", "2026-03-01").is(http.StatusSeeOther)
	team := s.get(ward, file)
	for _, words := range []string{
		"Mes soignants habituels", "Camille Toubib", "Médecin traitant", "Corbeil-Essonnes", "@example.org", "depuis le 16/03/2026",
		"Pharmacie Mirage", "Évry", "mirage@apicrypt.example.org (messagerie sécurisée)", "Téléphone non renseigné", "depuis le 01/03/2026",
	} {
		team.says("#equipe", words)
	}

	nurse.Accepts(r)
	involved := s.get(ward, file)
	involved.says("#intervenants", "Camille Léonore")
	involved.says("#intervenants", "a accepté le 16/03/2026")
	if !involved.has("#intervenants a[href=tel:*") {
		t.Error("who intervenes cannot be called")
	}
	nurse.Releases(r)
	s.get(ward, file).says("#intervenants", "rendu le 16/03/2026")
	nurse.Undoes(nurse.Accepts(ward.Sees(r).Request))
	if again := s.get(ward, file).text("#intervenants .rows"); strings.Count(again, "a accepté") != 1 || !strings.Contains(again, "rendu le") {
		t.Errorf("an acceptance taken back at once counts: %s", again)
	}
	members := involved.all("#equipe button[name=fin]")
	if len(members) != 2 {
		t.Fatalf("%d members may leave", len(members))
	}
	s.post(ward, file+"/equipe", "fin", attr(members[0], "value")).is(http.StatusSeeOther)
	s.post(ward, file+"/equipe", "fin", attr(members[1], "value"), "until", "2026-03-20").is(http.StatusSeeOther)
	left := s.get(ward, file)
	left.says("#anciens", "Camille Toubib")
	left.says("#equipe", "du 01/03/2026 au 20/03/2026")
	h.Forward(6 * 24 * time.Hour)
	s.get(ward, file).says("#anciens", "Pharmacie Mirage")
	s.get(gp, file).is(http.StatusNotFound)
	another := h.Doctor("Second")
	s.post(ward, file+"/equipe", "kind", "professional", "subject", gp.Subject.ID, "traitant", "1").is(http.StatusSeeOther)
	s.post(ward, file+"/equipe", "kind", "professional", "subject", another.Subject.ID, "traitant", "1").is(http.StatusSeeOther)
	now := s.get(ward, file)
	now.says("#equipe", "Camille Second")
	if roles := strings.Count(now.text("#equipe .rows"), "Médecin traitant"); roles != 1 {
		t.Errorf("%d registered GPs: %s", roles, now.text("#equipe .rows"))
	}
	s.get(gp, file).is(http.StatusNotFound)
}

// A relative is called when the patient has no phone: whoever accepts reads his number; the
// person of trust is one at a time.
func TestRelativesByTheirForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	r := ward.Asks(family("Morel", "Anatole"), func(a *request.Ask) { a.NewPatient.Phone = "" })
	s := open(t, h, nurse, ward)
	file := "/patients/" + string(r.Patient)
	refused := s.post(ward, file+"/proches", "relative_name", "", "relative_may_call", "1").is(http.StatusUnprocessableEntity)
	for _, field := range []string{"relative_name", "relative_link", "relative_phone"} {
		if !refused.has("#f-"+field+"-fault") || !leads(refused, "#f-"+field) {
			t.Errorf("no fault beside %s", field)
		}
	}
	daughter := []string{"relative_name", "Anne Morel", "relative_link", "child", "relative_phone", "06 39 98 12 77", "relative_may_call", "1", "relative_trusted", "1", "relative_trusted_on", "2026-03-02"}
	s.post(ward, file+"/proches", daughter...).is(http.StatusSeeOther)
	shown := s.get(ward, file)
	shown.says("#proches", "Anne Morel")
	shown.says("#proches", "Personne de confiance, désignée le 02/03/2026")

	if before := s.get(nurse, at(r)).text("main"); strings.Contains(plain(before), "06 39 98 12 77") || strings.Contains(before, "Anne") {
		t.Error("the relative is read before the acceptance")
	}
	nurse.Accepts(r)
	accepted := s.get(nurse, at(r))
	accepted.says("main", "06 39 98 12 77 · numéro de Anne Morel")

	id := attr(shown.all("#proches button[name=fin]")[0], "value")
	form := s.get(ward, file+"?proche="+id).values("#form-proche")
	s.post(ward, file+"/proches", with(form, "relative_phone", "06 39 98 12 78")...).is(http.StatusSeeOther)
	changed := s.get(nurse, file)
	changed.says("#proches", "06 39 98 12 78")
	changed.says("#anciens-proches", "06 39 98 12 77")
	s.post(ward, file+"/proches", "relative_name", "Lou Ami", "relative_link", "friend", "relative_trusted", "1", "relative_trusted_on", "2026-03-16").is(http.StatusSeeOther)
	if text := plain(s.get(ward, file).text("#proches .rows")); strings.Count(text, "Personne de confiance, désignée le 16/03/2026") != 1 {
		t.Errorf("the person of trust: %s", text)
	}
	for _, n := range s.get(ward, file).all("#proches button[name=fin]") {
		s.post(ward, file+"/proches", "fin", attr(n, "value")).is(http.StatusSeeOther)
	}
	s.get(ward, file).says("#proches", "Aucun proche n’est renseigné")
}

// An opposition is recorded on the file, shown at its head, and takes effect at once; it is
// withdrawn on the same page and stays in the history.
func TestAnOppositionByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, other, ward := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A")
	r := nurse.Accepts(ward.Asks(family("Morel", "Anatole")))
	open2 := ward.Asks(testkit.For(r.Patient))
	s := open(t, h, nurse, other, ward)
	file := "/patients/" + string(r.Patient)
	refused := s.post(ward, file+"/oppositions", "scope", "").is(http.StatusUnprocessableEntity)
	if !refused.has("#f-scope-fault") || !refused.has("#f-said_by-fault") || !refused.has("details#opposer[open]") {
		t.Error("the form does not come back with its faults")
	}
	s.post(ward, file+"/oppositions", "scope", "somebody", "said_by", "patient", "somebody", "Personne").is(http.StatusUnprocessableEntity).says("#opposer", "Choisissez un professionnel ou une structure")
	s.get(other, at(open2)).is(http.StatusOK)
	s.post(ward, file+"/oppositions", "scope", "somebody", "said_by", "patient", "somebody", "Merise", "opposed_reason", "conflict").is(http.StatusSeeOther)
	s.get(other, at(open2)).is(http.StatusNotFound)
	shown := s.get(ward, file)
	shown.says(".notice.alert", "S’oppose au partage avec Camille Merise")
	shown.says("#partage", "dit par la personne le 16/03/2026 · Désaccord · recueilli par Cadre de Maternité A")
	shown.says("#partage", "2 accords recueillis")
	s.get(nurse, file).says("#partage", "Camille Merise")

	s.post(ward, file+"/oppositions", "scope", "all", "said_by", "representative").is(http.StatusSeeOther)
	s.post(ward, "/demandes/nouvelle", "_cle", "k", "patient", string(r.Patient), "profession", "IDE", "acts_IDE", "IDE01", "mode_IDE", "VISITE", "often", "usual", "during", "3", "from", "tomorrow",
		"urgency", "U3", "prescription", "with_patient", "my_phone", "01 99 00 00 01", "consent", "1", "action", "trigger").is(http.StatusConflict).says(".notice.alert", "s’oppose au partage de ses données")
	for range 2 {
		button := s.get(ward, file).all("#partage button[name=retirer]")[0]
		s.post(ward, file+"/oppositions", "retirer", attr(button, "value")).is(http.StatusSeeOther)
	}
	s.get(ward, file).says("#oppositions-passees", "retirée le 16/03/2026 par Cadre de Maternité A")

	gone := s.post(nurse, file+"/oppositions", "scope", "profession", "said_by", "trusted", "opposed_profession", "IDE").is(http.StatusSeeOther)
	if gone.to != "/patients" {
		t.Errorf("who loses sight of the file is led to %s", gone.to)
	}
	s.get(nurse, file).is(http.StatusNotFound)
	if _, err := h.Requests.PatientFile(ward.Ctx(), r.Patient); err != nil {
		t.Error(err)
	}
}
