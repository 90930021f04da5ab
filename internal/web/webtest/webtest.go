// Package webtest looks at pages as a person does: in a real browser, at the width of a
// phone or of a desk, by day and by night, with and without eyes. It is for tests only
// and needs Debian's chromium.
package webtest

import (
	"context"
	_ "embed" // axe
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Widths of the two places where people read us, in CSS pixels.
const (
	Phone = 390
	Desk  = 1440
)

// Themes of pages.
const (
	Light = "light"
	Dark  = "dark"
)

// Looks are the widths and themes a page is looked at: a phone by night and a desk by day;
// with LOOKS=all (make look) the other two as well.
func Looks() iter.Seq2[int64, string] {
	return func(yield func(width int64, theme string) bool) {
		_ = yield(Phone, Dark) && yield(Desk, Light) && os.Getenv("LOOKS") == "all" && yield(Phone, Light) && yield(Desk, Dark)
	}
}

// patience is how long one step of a browser may take on a loaded machine.
const patience = 60 * time.Second

const browserPath = "/usr/bin/chromium"

//go:embed axe.min.js
var axeScript string

// Browser starts a browser and returns the context of its first tab; both end with the test.
func Browser(t testing.TB) context.Context {
	t.Helper()
	return start(t)
}

func start(t testing.TB, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browserPath), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("hide-scrollbars", true), chromedp.Flag("accept-lang", "fr-FR"))
	options = append(options, more...)
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", browserPath, err)
	}
	return ctx
}

// Tab opens another tab of the browser of ctx, with the same cookies.
func Tab(t testing.TB, ctx context.Context) context.Context {
	t.Helper()
	tab, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	// Opened here: a tab lives as long as the context of its first step, and Do has an end.
	if err := chromedp.Do(tab); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return tab
}

// Do runs steps in the tab of ctx and fails the test at the first that does not succeed.
func Do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("browser: %v", err)
	}
}

// Eval returns the value of a script expression in the page.
func Eval[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("browser: %s: %v", expression, err)
	}
	return v
}

// Until waits until a script expression is true in the page. It asks from outside, so
// that it works on pages whose own scripts are stopped.
func Until(t testing.TB, ctx context.Context, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		// While a page gives way to the next, there is nobody to answer; one of another site may
		// take the question with it.
		if yes, err := once(ctx, expression); err == nil && yes {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("browser: wait until %s: %v", expression, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// once asks, and does not wait for ever.
func once(ctx context.Context, expression string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience/30)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
}

// Visit opens url as a machine of that width and theme would show it. A width under 600
// is a phone, with touch.
func Visit(t testing.TB, ctx context.Context, url string, width int64, theme string) {
	t.Helper()
	height, options := int64(900), []chromedp.EmulateViewportOption{}
	if width < 600 {
		height, options = 844, append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	Do(t, ctx, chromedp.EmulateViewport(width, height, options...), media(theme), chromedp.Navigate(url))
	Until(t, ctx, `document.readyState === "complete" && document.fonts.status === "loaded"`)
}

func media(theme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

// NoScript stops the scripts of the pages the tab of ctx visits from now on. What the
// tests themselves ask still runs.
func NoScript(t testing.TB, ctx context.Context) {
	t.Helper()
	Do(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Shot writes the whole page of ctx to var/shots/<name>-<width>-<theme>.png, for a person to look at.
func Shot(t testing.TB, ctx context.Context, name string, width int64, theme string) {
	t.Helper()
	keep(t, ctx, chromedp.FullScreenshot(100), name, width, theme)
}

// View is Shot of what the screen shows, no more: for panels and menus.
func View(t testing.TB, ctx context.Context, name string, width int64, theme string) {
	t.Helper()
	keep(t, ctx, chromedp.CaptureScreenshot(), name, width, theme)
}

func keep(t testing.TB, ctx context.Context, take chromedp.Action[[]byte], name string, width int64, theme string) {
	t.Helper()
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(within, take)
	if err != nil {
		t.Fatalf("browser: shot %s: %v", name, err)
	}
	dir := filepath.Join(root(t), "var", "shots")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, theme))
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// root is the folder of go.mod: tests run in the folder of their package.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("go.mod is not above the package")
		}
		dir = up
	}
}

// Violation is one barrier that axe found: its rule, how grave it is, and where.
type Violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// Axe returns the barriers of the page of ctx that are serious or critical.
func Axe(t testing.TB, ctx context.Context) []Violation {
	t.Helper()
	if !Eval[bool](t, ctx, `typeof window.axe === "object"`) {
		Eval[bool](t, ctx, axeScript+"\n;true")
	}
	text := Eval[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v => ({
		id: v.id, impact: v.impact, help: v.help,
		nodes: v.nodes.map(n => n.target.join(" ") + " — " + n.html.slice(0, 160) + " — " + (n.any[0]?.message ?? n.failureSummary))}))))`)
	var all, grave []Violation
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Impact == "serious" || v.Impact == "critical" {
			grave = append(grave, v)
		}
	}
	return grave
}

// NoBarrier fails the test for each barrier that Axe finds, and for each of what a phone
// shows badly: a page wider than its screen, a name too small to read.
func NoBarrier(t testing.TB, ctx context.Context) {
	t.Helper()
	for _, v := range Axe(t, ctx) {
		t.Errorf("%s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	if over := Eval[float64](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("the page is %v px wider than its screen: %s", over, Eval[string](t, ctx, widest))
	}
}

// widest names the elements that stick out.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 6).map(e => e.tagName + "." + e.className).join(", ")`
