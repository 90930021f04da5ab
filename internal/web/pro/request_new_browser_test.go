package pro_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

// TestAUsualRequestTakesSixTaps counts the taps from the home page of a phone to a request
// on its way, with an act changed on the way.
func TestAUsualRequestTakesSixTaps(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	known := ward.Asks()
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(ward.Account)+"?suite="+url.QueryEscape("/"), webtest.Phone, webtest.Light)
	taps := 0
	tap := func(selector, until string) {
		t.Helper()
		taps++
		press(t, ctx, selector)
		webtest.Until(t, ctx, until)
	}
	shown := func(step string) string { return `document.querySelector("#` + step + `.current") !== null` }
	tap(`.tab[href="/demandes/nouvelle"]`, shown("step-patient"))
	tap(`input[name=patient][value="`+string(known.Patient)+`"]`, shown("step-care"))
	tap(`input[name=acts_IDE][value=IDE07]`, `document.querySelector("#preview .sentence")?.textContent.includes("Pansement simple") && document.querySelector("#preview .reach") !== null`)
	tap(`[data-wizard-next]`, shown("step-send"))
	tap(`#f-consent`, `document.getElementById("f-consent").checked`)
	tap(`button[value=trigger]`, `location.pathname !== "/demandes/nouvelle"`)
	if taps > 6 {
		t.Errorf("%d taps", taps)
	}
	rows, err := h.Requests.Recent(ward.Ctx())
	h.Must(err)
	if r := rows[0]; r.ID == known.ID || len(r.Request.Acts) != 2 || nurse.OfferOn(r.Request) == "" {
		t.Errorf("after six taps: %+v", r.Request)
	}
}

// press taps the middle of an element, brought to the middle of the screen as a thumb would.
func press(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	webtest.Eval[bool](t, ctx, "(document.querySelector(`"+selector+"`).scrollIntoView({block: 'center'}), true)")
	webtest.Do(t, ctx, chromedp.Click(selector))
}

// TestTheFormHelpsWhoTypes searches an act and a town while one types, goes back step by
// step, and leads to the first fault.
func TestTheFormHelpsWhoTypes(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	gp := h.Doctor("Toubib")
	h.Professional(testkit.Professional{Name: "Aubade", Profession: "SF"})
	s := open(t, h, gp)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(gp.Account)+"?suite="+url.QueryEscape("/demandes/nouvelle"), webtest.Phone, webtest.Light)
	is := func(expression string) { t.Helper(); webtest.Until(t, ctx, expression) }
	current := func(step string) { t.Helper(); is(`document.querySelector("#` + step + `.current") !== null`) }
	next := func() { t.Helper(); press(t, ctx, `[data-wizard-next]`) }

	next() // the name is missing: one stays
	is(`document.activeElement.name === "family_name"`)
	webtest.Do(t, ctx, chromedp.SendKeys(`#f-family_name`, "Exemple"), chromedp.SendKeys(`#f-given_name`, "Alix"))
	webtest.Eval[bool](t, ctx, `(document.getElementById("f-birth_date").value = "1960-05-02", true)`)
	next()
	current("step-address")
	webtest.Do(t, ctx, chromedp.SendKeys(`#f-commune`, "corb"))
	is(`document.querySelector("#f-commune-list [role=option]") !== null`)
	press(t, ctx, `#f-commune-list [role=option]`)
	is(`document.querySelector("[name=commune_code]").value === "91174"`)
	next()
	current("step-care")
	webtest.Do(t, ctx, chromedp.SendKeys(`#f-find`, "monitoring"))
	is(`document.querySelector("#f-find-list [role=option]") !== null`)
	press(t, ctx, `#f-find-list [role=option]`)
	is(`document.querySelector("[name=profession][value=SF]").checked && document.querySelector("[name=acts_SF][value=SF01]").checked`)
	is(`getComputedStyle(document.querySelector("[data-of=IDE]")).display === "none" && getComputedStyle(document.querySelector("[data-of=SF]")).display !== "none"`)
	is(`document.querySelector("#preview .reach")?.textContent.includes("sages-femmes")`)
	webtest.Eval[bool](t, ctx, `(history.back(), true)`)
	current("step-address")
	next()
	current("step-care")
	next()
	current("step-send")
	press(t, ctx, `button[value=trigger]`)
	is(`document.querySelector("#f-consent-fault") !== null`)
	current("step-send")
	if kept := webtest.Eval[string](t, ctx, `document.getElementById("f-family_name").value`); !strings.EqualFold(kept, "Exemple") {
		t.Errorf("the name is now %q", kept)
	}
	webtest.NoBarrier(t, ctx)
}
