package pro_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"

	"golang.org/x/net/html"
)

// typed is what somebody wrote in every block of a form.
var typed = []string{
	"profession", "SF", "acts_SF", "SF99", "acts_SF", "SF02", "mode_SF", "VISITE", "often", "on", "on", "1", "on", "4", "days_n", "2", "at", "matin", "at", "soir", "during", "other", "during_n", "40", "end", "delivery",
	"from", "tomorrow", "urgency", "U4", "respond", "2h", "motive", "À confirmer avec la famille", "maternity_date", "2026-05-04", "parity", "3", "birth", "caesarean", "multiple", "1",
	"answers.SF99.free_text", "Massage du périnée", "answers.SF02.threshold", "15/9", "prescription", "to_come",
}

// keeps checks that the form holds again everything that was typed.
func keeps(t *testing.T, p page, typed []string) {
	t.Helper()
	for i := 0; i+1 < len(typed); i += 2 {
		name, value := typed[i], typed[i+1]
		held := slices.ContainsFunc(named(p, "textarea", "name", name), nodeSays(value))
		for _, n := range named(p, "input", "name", name) {
			box := attr(n, "type") == "radio" || attr(n, "type") == "checkbox"
			held = held || attr(n, "value") == value && (!box || hasAttr(n, "checked"))
		}
		for _, n := range named(p, "select", "name", name) {
			for o := range n.Descendants() {
				held = held || attr(o, "value") == value && hasAttr(o, "selected")
			}
		}
		if !held {
			t.Errorf("%s %q is lost", name, value)
		}
	}
}

// named finds elements by an attribute whose value may hold a point.
func named(p page, tag, attribute, value string) []*html.Node {
	return slices.DeleteFunc(p.all(tag), func(n *html.Node) bool { return attr(n, attribute) != value })
}

func nodeSays(words string) func(*html.Node) bool {
	return func(n *html.Node) bool { return strings.TrimSpace(text(n)) == words }
}

// TestADraftIsReopenedWithEverythingInIt leaves a form for a day: it waits on the first
// page, holds what was typed, wrong numbers too, and names the day that was meant.
func TestADraftIsReopenedWithEverythingInIt(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, stranger, nurse := h.Ward("Maternité A"), h.Ward("Chirurgie"), h.Nurse("Léonore")
	s := open(t, h, ward, stranger, nurse)
	form := append(person(row{}, ""), typed...)
	p := s.post(ward, "/demandes/nouvelle", append(form, "baby_grams", "beaucoup", "action", "save")...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(p.to, "/demandes/")
	h.Forward(24 * time.Hour)
	home := s.get(ward, "/").is(http.StatusOK)
	home.says("main", "Brouillons")
	if !slices.ContainsFunc(home.all("a"), func(n *html.Node) bool { return attr(n, "href") == "/demandes/nouvelle?brouillon="+id }) {
		t.Error("the home page does not lead to the draft")
	}
	s.get(ward, p.to).is(http.StatusOK).says("main", "Reprendre le brouillon")
	p = s.get(ward, "/demandes/nouvelle?brouillon="+id).is(http.StatusOK)
	again := slices.Clone(typed)
	again[slices.Index(again, "tomorrow")] = "other"
	keeps(t, p, append(again, "from_day", "2026-03-17", "baby_grams", "beaucoup", "draft", id))
	s.get(stranger, "/demandes/nouvelle?brouillon="+id).is(http.StatusNotFound)
	s.post(stranger, "/demandes/nouvelle", "draft", id, "action", "discard").is(http.StatusNotFound)

	sh, err := h.Requests.Show(ward.Ctx(), request.ID(id))
	h.Must(err)
	sent := append([]string{"_cle", attr(p.all("input[name=_cle]")[0], "value"), "draft", id, "patient", string(sh.Request.Patient)}, again...)
	p = s.post(ward, "/demandes/nouvelle", append(sent, "from_day", "2026-03-20", "consent", "1", "action", "trigger")...).is(http.StatusSeeOther)
	if sh, err = h.Requests.Show(ward.Ctx(), request.ID(id)); err != nil || p.to != "/demandes/"+id || sh.State == request.Draft || len(sh.Details.Form) != 0 {
		t.Errorf("the draft was not sent, or keeps its form: %s, %s, %v, %v", p.to, sh.State, sh.Details, err)
	}
	if s.get(ward, "/").has("a[href=/demandes/nouvelle?brouillon=" + id + "]") {
		t.Error("what was sent is still a draft")
	}
	if to := s.get(ward, "/demandes/nouvelle?brouillon="+id).to; to != "/demandes/"+id {
		t.Errorf("the form of what was sent leads to %q", to)
	}
}

// TestADraftIsThrownAway: nobody sees it any more, and nothing says it was asked.
func TestADraftIsThrownAway(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	p := s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), typed...), "action", "save")...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(p.to, "/demandes/")
	p = s.post(ward, "/demandes/nouvelle", "draft", id, "action", "discard").is(http.StatusSeeOther)
	s.get(ward, p.to).says("main", "Brouillon supprimé")
	if strings.Contains(s.get(ward, "/").text("main"), "EXEMPLE") {
		t.Error("the draft is still on the first page")
	}
}

