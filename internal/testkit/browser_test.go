package testkit_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// screen is one person in front of one screen.
type screen struct {
	t   *testing.T
	h   *testkit.House
	ctx context.Context
}

// taps taps the element and lets the house do what is due once the next page is there.
func (s screen) taps(selector string) {
	s.t.Helper()
	s.reads(`document.querySelector(` + quote(selector) + `) !== null`)
	webtest.Eval[bool](s.t, s.ctx, `(window.before = true, document.querySelector(`+quote(selector)+`).click(), true)`)
	s.reads(`window.before === undefined && document.readyState === "complete"`)
	s.h.Settle()
}

// reads waits until an expression is true on the screen.
func (s screen) reads(expression string) {
	s.t.Helper()
	webtest.Until(s.t, s.ctx, expression)
}

// says waits until the words are on the screen.
func (s screen) says(words string) {
	s.t.Helper()
	s.t.Cleanup(func() {
		if s.t.Failed() {
			s.t.Logf("the screen, when it should say %q: %s", words, webtest.Eval[string](s.t, s.ctx, `location.pathname + " " + document.body.innerText`))
		}
	})
	s.reads(`document.body.innerText.replace(/[\u00a0\u202f]/g, " ").includes(` + quote(words) + `)`)
}

// silent fails when the words are on the screen.
func (s screen) silent(words string) {
	s.t.Helper()
	if webtest.Eval[bool](s.t, s.ctx, `document.documentElement.outerHTML.includes(`+quote(words)+`)`) {
		s.t.Errorf("the screen says %q", words)
	}
}

// types fills a field as a person would see it filled.
func (s screen) types(name, value string) {
	s.t.Helper()
	webtest.Eval[bool](s.t, s.ctx, `((f) => { f.value = `+quote(value)+`; f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.querySelector(`+quote(`[name="`+name+`"]`)+`))`)
}

