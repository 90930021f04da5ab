package desk_test

import (
	"net/url"
	"strings"
	"testing"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

func TestConsoleShowsWhatEachMaySee(t *testing.T) {
	w := oneMorning(t)
	seen := w.get(w.supervisor, "/supervision").says("Mme\u00a0L.", "M.\u00a0P.", "Noé\u00a0T.", "Non pris en charge", "7 ressources déclenchées", "Création déclenchement", "Utilisateurs", "/dev/telephones", "Astreinte kiné respiratoire", "tous les 2 jours")
	seen.hides("LAVANDE", "hypertension traitée") // whole names are on the page of a request, a midwife's motive is not a nurse's to read
	w.get(w.operator, "/supervision").says("hypertension traitée").hides("tous les 2 jours")
	w.get(w.ward, "/supervision").says("Demandes du service", "Mme\u00a0L.", "hypertension traitée").hides("M.\u00a0P.", "Utilisateurs", "Désister")
	if got := w.get(w.nurse, "/supervision"); got.status != 403 {
		t.Errorf("a nurse got %d", got.status)
	}
	w.get(w.supervisor, "/supervision?etat=non-pris").says("Noé\u00a0T.").hides("Mme\u00a0L.")
	w.get(w.supervisor, "/supervision?etat=a-risque&profession=SF").says("Mme\u00a0L.", "Sans réponse à mi-délai").hides("Noé\u00a0T.")
	w.get(w.supervisor, "/supervision?q=clinique").says("M.\u00a0P.").hides("Mme\u00a0L.")
	w.get(w.supervisor, "/supervision?etat=%00&avant=zz&q=%ff").says("Mme\u00a0L.")
}

func TestPanelTellsWhoWasAsked(t *testing.T) {
	w := oneMorning(t)
	at := "/supervision?panneau=" + string(w.searching.ID)
	w.get(w.supervisor, at).says("Sarah LAVANDE", "Camille Aubade", "Décline", "Vue", "Annuler la demande", "segments partis")
	w.get(w.ward, at).says("Sarah LAVANDE", "Camille Aubade").hides(">Décline<", ">Vue<", "segments partis")
	w.get(w.supervisor, "/supervision?panneau=nothing").says("Mme\u00a0L.").hides("id=\"panneau\"")
}

// A change that waits for whoever carries the request is read in the list until he answers.
func TestConsoleShowsWhatWaitsForConfirmation(t *testing.T) {
	w := oneMorning(t)
	taken := w.midwife.Accepts(w.searching)
	w.get(w.supervisor, "/supervision").hides("modifiée, à confirmer")
	w.ward.Amends(taken, func(c *request.Change) { c.Days += 2 })
	w.get(w.supervisor, "/supervision").says("modifiée, à confirmer")
	w.midwife.Reconfirms(taken)
	w.get(w.supervisor, "/supervision").hides("modifiée, à confirmer")
}

func TestActsComeBackToTheirPlace(t *testing.T) {
	w := oneMorning(t)
	back := "/supervision?etat=non-pris"
	done := w.post(w.supervisor, "/supervision/demandes/"+string(w.unfilled.ID)+"/relancer", "suite", back)
	if done.status != 303 || !strings.HasPrefix(done.to, back+"&fait=relancer") {
		t.Errorf("status %d, sent to %q", done.status, done.to)
	}
	w.get(w.supervisor, done.to).says("La recherche est relancée.")
	w.post(w.supervisor, "/supervision/demandes/"+string(w.unfilled.ID)+"/relancer", "suite", "https://example.org/").says("L’acte n’a pas été fait", "Mme\u00a0L.")
	if got := w.post(w.supervisor, "/supervision/demandes/"+string(w.searching.ID)+"/annuler", "reason", "nothing"); got.status != 422 {
		t.Errorf("a cancellation without reason got %d", got.status)
	}
	if got := w.post(w.supervisor, "/supervision/demandes/"+string(w.searching.ID)+"/annuler", "reason", "duplicate"); got.status != 303 || got.to != "/supervision?fait=annuler" {
		t.Errorf("status %d, sent to %q", got.status, got.to)
	}
	if got := w.post(w.nurse, "/supervision/demandes/"+string(w.searching.ID)+"/annuler", "reason", "duplicate"); got.status != 404 && got.status != 403 {
		t.Errorf("a stranger got %d", got.status)
	}
}

// What nobody took may be placed by phone, kept waiting, or leave the list as an error.
func TestWhatNobodyTookMayBePlacedOrWait(t *testing.T) {
	w := oneMorning(t)
	id := string(w.unfilled.ID)
	w.get(w.supervisor, "/supervision?panneau="+id).says("Placer par téléphone", "/demandes/"+id+"?acte=placer", "/demandes/"+id+"/preuve", "Mettre en liste d’attente", "Saisie par erreur")
	w.get(w.ward, "/supervision?panneau="+id).hides("Placer par téléphone")
	if got := w.post(w.supervisor, "/supervision/demandes/"+id+"/attendre", "suite", "/supervision?etat=attente"); got.status != 303 {
		t.Fatalf("the waiting list got %d", got.status)
	}
	w.get(w.supervisor, "/supervision?etat=attente").says("Noé\u00a0T.")
	if got := w.post(w.supervisor, "/supervision/demandes/"+id+"/erreur"); got.status != 303 || got.to != "/supervision?fait=erreur" {
		t.Fatalf("the error got %d, sent to %q", got.status, got.to)
	}
	w.get(w.supervisor, "/supervision").hides("Noé\u00a0T.")
	outside := request.Placement{Outsider: request.Outsider{Name: "Claude Dehors", Profession: nomenclature.Nurse, Phone: "+33639981200"}}
	placed := w.operator.Places(w.ward.Asks(of("AMB_ENTREPRISE", "TRANSPORT", 0, "TR04")), outside)
	w.get(w.supervisor, "/supervision?panneau="+string(placed.ID)).says("Claude Dehors", "06\u00a039\u00a098\u00a012\u00a000")
}

// TestConsoleByKeyboard walks, opens the panel and closes it without leaving the place.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	w := oneMorning(t)
	server := w.serve()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(w.supervisor.Account)+"?suite="+url.QueryEscape("/supervision"), webtest.Desk, webtest.Light)
	webtest.Eval[bool](t, ctx, `(() => { window.kept = true; return true })()`)
	for _, key := range []string{"j", "j", "j", "k"} {
		webtest.Do(t, ctx, chromedp.KeyEvent(key))
	}
	webtest.Until(t, ctx, `document.activeElement.id === "r-`+string(w.searching.ID)+`"`)
	webtest.Do(t, ctx, chromedp.KeyEvent("p"))
	webtest.Until(t, ctx, `!!document.getElementById("panneau") && location.search.includes("panneau=") && window.kept === true`)
	webtest.Do(t, ctx, chromedp.KeyEvent("\x1b"))
	webtest.Until(t, ctx, `!document.getElementById("panneau") && location.search === "" && document.activeElement.id === "r-`+string(w.searching.ID)+`" && window.kept === true`)
	webtest.Do(t, ctx, chromedp.KeyEvent("/"))
	webtest.Until(t, ctx, `document.activeElement.matches("[data-search]")`)
	webtest.Eval[bool](t, ctx, `(() => { document.activeElement.value = ''; const s = document.querySelector('select[name=profession]'); s.value = 'MK'; s.dispatchEvent(new Event('change', { bubbles: true })); return true })()`)
	webtest.Until(t, ctx, `document.querySelectorAll("tr[id]").length === 1 && location.search === "?profession=MK" && window.kept === true`)
}

