package pro_test

import (
	"net/http"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// A supervisor compares two files side by side, makes one of them, and undoes it; what are
// two people is proposed no more.
func TestFilesAreMergedByTheirPage(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	first, second, desk := h.Ward("Maternité A"), h.Ward("Chirurgie"), h.Supervisor(actor.RoleSupervisorNurse)
	one, two := first.Asks(family("Morel", "Jeanne")), second.Asks(family("MOREL", "Jeanne"))
	s := open(t, h, first, second, desk)
	s.get(first, "/patients/fusions").is(http.StatusForbidden)
	s.post(first, "/patients/fusions", "one", string(one.Patient), "other", string(two.Patient), "kept", string(one.Patient), "reason", "document").is(http.StatusForbidden)

	page := s.get(desk, "/patients/fusions").is(http.StatusOK)
	page.says("#paire-1", "Jeanne MOREL")
	page.says("#paire-1 table", "Identique")
	if page.has("#paire-2") {
		t.Error("one pair is shown twice")
	}
	pair := []string{"one", string(one.Patient), "other", string(two.Patient)}
	refused := s.post(desk, "/patients/fusions", append(pair, "reason", "")...).is(http.StatusUnprocessableEntity)
	refused.says("#paire-1-reunir", "Dossier à garder")
	if !refused.has("details#paire-1-reunir[open]") {
		t.Error("the form that was refused is folded")
	}
	s.post(desk, "/patients/fusions", append(pair, "kept", string(one.Patient), "reason", "why")...).is(http.StatusUnprocessableEntity).says("#paire-1-reunir", "Dites comment vous savez")
	s.post(desk, "/patients/fusions", append(pair, "kept", string(one.Patient), "reason", "document")...).is(http.StatusSeeOther)
	merged := s.get(desk, "/patients/fusions?fait=reunir")
	merged.says(".notice", "Les deux dossiers sont réunis")
	merged.says("#reunions", "Un document d’identité le prouve")
	if merged.has("#paire-1") {
		t.Error("merged, they are still proposed")
	}
	if to := s.get(second, "/patients/"+string(two.Patient)).is(http.StatusSeeOther).to; to != "/patients/"+string(one.Patient) {
		t.Errorf("the file that is gone leads to %s", to)
	}
	s.post(desk, "/patients/fusions/defaire", "merge", attr(merged.all("#reunions input[name=merge]")[0], "value")).is(http.StatusSeeOther)
	s.get(desk, "/patients/fusions?fait=defaire").says("#reunions", "Défaite 10 h 20")
	s.get(second, "/patients/"+string(two.Patient)).is(http.StatusOK)
	s.post(desk, "/patients/fusions/distinguer", pair...).is(http.StatusSeeOther)
	if s.get(desk, "/patients/fusions").has("#paire-1") {
		t.Error("two people are still proposed")
	}
}
