package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// bundle is a discharge: a nurse and a physiotherapist asked in one order.
func bundle(h *testkit.House, by *testkit.Person) []request.Request {
	nurse := testkit.Ask(h, family("Hanche", "Odile"), testkit.Motive("Prothèse de hanche"))
	nurse.Care.Days, nurse.Mandatory = 8, true
	kine := testkit.Ask(h, of(nomenclature.Physio), acts("VISITE", 15, "MK08"))
	kine.Mandatory = true
	all, err := h.Requests.TriggerOrder(by.Ctx(), []request.Ask{nurse, kine})
	h.Must(err)
	h.Settle()
	return all
}

func orderAt(r request.Request) string { return "/ordonnances/" + string(r.Order) }

// The order shows one bar with each profession's state, says when the patient may leave,
// and is shown on the home page and on each request.
func TestTheOrderIsOneBar(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse, stranger := h.Ward("Orthopédie"), h.Nurse("Léonore"), h.Nurse("Autre")
	kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: nomenclature.Physio})
	all := bundle(h, ward)
	s := open(t, h, ward, nurse, kine, stranger)

	order := s.get(ward, orderAt(all[0]))
	order.says("#avancement .progress", "Recherche")
	order.says("#avancement .progress", "indispensable")
	if n := len(order.all("#avancement .progress li")); n != 2 {
		t.Errorf("the bar has %d parts", n)
	}
	if s.get(stranger, orderAt(all[0])).status != http.StatusNotFound {
		t.Error("somebody who is only asked reads the order")
	}
	nurse.Accepts(all[0])
	seen := s.get(nurse, orderAt(all[0]))
	seen.says("#lignes", "Adressée à une autre profession")
	if seen.has("a[href="+at(all[1])+"]") || seen.has("a[href="+orderAt(all[0])+"/ligne]") {
		t.Error("the nurse may open the physiotherapist's request, or add a line")
	}
	kine.Accepts(all[1])
	s.get(ward, orderAt(all[0])).says(".notice", "Sortie possible")
	s.get(ward, "/").says("main", "Sortie possible")
	s.get(ward, at(all[0])).says("#ordonnance .progress", "Acceptée")
	if s.get(nurse, at(all[0])).has("#ordonnance a[href=" + at(all[1]) + "]") {
		t.Error("the nurse's sheet leads to the other request")
	}
}

// What is done when a mandatory request finds nobody is chosen on the page of the order.
func TestTheRuleOfAnOrderByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
	all := bundle(h, ward)
	nurse.Accepts(all[0])
	s := open(t, h, ward, nurse)
	page := s.get(ward, orderAt(all[0]))
	if !page.has("#regle input[value=tell_desk][checked]") || s.get(nurse, orderAt(all[0])).has("#regle") {
		t.Error("the territory's rule is not the one shown, or the provider may change it")
	}
	page.says(".notice", "La plateforme est prévenue")
	s.post(nurse, orderAt(all[0])+"/regle", "partial", "keep").is(http.StatusNotFound)
	s.post(ward, orderAt(all[0])+"/regle", "partial", "other").is(http.StatusUnprocessableEntity)
	s.post(ward, orderAt(all[0])+"/regle", "partial", "keep").is(http.StatusSeeOther)
	s.get(ward, orderAt(all[0])).says(".notice", "Les autres demandes continuent")
	before := h.DeskTold(notify.OrderIncomplete)
	s.post(ward, orderAt(all[0])+"/regle", "partial", "tell_desk").is(http.StatusSeeOther)
	s.post(ward, orderAt(all[0])+"/regle", "partial", "tell_desk").is(http.StatusSeeOther)
	if n := h.DeskTold(notify.OrderIncomplete) - before; n != 1 {
		t.Errorf("the desk is told %d times", n)
	}
}