// TestConsoleFollowsWithoutLosingItsPlace stands on a row and a half-typed search while a request is taken elsewhere.
func TestConsoleFollowsWithoutLosingItsPlace(t *testing.T) {
	t.Parallel()
	w := oneMorning(t)
	server := w.serve()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(w.supervisor.Account)+"?suite="+url.QueryEscape("/supervision"), webtest.Desk, webtest.Light)
	row := `document.getElementById("r-` + string(w.searching.ID) + `")`
	webtest.Eval[bool](t, ctx, `(() => { window.kept = true; document.querySelector("[data-search]").value = "Mater"; `+row+`.focus(); scrollTo(0, 120); return true })()`)
	w.midwife.Accepts(w.searching)
	webtest.Until(t, ctx, row+`.textContent.includes("acceptation")`)
	if !webtest.Eval[bool](t, ctx, `window.kept === true && document.activeElement === `+row+` && scrollY === 120 && document.querySelector("[data-search]").value === "Mater"`) {
		t.Error("the place was lost")
	}
}

// TestRowsStaySmall keeps a page of a hundred rows light on a slow network.
func TestRowsStaySmall(t *testing.T) {
	w := oneMorning(t)
	body := w.get(w.supervisor, "/supervision").body
	const rows = 9
	if n := strings.Count(body, `<tr role="row" class`); n != rows {
		t.Errorf("%d rows", n)
	}
	if each := len(body[strings.Index(body, "<tbody"):strings.Index(body, "</tbody>")]) / rows; each > 5000 {
		t.Errorf("%d bytes a row", each)
	}
}
