package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

// Somebody looks after a row, a colleague is told so, and it is handed to him.
func TestARowIsLookedAfter(t *testing.T) {
	w := oneMorning(t)
	id := string(w.searching.ID)
	act := func(p *testkit.Person, name string, pairs ...string) page {
		return w.post(p, "/supervision/demandes/"+id+"/"+name, pairs...)
	}
	if got := act(w.supervisor, "prendre", "suite", "/supervision?etat=recherche"); got.status != 303 || got.to != "/supervision?etat=recherche&fait=prendre#r-"+id {
		t.Fatalf("status %d, sent to %q", got.status, got.to)
	}
	w.get(w.operator, "/supervision?etat=recherche").says(w.supervisor.Actor.Name, "Je m’en occupe")
	if got := act(w.operator, "prendre"); got.status != 409 || !strings.Contains(got.body, w.supervisor.Actor.Name+" s’en occupe déjà") {
		t.Errorf("the slower of two got %d", got.status)
	}
	w.get(w.supervisor, "/supervision?qui=miennes").says("Mme\u00a0L.", "Laisser").hides("Noé\u00a0T.")
	w.get(w.supervisor, "/supervision?qui=personne").says("Noé\u00a0T.").hides("M.\u00a0P.") // M. P. has ended
	w.get(w.operator, "/supervision?qui=miennes").says("Aucune demande ne répond")
	w.get(w.operator, "/supervision?panneau="+id).says("Qui s’en occupe", w.supervisor.Actor.Name, "Confier", "(vous)", `name="vu" value="1"`)
	if got := act(w.operator, "confier", "suite", "/supervision?panneau="+id, "vu", "0", "to", string(w.operator.Account)); got.status != 409 {
		t.Errorf("handed as it no longer is: %d", got.status)
	}
	if got := act(w.operator, "confier", "suite", "/supervision?panneau="+id, "vu", "1"); got.status != 422 || !strings.Contains(got.body, `id="confier-to-fault"`) {
		t.Errorf("handed to nobody: %d", got.status)
	}
	if got := act(w.operator, "confier", "suite", "/supervision?panneau="+id, "vu", "1", "to", string(w.operator.Account)); got.status != 303 {
		t.Errorf("handed: %d", got.status)
	}
	w.get(w.supervisor, "/supervision?panneau="+id).says("Qui s’en est occupé", w.operator.Actor.Name)
	w.get(w.ward, "/supervision").says("Je m’en occupe").hides(w.operator.Actor.Name) // the ward has its own list
	if got := act(w.nurse, "prendre"); got.status != 404 {
		t.Errorf("a nurse got %d", got.status)
	}
}

// What one shift tells the next is read by who comes, and by nobody else.
func TestReliefTellsTheNextShift(t *testing.T) {
	w := oneMorning(t)
	id := string(w.searching.ID)
	at := "/supervision?panneau=" + id
	if got := w.post(w.operator, "/supervision/demandes/"+id+"/note", "suite", at, "note", " "); got.status != 422 || !strings.Contains(got.body, `id="note-text-fault"`) {
		t.Errorf("an empty note got %d", got.status)
	}
	if got := w.post(w.operator, "/supervision/demandes/"+id+"/note", "suite", at, "note", "Rappeler le service après 14 h."); got.status != 303 {
		t.Fatalf("a note got %d", got.status)
	}
	w.get(w.operator, at).says("Rappeler le service après 14 h.")
	w.get(w.supervisor, at).hides("Rappeler le service").says("Son texte est réservé") // a nurse’s supervisor does not read a midwife’s motive
	if got := w.post(w.operator, "/supervision/releve", "vu", "0", "note", "Deux ambulances en panne."); got.status != 303 {
		t.Errorf("the general note got %d", got.status)
	}
	lost := w.post(w.supervisor, "/supervision/releve", "vu", "0", "note", "Renfort demain.")
	if lost.status != 409 {
		t.Errorf("written over without having been read: %d", lost.status)
	}
	lost.says("Renfort demain.", "Deux ambulances en panne.", `name="vu" value="1"`)
	w.get(w.supervisor, "/supervision/releve").says("À transmettre", "Mme\u00a0L.", "Deux ambulances en panne.", "Aucune donnée de patient ici", "Noé\u00a0T.")
	w.get(w.ward, "/supervision/releve").hides("Deux ambulances", "Rappeler")
	if got := w.get(w.nurse, "/supervision/releve"); got.status != 403 {
		t.Errorf("a nurse got %d", got.status)
	}
	relief := w.get(w.supervisor, "/supervision/releve").body
	_, rest, _ := strings.Cut(relief, `action="/supervision/releve/`)
	note, _, _ := strings.Cut(rest, "/vu")
	if got := w.post(w.supervisor, "/supervision/releve/"+note+"/vu"); got.status != 303 || got.to != "/supervision/releve#note-"+note {
		t.Errorf("read: %d, sent to %q", got.status, got.to)
	}
	w.get(w.operator, "/supervision/releve").says("Vu par " + w.supervisor.Actor.Name)
	if got := w.post(w.ward, "/supervision/releve/"+note+"/vu"); got.status != 404 {
		t.Errorf("a ward reads it: %d", got.status)
	}
}