// TestARefusedFormKeepsItsBlocks refuses one thing: all the rest comes back as it was typed.
func TestARefusedFormKeepsItsBlocks(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	form := append(person(row{}, ""), typed...)
	keeps(t, s.post(ward, "/demandes/nouvelle", append(form, "action", "trigger")...).is(http.StatusUnprocessableEntity), append(typed, "family_name", "Exemple"))
	journey := []string{
		"profession", "AMB_ENTREPRISE", "acts_AMB_ENTREPRISE", "TR01", "transport_from", "EHPAD", "transport_to", "Hôpital", "transport_ward", "Cardiologie", "transport_position", "seated", "transport_floor", "2e",
		"transport_weight", "lourd", "transport_oxygen", "1", "transport_isolation", "1", "transport_companion", "1", "transport_voucher", "1", "urgency", "U1", "from", "soon",
	}
	p := s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), journey...), "consent", "1", "action", "trigger")...).is(http.StatusUnprocessableEntity)
	keeps(t, p, journey)
	p.says("#f-transport_weight-fault", "nombre")
	p = s.post(ward, "/demandes/nouvelle", append(person(row{}, ""), "profession", "IDE", "acts_IDE", "IDE99", "acts_IDE", "IDE16", "answers.IDE16.size", "seize", "urgency", "U3", "consent", "1", "action", "trigger")...).is(http.StatusUnprocessableEntity)
	for _, field := range []string{"answers.IDE99.free_text", "answers.IDE16.size"} {
		if !leads(p, "#f-"+field) || len(named(p, "div", "id", "f-"+field+"-fault")) != 1 {
			t.Errorf("no fault beside %s", field)
		}
	}
}

// TestTheQuestionsFollowTheActs asks for them as the script does.
func TestTheQuestionsFollowTheActs(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	p := s.part(ward, "questions", "need", "", "profession", "IDE", "acts_IDE", "IDE16", "acts_SF", "SF01", "answers.IDE16.size", "16")
	if p.has("form") || !p.has("[data-act=IDE16]") || p.has("[data-act=SF01]") {
		t.Error("not the questions of the acts of the profession chosen")
	}
	keeps(t, p, []string{"answers.IDE16.size", "16"})
}

// TestWhatWasAvoidedIsAnsweredOnThePage: three buttons, gone once one is pressed.
func TestWhatWasAvoidedIsAnsweredOnThePage(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks()
	nurse.Accepts(r)
	s := open(t, h, ward, nurse)
	page := "/demandes/" + string(r.ID)
	if s.get(ward, page).has("#evitement") {
		t.Error("asked before care began")
	}
	nurse.Starts(r)
	if s.get(nurse, page).has("#evitement") || !s.get(ward, page).has("#evitement") {
		t.Error("the requester alone is asked")
	}
	p := s.post(ward, page+"/evitement", "avoidance", "unknown").is(http.StatusSeeOther)
	p = s.get(ward, p.to).is(http.StatusOK)
	if p.has("#evitement") {
		t.Error("asked again")
	}
	p.says("main", "Je ne sais pas")
}

