package testkit_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// A service keeps what it often asks under a name, for itself alone: the need, and nothing
// of the patient nor of the texts of the request.
func TestAServiceKeepsTemplates(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, other, nurse := h.Ward("Maternité A"), h.Ward("Cardiologie"), h.Nurse("Un")
		r := ward.Asks(testkit.Motive("Césarienne de Mme Exemple"), forDays(5), func(a *request.Ask) { a.RespondWithin = time.Hour })
		nurse.Accepts(r)
		for _, p := range []*testkit.Person{other, nurse} {
			if _, err := h.Requests.SaveTemplate(p.Ctx(), r.ID, "Volé", ""); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s makes a template of a request he did not ask: %v", p.Name, err)
			}
		}
		saved, err := h.Requests.SaveTemplate(ward.Ctx(), r.ID, "  Retour   après césarienne ", "Surveillance du pansement")
		h.Must(err)
		a, err := h.Requests.FromTemplate(ward.Ctx(), saved.ID)
		h.Must(err)
		if a.Patient != "" || !a.Start.IsZero() || a.Details.Motive != "Surveillance du pansement" || a.Profession != nomenclature.Nurse || a.Acts[0] != "IDE01" || a.Care.Days != 5 || a.RespondWithin != time.Hour {
			t.Errorf("the template proposes %+v", a)
		}
		if _, err := h.Requests.SaveTemplate(ward.Ctx(), r.ID, "retour apres CÉSARIENNE", ""); fault.CodeOf(err) != "template.name_taken" {
			t.Errorf("twice the same name: %v", err)
		}
		if _, err := h.Requests.SaveTemplate(ward.Ctx(), r.ID, " ", strings.Repeat("x", 501)); len(fault.Fields(err)) != 2 {
			t.Errorf("no name and a text too long: %v", err)
		}
		once := request.Once(ward.Ctx(), "k")
		for range 2 {
			if _, err := h.Requests.SaveTemplate(once, r.ID, "Double envoi", ""); err != nil {
				t.Errorf("a doubled submission: %v", err)
			}
		}
		if _, err := h.Requests.FromTemplate(other.Ctx(), saved.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another service uses it: %v", err)
		}
		if err := h.Requests.RenameTemplate(other.Ctx(), saved.ID, "x"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another service renames it: %v", err)
		}
		if err := h.Requests.DeleteTemplate(other.Ctx(), saved.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another service deletes it: %v", err)
		}
		h.Must(h.Requests.RenameTemplate(ward.Ctx(), saved.ID, "Après césarienne"))
		h.Must(h.Requests.RenameTemplate(ward.Ctx(), saved.ID, "après césarienne"))
		all, err := h.Requests.Templates(ward.Ctx())
		h.Must(err)
		if len(all) != 2 || all[0].Name != "après césarienne" || all[1].Name != "Double envoi" {
			t.Errorf("the list is %+v", all)
		}
		h.Must(h.Requests.DeleteTemplate(ward.Ctx(), saved.ID))
		if all, _ = h.Requests.Templates(ward.Ctx()); len(all) != 1 {
			t.Errorf("after the deletion: %+v", all)
		}
		if all, _ = h.Requests.Templates(other.Ctx()); len(all) != 0 {
			t.Errorf("another service reads %+v", all)
		}
	})
}