// A line is added from the page of the order, by a short form that keeps what was typed.
func TestALineIsAddedByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
	all := bundle(h, ward)
	nurse.Accepts(all[0])
	s := open(t, h, ward, nurse)
	form := orderAt(all[0]) + "/ligne"
	s.get(nurse, form).is(http.StatusNotFound)
	if !s.get(ward, at(all[0])).has("a[href="+form+"]") || s.get(nurse, at(all[0])).has("a[href="+form+"]") {
		t.Error("the way to the form is for the ward alone")
	}
	s.get(ward, form).is(http.StatusOK).says("main", "Ajouter une demande à l’ordonnance")
	refused := s.post(ward, form, "motive", "Lit médicalisé", "urgency", "U4", "days", "beaucoup").is(http.StatusUnprocessableEntity)
	refused.says("main", "Lit médicalisé")
	for _, field := range []string{"profession", "days", "consent"} {
		if !refused.has("#f-" + field + "-fault") {
			t.Errorf("%s is not at fault: %s", field, refused.text("main"))
		}
	}
	s.post(ward, form, "profession", "MK", "urgency", "U4", "motive", "Seconde séance", "consent", "1", "mandatory", "1").is(http.StatusSeeOther)
	if n := len(s.get(ward, orderAt(all[0])).all("#avancement .progress li")); n != 3 {
		t.Errorf("the bar has %d parts", n)
	}
}

// EA-110: from his patient's request a nurse asks a physiotherapist, in one short form.
func TestTheFollowOnByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse, stranger := h.Ward("Orthopédie"), h.Nurse("Léonore"), h.Nurse("Autre")
	kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: nomenclature.Physio})
	r := nurse.Accepts(ward.Asks())
	s := open(t, h, ward, nurse, stranger, kine)
	if !s.get(nurse, at(r)).has("a[href="+at(r)+"/suite]") || !s.get(nurse, "/patients/"+string(r.Patient)).has("a[href="+at(r)+"/suite]") {
		t.Error("no way to the form from the request or from the patient's file")
	}
	s.get(stranger, at(r)+"/suite").is(http.StatusNotFound)
	s.post(stranger, at(r)+"/suite", "profession", "MK", "urgency", "U4", "motive", "x", "consent", "1").is(http.StatusNotFound)
	to := s.post(nurse, at(r)+"/suite", "profession", "MK", "urgency", "U4", "motive", "Reprendre la marche", "consent", "1").is(http.StatusSeeOther).to
	s.get(nurse, to).says("#liens", "Cette demande en est la suite")
	s.get(nurse, at(r)).says("#liens", "Demandée à la suite de celle-ci")
	s.get(ward, at(r)).says("#liens", "Demandée à la suite de celle-ci")
}

// A new prescription renews a series by its form: the same care, from the day after.
func TestTheRenewalByItsForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
	r := ward.Asks(func(a *request.Ask) { a.Care.Days = 8 })
	s := open(t, h, ward, nurse)
	form := at(r) + "/renouveler"
	s.get(ward, form).is(http.StatusConflict)
	nurse.Starts(nurse.Accepts(r))
	sheet := s.get(nurse, at(r))
	if !sheet.has("a[href=" + form + "]") {
		t.Error("no way to the form")
	}
	sheet.says("main", "Fin prévue de la série lundi 23 mars")
	page := s.get(ward, form).is(http.StatusOK)
	if !page.has("#f-start[value=2026-03-24T08:00]") || !page.has("#f-days[value=8]") || !page.has("[name=ends][checked]") {
		t.Errorf("the form proposes %s", page.text("main"))
	}
	s.post(ward, form, "start", "2026-03-24T08:00", "days", "15", "often", "2/day").is(http.StatusUnprocessableEntity).says("main", "Confirmez que le patient")
	to := s.post(ward, form, "start", "2026-03-24T08:00", "days", "15", "often", "2/day", "prescription", "with_patient", "consent", "1", "ends", "1").is(http.StatusSeeOther).to
	next := s.get(nurse, to)
	next.says("main", "2 passages par jour, à partir du mardi 24 mars")
	next.says(".reasons", "Vous suivez déjà ce patient pour ces soins")
	s.get(ward, at(r)).says("#liens", "Renouvelle celle-ci")
}

// TestOrdersAreSeenByEveryone looks at the new pages in a browser.
func TestOrdersAreSeenByEveryone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
	all := bundle(h, ward)
	nurse.Accepts(all[0])
	h.Must(h.Requests.Write(ward.Ctx(), all[0].ID, "Merci"))
	h.Forward(10 * time.Minute)
	nurse.Starts(all[0])
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"order", ward, orderAt(all[0])}, {"order-provider", nurse, orderAt(all[0])}, {"order-home", ward, "/"}, {"order-sheet", ward, at(all[1])},
		{"order-add", ward, orderAt(all[0]) + "/ligne"}, {"follow-on", nurse, at(all[0]) + "/suite"}, {"renewal", nurse, at(all[0]) + "/renouveler"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "pro-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