// chooses ticks a radio or a box.
func (s screen) chooses(name, value string) {
	s.t.Helper()
	webtest.Eval[bool](s.t, s.ctx, `(document.querySelector(`+quote(`[name="`+name+`"][value="`+value+`"]`)+`).click(), true)`)
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// EA-093 in a browser: a doctor at a desk, two nurses with their phones. Nobody reloads
// a page: what one does is on the screens of the others.
func TestStorylineOnThreeScreens(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	doctor, leonore, other := h.Doctor("Toubib"), h.Nurse("Léonore"), h.Nurse("Autre")
	site := h.Site()
	browser := webtest.Browser(t)
	open := func(p *testkit.Person, path string, width int64) screen {
		tab := webtest.Tab(t, browser)
		webtest.Visit(t, tab, site.As(p, path), width, webtest.Light)
		return screen{t, h, tab}
	}
	d, l, o := open(doctor, "/demandes/nouvelle", webtest.Desk), open(leonore, "/", webtest.Phone), open(other, "/", webtest.Phone)

	d.types("family_name", "Dupont-Exemple")
	d.types("given_name", "Alix")
	d.types("birth_date", "1960-05-02")
	d.types("street", "22 rue des Exemples")
	d.types("commune", "Corbeil-Essonnes")
	d.types("phone", "06 39 98 12 34")
	d.chooses("profession", "IDE")
	d.chooses("acts_IDE", "IDE13")
	d.chooses("urgency", "U1")
	d.types("motive", "Seul au domicile, alité. Toux, fièvre.")
	webtest.Eval[bool](t, d.ctx, `(document.querySelector('[name="consent"]').click(), true)`)
	d.taps(`button[name="action"][value="trigger"]`)
	d.says("Recherche")

	for _, nurse := range []screen{l, o} {
		nurse.says("Perfusion intraveineuse")
		nurse.says("Corbeil-Essonnes")
		nurse.silent("Dupont-Exemple")
		nurse.silent("22 rue des Exemples")
		nurse.silent("alité")
	}
	webtest.Shot(t, l.ctx, "storyline-asked", webtest.Phone, webtest.Light)

	h.Forward(10 * time.Minute)
	l.taps(`form[action$="/accepter"] button:not([formaction])`)
	l.says("DUPONT-EXEMPLE")
	l.says("22 rue des Exemples")
	l.says("alité")
	d.says("Acceptée")
	d.says("Léonore")
	o.reads(`document.querySelector('form[action$="/accepter"]') === null`)
	webtest.Shot(t, l.ctx, "storyline-accepted", webtest.Phone, webtest.Light)

	h.Forward(20 * time.Minute)
	l.taps(`form[action$="/demarrer"] button`)
	l.says("Démarrée")
	d.says("Démarrée")

	h.Forward(20 * time.Minute)
	l.types("note", "Antibiotique posé sur perfusion.")
	l.taps(`form[action$="/passage"] button[type="submit"]`)
	d.says("Antibiotique posé sur perfusion.")

	h.Until(time.Date(2026, 3, 16, 20, 0, 0, 0, time.UTC))
	webtest.Visit(t, l.ctx, site.As(leonore, "/"), webtest.Phone, webtest.Light) // ten hours later the phone is opened again
	l.taps(`a[href^="/demandes/0"]`)
	l.reads(`document.querySelector('form[action$="/terminer"] select') !== null`)
	webtest.Eval[bool](t, l.ctx, `((f) => { f.selectedIndex = 1; return true })(document.querySelector('form[action$="/terminer"] select'))`)
	l.taps(`form[action$="/terminer"] button[type="submit"]`)
	l.says("Terminée")
	d.says("Terminée")
	webtest.Shot(t, d.ctx, "storyline-ended", webtest.Desk, webtest.Light)
}

// What somebody is typing stays when the page refreshes under his hands.
func TestTypedTextSurvivesARefresh(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	supervisor := h.Supervisor(actor.RoleSupervisorNurse)
	r := ward.Asks()
	nurse.Accepts(r)
	site := h.Site()
	tab := webtest.Tab(t, webtest.Browser(t))
	s := screen{t, h, tab}
	webtest.Visit(t, tab, site.As(ward, "/demandes/"+string(r.ID)), webtest.Phone, webtest.Light)
	webtest.Eval[bool](t, tab, `((f) => { f.focus(); f.value = "Le code a chan"; f.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.querySelector('textarea[name="text"], textarea[name="message"]'))`)
	nurse.Starts(r)
	s.says("Démarrée")
	if got := webtest.Eval[string](t, tab, `document.activeElement.value`); got != "Le code a chan" {
		t.Errorf("the person typed, and now reads %q", got)
	}
	if sh := supervisor.Sees(r); sh.State != request.Started {
		t.Errorf("the request is %s", sh.State)
	}
}

// The main job without a line of script: asked, accepted, started, reported, ended.
func TestStorylineWithoutScript(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	doctor, leonore := h.Doctor("Toubib"), h.Nurse("Léonore")
	site := h.Site()
	browser := webtest.Browser(t)
	open := func(p *testkit.Person, path string) screen {
		tab := webtest.Tab(t, browser)
		webtest.NoScript(t, tab)
		webtest.Visit(t, tab, site.As(p, path), webtest.Phone, webtest.Dark)
		return screen{t, h, tab}
	}
	d := open(doctor, "/demandes/nouvelle")
	for name, value := range map[string]string{
		"family_name": "Dupont-Exemple", "given_name": "Alix", "birth_date": "1960-05-02", "street": "22 rue des Exemples", "commune": "Corbeil-Essonnes", "phone": "06 39 98 12 34",
	} {
		d.types(name, value)
	}
	d.chooses("profession", "IDE")
	d.chooses("acts_IDE", "IDE07")
	webtest.Shot(t, d.ctx, "noscript-ask", webtest.Phone, webtest.Dark)
	d.taps(`button[name="action"][value="trigger"]`)
	d.says("informé et d’accord") // the consent was forgotten: the form comes back with all it held
	d.reads(`document.querySelector('[name="family_name"]').value.toUpperCase() === "DUPONT-EXEMPLE" && document.querySelector('[name="acts_IDE"][value="IDE07"]').checked`)
	webtest.Eval[bool](t, d.ctx, `(document.querySelector('[name="consent"]').click(), true)`)
	d.taps(`button[name="action"][value="trigger"]`)
	d.says("Recherche")

	l := open(leonore, "/")
	l.taps(`form[action$="/accepter"] button:not([formaction])`)
	l.says("DUPONT-EXEMPLE")
	l.taps(`form[action$="/demarrer"] button`)
	l.types("report", "Pansement fait.")
	l.taps(`form[action$="/compte-rendu"] button[type="submit"]`)
	l.says("Pansement fait.")
	webtest.Shot(t, l.ctx, "noscript-started", webtest.Phone, webtest.Dark)
}
