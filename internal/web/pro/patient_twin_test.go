package pro_test

import (
	"net/http"
	"strings"
	"testing"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// A ward types somebody whom another ward already asked for: the form comes back with the
// question, and with nothing of the file that was not typed.
func TestTheFormAsksWhetherItIsTheSamePerson(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	first, second := h.Ward("Maternité A"), h.Ward("Chirurgie")
	s := open(t, h, first, second)
	known := s.post(first, "/demandes/nouvelle", newPatient()...).is(http.StatusSeeOther)
	form := with(newPatient(), "family_name", "EXEMPLE", "given_name", "alix", "phone", "", "street", "")
	asked := s.post(second, "/demandes/nouvelle", form...).is(http.StatusConflict)
	asked.says("#step-patient", "Cette personne est peut-être déjà connue")
	asked.says("#f-twin", "alix EXEMPLE : la demande s’ajoute à son dossier")
	if text := asked.text("main"); strings.Contains(text, "22 rue") || strings.Contains(text, "12 34") || strings.Contains(text, "Maternité") {
		t.Errorf("the form reveals what is kept: %s", text)
	}
	if asked.has("#f-twin input[checked]") || !leads(asked, "#f-twin") || attr(asked.all("#f-family_name")[0], "value") != "EXEMPLE" {
		t.Error("an answer is proposed, the summary does not lead to the question, or what was typed is lost")
	}
	if unsaid := s.post(second, "/demandes/nouvelle", with(form, "twin", "perhaps")...).is(http.StatusConflict); !unsaid.has("#f-twin-fault") {
		t.Error("an answer that is none counts")
	}
	used := s.post(second, "/demandes/nouvelle", with(form, "twin", "same")...).is(http.StatusSeeOther)
	patientOf := func(to string, p *testkit.Person) string {
		sh, err := h.Requests.Show(p.Ctx(), request.ID(strings.TrimPrefix(to, "/demandes/")))
		h.Must(err)
		return string(sh.Request.Patient)
	}
	id := patientOf(known.to, first)
	if patientOf(used.to, second) != id {
		t.Error("another file was made")
	}
	s.get(second, "/patients/"+id).is(http.StatusOK).says("main", "22 rue des Exemples")
	other := s.post(second, "/demandes/nouvelle", with(newPatient(), "twin", "other")...).is(http.StatusSeeOther)
	if patientOf(other.to, second) == id {
		t.Error("somebody else has the same file")
	}
}
