package admin_test

import (
	"net/url"
	"testing"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

// TestRulesAreChangedWithoutScript presses what a person presses, scripts stopped.
func TestRulesAreChangedWithoutScript(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.decides()
	server := o.serve()
	ctx := webtest.Browser(t)
	webtest.NoScript(t, ctx)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(o.keeper.Account)+"?suite="+url.QueryEscape("/administration/reglages/delais"), webtest.Phone, webtest.Light)
	webtest.Do(t, ctx, chromedp.Click(`button[name="defaut"][value="reply.u2"]`))
	webtest.Until(t, ctx, `document.querySelector(".notice.wait") !== null && document.querySelector("[name='reply.u2']").value === "2"`)
	webtest.Do(t, ctx, chromedp.SetValue(`[name="reply.u0"]`, "1000"), chromedp.SetValue(`[name="reply.u0.unit"]`, "d"), chromedp.SetValue(`[name="why"]`, "Retour à l’usage."), chromedp.Click(`.form-end .btn.go`))
	webtest.Until(t, ctx, `document.querySelectorAll("[aria-invalid=true]").length === 1 && document.querySelector("[name='reply.u0']").value === "1000" && document.querySelector("[name=why]").value !== ""`)
	webtest.View(t, ctx, "admin-edit-refused", webtest.Phone, webtest.Light)
	webtest.Do(t, ctx, chromedp.SetValue(`[name="reply.u0"]`, "15"), chromedp.SetValue(`[name="reply.u0.unit"]`, "m"), chromedp.Click(`.form-end .btn.go`))
	webtest.Until(t, ctx, `location.pathname === "/administration/reglages" && document.querySelector(".notice.taken") !== null`)
	if s := o.kept(); s.Get("reply.u0") != "15m" || s.Get("reply.u2") != "2h" {
		t.Errorf("kept %s and %s", s.Get("reply.u0"), s.Get("reply.u2"))
	}
}

// TestAShiftIsWrittenByTyping finds somebody while one types, as on a desk.
func TestAShiftIsWrittenByTyping(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.lines()
	line := o.Line("Kiné du soir", nomenclature.Physio, rota.Together)
	server := o.serve()
	ctx := webtest.Browser(t)
	at := dutyPath + "/" + string(line) + "/plan?du=2026-03-16&au=2026-03-22"
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(o.keeper.Account)+"?suite="+url.QueryEscape(at), webtest.Desk, webtest.Dark)
	webtest.Do(t, ctx, chromedp.SendKeys(`#f-p0`, "saul"))
	webtest.Until(t, ctx, `document.querySelector("#f-p0-list [role=option]") !== null`)
	webtest.View(t, ctx, "admin-plan-typing", webtest.Desk, webtest.Dark)
	webtest.NoBarrier(t, ctx)
	webtest.Do(t, ctx, chromedp.Click(`#f-p0-list [role=option]`), chromedp.Click(`.form-end .btn.go`))
	webtest.Until(t, ctx, `document.querySelectorAll("[aria-invalid=true]").length === 2 && document.querySelector("#f-p0").value === "Camille Saule"`)
	webtest.View(t, ctx, "admin-plan-refused", webtest.Desk, webtest.Dark)
	webtest.NoBarrier(t, ctx)
	webtest.Do(t, ctx, chromedp.SetValue(`#f-p0_from`, "2026-03-17T20:00"), chromedp.SetValue(`#f-p0_to`, "2026-03-18T08:00"), chromedp.Click(`.form-end .btn.go`))
	webtest.Until(t, ctx, `document.querySelector(".week-days") !== null`)
	if got := o.shifts(line, "2026-03-16", "2026-03-23"); len(got) != 1 || got[0].To.Sub(got[0].From).Hours() != 12 {
		t.Errorf("%+v", got)
	}
}
