package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/web"
	"entractes/internal/web/webtest"
)

// deadline stands in the middle of a minute: the browser's clock runs while the test does.
var deadline = noon.Add(74*time.Minute + 40*time.Second)

// board is a live page with a number, two forms, a panel and a countdown.
type board struct{ count *atomic.Int64 }

func (b board) Render(ctx context.Context, w io.Writer) error {
	n := strconv.FormatInt(b.count.Load(), 10)
	parts := []templ.Component{
		templ.Raw(`<p id="count">` + n + `</p><form id="one" method="post"><input id="typed" name="typed" value=""><b>` + n + `</b></form>`),
		templ.Raw(`<form id="two" method="post">`), web.FormKey{}, templ.Raw(`<input name="other" value=""><b id="second">` + n + `</b></form>`),
		templ.Raw(`<details id="more"><summary>x</summary><b id="inside">` + n + `</b></details>`),
		web.TimeLeft{Until: deadline}, web.TimeBar{From: noon, Until: deadline},
	}
	for _, p := range parts {
		if err := p.Render(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

func TestALivePageKeepsWhatThePersonDoes(t *testing.T) {
	var count atomic.Int64
	hints, stop := make(chan string), make(chan struct{})
	clk := clock.NewManual(noon)
	somebody := func(context.Context, string, bool) (actor.Actor, error) {
		return actor.Actor{Account: "a1", Name: "Camille Roux"}, nil
	}
	mux := http.NewServeMux()
	mux.Handle(web.AssetPrefix, web.Assets())
	mux.Handle("GET /session", web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		web.SetSession(w, r, "camille")
		return web.Redirect(w, r, "/board")
	}))
	mux.Handle("GET /board", web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return web.Render(w, r, http.StatusOK, web.Page{Title: "Tableau", Live: []string{"request:7"}, Says: fmt.Sprintf("%d demandes", count.Load())}, board{&count})
	}))
	mux.Handle("GET "+web.LivePath, web.Live{
		Clock: clk, Resume: somebody, Stopping: stop,
		Subscribe: func([]string) (<-chan string, func()) { return hints, func() {} },
		Allowed:   func(actor.Actor, string) bool { return true },
	}.Handler())
	s := httptest.NewServer(web.Door(clk, somebody, mux))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(stop) })
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, s.URL+"/session", webtest.Phone, webtest.Light)
	webtest.Do(t, ctx, chromedp.Click("#more summary"), chromedp.SendKeys("#typed", "ne pas perdre"))
	key := webtest.Eval[string](t, ctx, `document.querySelector("[name=_cle]").value`)
	if got := webtest.Eval[string](t, ctx, `document.querySelector("time[data-deadline]").textContent`); got != "encore 1\u00a0h\u00a014" {
		t.Errorf("time left: %q", got)
	}

	count.Store(7)
	clk.Advance(4 * time.Minute)
	hints <- "request:7"
	webtest.Until(t, ctx, `document.getElementById("count").textContent === "7" && document.getElementById("said").textContent === "7 demandes"`)
	for what, expression := range map[string]string{
		"what is typed":          `document.getElementById("typed").value === "ne pas perdre"`,
		"the focus":              `document.activeElement.id === "typed"`,
		"the form being written": `document.querySelector("#one b").textContent === "0"`,
		"the other form":         `document.getElementById("second").textContent === "7"`,
		"the key of a form":      `document.querySelector("[name=_cle]").value === "` + key + `"`,
		"what was opened":        `document.getElementById("more").open && document.getElementById("inside").textContent === "7"`,
		"the time left":          `document.querySelector("time[data-deadline]").textContent === "encore 1\u00a0h\u00a010"`,
		"its bar":                `document.querySelector("progress").value > 70 * 60000 && document.querySelector("progress").value < 71 * 60000`,
	} {
		if !webtest.Eval[bool](t, ctx, expression) {
			t.Errorf("%s is not as expected: %s", what, expression)
		}
	}
}

func TestPanelsOpenWithoutBarrier(t *testing.T) {
	s := house(t)
	ctx := webtest.Browser(t)
	for _, width := range []int64{webtest.Phone, webtest.Desk} {
		for name, open := range map[string]string{"panel": "#p-dispo > summary", "menu": ".menu > summary", "drawer": `a[href="#ressources"].btn`} {
			webtest.Visit(t, ctx, s.URL+"/dev/composants", width, webtest.Light)
			webtest.Do(t, ctx, chromedp.ScrollIntoView(chromedp.CSS(open)), chromedp.Click(chromedp.CSS(open)))
			webtest.View(t, ctx, name, width, webtest.Light)
			webtest.NoBarrier(t, ctx)
		}
	}
}

func TestKeysWalkThroughATable(t *testing.T) {
	s := house(t)
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, s.URL+"/dev/composants?page=console", webtest.Desk, webtest.Light)
	webtest.Do(t, ctx, chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"))
	if got := webtest.Eval[string](t, ctx, `document.activeElement.id`); got != "l2" {
		t.Errorf("the second line should have the focus, not %q", got)
	}
	webtest.Do(t, ctx, chromedp.KeyEvent("\r"))
	webtest.Until(t, ctx, `location.hash === "#l2"`)
	webtest.Do(t, ctx, chromedp.KeyEvent("/"))
	if !webtest.Eval[bool](t, ctx, `document.activeElement.type === "search"`) {
		t.Error("/ does not search")
	}
}

func TestTheWholeGalleryWorksWithoutScript(t *testing.T) {
	s := house(t)
	ctx := webtest.Browser(t)
	webtest.NoScript(t, ctx)
	webtest.Visit(t, ctx, s.URL+"/dev/composants?page=accueil", webtest.Phone, webtest.Light)
	webtest.Do(t, ctx, chromedp.Click(chromedp.CSS(".menu > summary")), chromedp.Click(chromedp.CSS(`.menu button[value="dark"]`)))
	webtest.Until(t, ctx, `document.documentElement.dataset.theme === "dark"`)
	webtest.Do(t, ctx, chromedp.Click(chromedp.CSS(".menu > summary")), chromedp.Click(chromedp.CSS(`.menu button[value="en"]`)))
	webtest.Until(t, ctx, `document.documentElement.lang === "en" && document.querySelector("time[data-deadline]").textContent === "1\u00a0h\u00a014\u00a0min left"`)
	if got := webtest.Eval[string](t, ctx, `location.pathname + location.search`); got != "/dev/composants?page=accueil" {
		t.Errorf("came back to %s", got)
	}
}
