package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// A template is saved from a request, fills the form of the next one, is renamed and removed.
func TestTemplatesByTheirForms(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks(testkit.Motive("Césarienne"), acts("VISITE", 7, "IDE10"))
	nurse.Accepts(r)
	s := open(t, h, ward, nurse)
	s.get(ward, "/modeles").is(http.StatusOK).says("main", "Aucun modèle")
	s.get(nurse, at(r)+"/modele").is(http.StatusNotFound)
	if !s.get(ward, at(r)).has("a[href=" + at(r) + "/modele]") {
		t.Error("no way to the form")
	}
	if form := s.get(ward, at(r)+"/modele").is(http.StatusOK); form.has("textarea[name=words]") && len(form.text("textarea")) > 0 {
		t.Error("the motive of the request is proposed")
	}
	s.post(ward, at(r)+"/modele", "name", "", "words", "Retrait prévu").is(http.StatusUnprocessableEntity).says("textarea", "Retrait prévu")
	s.post(ward, at(r)+"/modele", "name", "Retrait d’agrafes", "words", "Retrait prévu").is(http.StatusSeeOther)
	list := s.get(ward, "/modeles")
	list.says("main", "Retrait d’agrafes")
	use := attr(list.all("a[href=/demandes/nouvelle?modele=*]")[0], "href")
	form := s.get(ward, use).is(http.StatusOK)
	if !form.has("[name=acts_IDE][value=IDE10][checked]") || !form.has("[name=during][value=7][checked]") {
		t.Error("the form is not filled")
	}
	form.says("textarea[name=motive]", "Retrait prévu")
	s.get(nurse, use).is(http.StatusNotFound)
	rename := attr(list.all("form[action=/modeles/*]")[0], "action")
	s.post(ward, rename, "name", "").is(http.StatusUnprocessableEntity).says(".fault", "Donnez un nom")
	s.post(ward, rename, "name", "Agrafes").is(http.StatusSeeOther)
	again := s.get(ward, "/modeles")
	again.says("main", "Agrafes")
	s.post(ward, attr(again.all("form[action=/modeles/*]")[1], "action")).is(http.StatusSeeOther)
	s.get(ward, "/modeles").says("main", "Aucun modèle")
}

// TestTemplatesAreSeenByEveryone looks at the new pages in a browser.
func TestTemplatesAreSeenByEveryone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	r := ward.Asks(acts("VISITE", 7, "IDE10"))
	for _, name := range []string{"Retrait d’agrafes", "Retour après césarienne"} {
		_, err := h.Requests.SaveTemplate(ward.Ctx(), r.ID, name, "Surveillance du pansement")
		h.Must(err)
	}
	s := open(t, h, ward)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for name, path := range map[string]string{"templates": "/modeles", "template-new": at(r) + "/modele"} {
		t.Run(name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(ward.Account)+"?suite="+url.QueryEscape(path), width, theme)
				webtest.Shot(t, ctx, "pro-"+name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
