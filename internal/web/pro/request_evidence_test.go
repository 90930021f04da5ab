package pro_test

import (
	"net/http"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/infra/pdf/pdftest"
	"entractes/internal/testkit"
)

// The evidence sheet is found on the page of the request, on the screen and on paper, by
// those whom it is for.
func TestEvidenceByThePages(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, ward, supervisor := h.Nurse("Léonore"), h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	r := ward.Asks()
	h.Nurse("Jamais")
	nurse.Declines(r)
	s := open(t, h, nurse, ward, supervisor)
	for _, who := range []*testkit.Person{ward, supervisor} {
		if !s.get(who, at(r)).has("a[href=" + at(r) + "/preuve]") {
			t.Errorf("%s does not find it", who.Name)
		}
		s.get(who, at(r)+"/preuve").is(http.StatusOK).says("main", "Camille Léonore")
		if w := s.raw(who, at(r)+"/preuve.pdf"); w.Code != http.StatusOK || !strings.Contains(pdftest.Words(t, w.Body.Bytes()), "Camille Léonore") {
			t.Errorf("%s: %d", who.Name, w.Code)
		}
	}
	s.get(supervisor, at(r)+"/preuve").says("main", "Décline")
	if strings.Contains(s.get(ward, at(r)+"/preuve").text("main"), "Décline ") {
		t.Error("the ward reads who declined")
	}
	if s.get(nurse, at(r)).has("a[href=" + at(r) + "/preuve]") {
		t.Error("a nurse finds it")
	}
	s.get(nurse, at(r)+"/preuve").is(http.StatusNotFound)
	if code := s.raw(nurse, at(r)+"/preuve.pdf").Code; code != http.StatusNotFound {
		t.Errorf("a nurse: %d", code)
	}
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
		n, err := db.One(tx, "page", db.Value[int64], `SELECT count(*) FROM audit WHERE action = 'request.evidence' AND account = $1 AND outcome = 'ok'`, string(ward.Account))
		if n < 2 {
			t.Errorf("%d readings are traced", n)
		}
		return err
	}))
}