// TestADraftMayChangeItsPatient: the draft is of whom the form says when it is sent, and
// sending twice sends once.
func TestADraftMayChangeItsPatient(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		other := ward.Asks().Patient
		s := open(t, h, ward)
		begun := func() (id string, form []string) {
			p := s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), typed...), "action", "save")...).is(http.StatusSeeOther)
			id = strings.TrimPrefix(p.to, "/demandes/")
			p = s.get(ward, "/demandes/nouvelle?brouillon="+id).is(http.StatusOK)
			return id, append([]string{"_cle", attr(p.all("input[name=_cle]")[0], "value"), "draft", id, "my_phone", "01 99 00 00 77", "consent", "1", "action", "trigger"}, typed...)
		}
		id, form := begun()
		form = append(form, "patient", string(other))
		for range 2 {
			if p := s.post(ward, "/demandes/nouvelle", form...).is(http.StatusSeeOther); p.to != "/demandes/"+id {
				t.Errorf("the draft became %s", p.to)
			}
		}
		sh, err := h.Requests.Show(ward.Ctx(), request.ID(id))
		h.Must(err)
		if sh.Request.Patient != other || sh.Details.Motive == "" || sh.From.Phone != "+33199000077" {
			t.Errorf("the draft is of %s, says %q and gives %s", sh.Request.Patient, sh.Details.Motive, sh.From.Phone)
		}
		id, form = begun()
		s.post(ward, "/demandes/nouvelle", append(form, "patient", "new", "family_name", "Autre", "given_name", "Noé", "birth_date", "2001-01-01", "sex", "male", "commune", "Évry-Courcouronnes", "phone", "06 39 98 12 35", "twin", "other")...).is(http.StatusSeeOther)
		sh, err = h.Requests.Show(ward.Ctx(), request.ID(id))
		h.Must(err)
		if sh.Name != "Noé AUTRE" || sh.Commune == testkit.CorbeilEssonnes || sh.Details.Motive == "" {
			t.Errorf("the draft is of %s in %s: %v", sh.Name, sh.Commune, sh.Details)
		}
	})
}

// TestTheDeskSaysLaterWhoCalled: a draft begun without a caller is his once he is named.
func TestTheDeskSaysLaterWhoCalled(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	operator, caller := h.Supervisor(actor.RoleOperator), h.Doctor("Appelant")
	s := open(t, h, operator)
	form := newPatient()
	form[slices.Index(form, "trigger")] = "save"
	p := s.post(operator, "/demandes/nouvelle", form...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(p.to, "/demandes/")
	sh, err := h.Requests.Show(operator.Ctx(), request.ID(id))
	h.Must(err)
	form[slices.Index(form, "new")] = string(sh.Request.Patient)
	s.post(operator, "/demandes/nouvelle", append(form, "draft", id, "caller", "Camille Appelant", "caller_id", caller.Subject.ID, "caller_id_for", "Camille Appelant")...).is(http.StatusSeeOther)
	sh, err = h.Requests.Show(operator.Ctx(), request.ID(id))
	h.Must(err)
	if sh.From.Person != caller.Subject.ID || sh.From.Name != "Camille Appelant" {
		t.Errorf("asked by %+v", sh.From)
	}
	if !slices.ContainsFunc(s.get(operator, "/demandes/nouvelle").all("#brouillons a"), func(n *html.Node) bool { return attr(n, "href") == "/demandes/nouvelle?brouillon="+id }) {
		t.Error("the operator does not find the draft in the form")
	}
	if p = s.get(operator, "/demandes/nouvelle?brouillon="+id); p.has("#brouillons") || attr(p.all("#f-caller")[0], "value") != "Camille Appelant" {
		t.Error("the form does not say who called")
	}
}