// A view is kept under a name without what was searched, and opens first where one wishes.
func TestViewsAreKept(t *testing.T) {
	w := oneMorning(t)
	if got := w.post(w.supervisor, "/supervision/vues", "suite", "/supervision?etat=non-pris&q=0639981234", "name", "À rappeler", "shared", "1", "first", "1"); got.status != 303 {
		t.Fatalf("a view got %d", got.status)
	}
	opened := w.get(w.supervisor, "/supervision")
	if opened.status != 303 || opened.to != "/supervision?etat=non-pris" {
		t.Errorf("the first view opens %q", opened.to)
	}
	w.get(w.supervisor, "/supervision?etat=tout").says("Mme\u00a0L.", "À rappeler", "s’ouvre en premier", `href="/supervision?etat=tout"`)
	w.get(w.operator, "/supervision").says("À rappeler", "partagée par "+w.supervisor.Actor.Name, "Mme\u00a0L.").hides("Supprimer")
	w.get(w.ward, "/supervision").hides("À rappeler")
	if got := w.post(w.supervisor, "/supervision/vues", "suite", "/supervision", "name", ""); got.status != 422 || !strings.Contains(got.body, `id="vue-name-fault"`) {
		t.Errorf("a view without a name got %d", got.status)
	}
	_, rest, _ := strings.Cut(w.get(w.supervisor, "/supervision?etat=tout").body, `formaction="/supervision/vues/`)
	_, rest, _ = strings.Cut(rest, `formaction="/supervision/vues/`)
	view, _, _ := strings.Cut(rest, "/supprimer")
	if got := w.post(w.operator, "/supervision/vues/"+view+"/supprimer"); got.status != 404 {
		t.Errorf("a colleague drops it: %d", got.status)
	}
	if got := w.post(w.supervisor, "/supervision/vues/aucune/premiere", "suite", "/supervision?etat=tout"); got.status != 303 {
		t.Errorf("no first view: %d", got.status)
	}
	w.get(w.supervisor, "/supervision").says("Mme\u00a0L.")
	if got := w.post(w.supervisor, "/supervision/vues/"+view+"/supprimer", "suite", "/supervision"); got.status != 303 {
		t.Errorf("dropped: %d", got.status)
	}
	w.get(w.operator, "/supervision").hides("À rappeler")
}

// TestARowIsTakenByKeyboardAndSeenEverywhere takes a row by a key while a colleague watches another screen.
func TestARowIsTakenByKeyboardAndSeenEverywhere(t *testing.T) {
	t.Parallel()
	w := oneMorning(t)
	server := w.serve()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(w.operator.Account)+"?suite="+url.QueryEscape("/supervision"), webtest.Desk, webtest.Light)
	row := `document.getElementById("r-` + string(w.searching.ID) + `")`
	webtest.Eval[bool](t, ctx, `(() => { window.kept = true; return true })()`)
	if _, err := w.Supervise.Take(w.supervisor.Ctx(), w.unfilled.ID); err != nil {
		t.Fatal(err)
	}
	webtest.Until(t, ctx, `document.getElementById("r-`+string(w.unfilled.ID)+`").textContent.includes("`+w.supervisor.Actor.Name+`") && window.kept === true`)
	for _, key := range []string{"j", "j", "m"} {
		webtest.Do(t, ctx, chromedp.KeyEvent(key))
	}
	webtest.Until(t, ctx, row+`?.textContent.includes("Laisser") && location.hash === "#r-`+string(w.searching.ID)+`"`)
}
