package pro_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Most taps and keys of a usual request, from the first page of a phone to its sending.
const (
	mostTaps = 6
	mostKeys = 20
)

// counting notes every tap and every key the browser receives, from page to page.
const counting = `for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, (e) => {
	if (e.isTrusted) sessionStorage.setItem(kind, Number(sessionStorage.getItem(kind)) + 1);
}, true);`

// TestAUsualRequestTakesSixTaps counts what a thumb does for the usual requests of a ward:
// the last care with one act more, the last care of another profession, a care found by
// its name.
func TestAUsualRequestTakesSixTaps(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	h.Professional(testkit.Professional{Name: "Aubade", Profession: nomenclature.Midwife})
	known := ward.Asks(func(a *request.Ask) {
		a.Profession, a.Acts, a.Care = nomenclature.Midwife, []nomenclature.ActCode{"SF06"}, request.Care{Days: 2, Frequency: nomenclature.Frequency{PerDay: 1, At: nomenclature.Morning}}
	})
	h.Forward(time.Minute)
	ward.Asks(testkit.For(known.Patient))
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Do(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, cdp.AddScriptToEvaluateOnNewDocument, cdp.AddScriptToEvaluateOnNewDocumentParams{Source: counting})
		return err
	}))
	shown := func(step string) string { return `document.querySelector("#` + step + `.current") !== null` }
	tap := func(selector, until string) {
		t.Helper()
		press(t, ctx, selector)
		webtest.Until(t, ctx, until)
	}
	for _, c := range []struct {
		name string
		care func()
		want []nomenclature.ActCode
	}{
		{"one act more", func() {
			tap(`input[name=acts_IDE][value=IDE07]`, `document.querySelector("#preview .sentence")?.textContent.includes("Pansement simple") && document.querySelector("#preview .reach") !== null`)
			tap(`[data-wizard-next]`, shown("step-send"))
		}, []nomenclature.ActCode{"IDE01", "IDE07"}},
		{"as the last time, another profession", func() {
			tap(`[data-fill*=SF06]`, shown("step-send"))
			webtest.Until(t, ctx, `document.querySelector("#preview .sentence")?.textContent.includes("le matin")`)
		}, []nomenclature.ActCode{"SF06"}},
		{"found by its name", func() {
			tap(`#f-find`, `document.activeElement.id === "f-find"`)
			webtest.Do(t, ctx, chromedp.SendKeys(`#f-find`, "prise de sang"))
			webtest.Until(t, ctx, `document.querySelector("#f-find-list [role=option]")?.textContent.includes("Prélèvement sanguin")`)
			webtest.Do(t, ctx, chromedp.SendKeys(`#f-find`, kb.Enter))
			webtest.Until(t, ctx, `document.querySelector("#preview .sentence")?.textContent.includes("Prélèvement sanguin")`)
			tap(`[data-wizard-next]`, shown("step-send"))
		}, []nomenclature.ActCode{"IDE05"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.Forward(time.Minute)
			webtest.Visit(t, ctx, server.URL+"/entrer/"+string(ward.Account)+"?suite="+url.QueryEscape("/"), webtest.Phone, webtest.Light)
			webtest.Eval[bool](t, ctx, `(sessionStorage.clear(), true)`)
			tap(`.tab[href="/demandes/nouvelle"]`, shown("step-patient"))
			tap(`input[name=patient][value="`+string(known.Patient)+`"]`, shown("step-care"))
			c.care()
			tap(`#f-consent`, `document.getElementById("f-consent").checked`)
			tap(`button[value=trigger]`, `location.pathname !== "/demandes/nouvelle"`)
			taps, keys := webtest.Eval[int](t, ctx, `Number(sessionStorage.getItem("pointerdown"))`), webtest.Eval[int](t, ctx, `Number(sessionStorage.getItem("keydown"))`)
			t.Logf("%d taps, %d keys", taps, keys)
			if taps == 0 || taps > mostTaps || keys > mostKeys {
				t.Errorf("%d taps and %d keys, %d and %d at most", taps, keys, mostTaps, mostKeys)
			}
			rows, err := h.Requests.Habits(ward.Ctx())
			h.Must(err)
			for _, act := range c.want {
				if !slices.Contains(rows[0].Acts, act) {
					t.Errorf("asked %v, want %v", rows[0].Acts, c.want)
				}
			}
		})
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
	t.Parallel()
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
