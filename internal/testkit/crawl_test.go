package testkit_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/base/i18n"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// readers are the parts of the demonstration whose pages differ.
var readers = []string{"leonore", "medecin", "maternite", "pharmacienne", "operatrice", "superviseuse", "supervision.sf", "administratrice"}

// Every link of every page leads to a page, for each part that can be played: nothing
// dead, nothing untranslated in either language. Then each kind of page is looked at in a
// browser, on a phone at night and on a desk by day, where everybody must be able to use it.
func TestEveryPageThatALinkLeadsTo(t *testing.T) {
	t.Parallel()
	h := livedIn(t)
	site := h.Site()
	found := map[string]visited{}
	for _, slug := range readers {
		c := &crawl{t: t, site: site, who: h.persona(t, slug), seen: map[string]bool{}, found: found}
		c.read("/", "the first page")
	}
	kinds := slices.Sorted(maps.Keys(found))
	t.Logf("%d kinds of pages: %s", len(kinds), strings.Join(kinds, " "))
	if len(kinds) < 20 {
		t.Error("the links lead nearly nowhere: the test proves nothing")
	}
	noWholeTable(t, h)
	browser := webtest.Browser(t)
	for _, kind := range kinds {
		t.Run(strings.ReplaceAll(kind, "/", "."), func(t *testing.T) {
			t.Parallel()
			v := found[kind]
			tab := webtest.Tab(t, browser)
			webtest.Visit(t, tab, site.As(v.who, v.path), webtest.Phone, webtest.Dark)
			webtest.NoBarrier(t, tab)
			webtest.Visit(t, tab, site.As(v.who, v.path), webtest.Desk, webtest.Light)
			webtest.NoBarrier(t, tab)
		})
	}
}

// livedIn is the demonstration's territory after two days, small.
func livedIn(t *testing.T) *inhabited {
	t.Helper()
	ends := time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)
	c := clock.NewManual(ends.Add(-2 * 24 * time.Hour))
	built, err := app.Build(t.Context(), config.Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "demo.db"), MasterKey: filepath.Join(t.TempDir(), "demo.key"),
	}, app.Options{Clock: c, Log: slog.New(slog.DiscardHandler), Demo: true, Channels: app.FakePhones(), Auth: auth.Options{HashMemoryKiB: 64}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = built.Close() })
	h := &inhabited{&testkit.House{House: built, T: t, Clock: c}}
	size := demo.Size{Share: 0.2, Days: 2, PerDay: 8}
	h.Must(demo.Furnish(t.Context(), built.Demo(), 7, size))
	h.Must(demo.Live(t.Context(), built.Demo(), c, ends, demo.Past{Seed: 7, Size: size, Fixtures: true}))
	return h
}

type inhabited struct{ *testkit.House }

func (h *inhabited) persona(t *testing.T, login string) *testkit.Person {
	t.Helper()
	var account auth.Account
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		account, err = auth.AccountByLogin(tx, login)
		return err
	}))
	return &testkit.Person{Name: account.Name, Account: account.ID, Actor: account.Actor()}
}

// visited is one page found, by whom.
type visited struct {
	who  *testkit.Person
	path string
}

// crawl follows the links of one person.
type crawl struct {
	t     *testing.T
	site  *testkit.Site
	who   *testkit.Person
	web   *http.Client
	seen  map[string]bool
	found map[string]visited
	kinds map[string]int
}

// perKind bounds how many pages of one kind are read for one person.
const perKind = 3

func (c *crawl) read(path, from string) {
	c.t.Helper()
	kind := kindOf(path)
	if c.web == nil {
		jar, _ := cookiejar.New(nil)
		// Names of this machine are known to browsers, not to every resolver.
		here := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(c.site.URL, "http://"))
		}}
		c.t.Cleanup(here.CloseIdleConnections)
		c.web, c.kinds = &http.Client{Jar: jar, Transport: here}, map[string]int{}
	}
	if c.seen[path] || c.kinds[kind] >= perKind {
		return
	}
	c.seen[path] = true
	c.kinds[kind]++
	french := c.get(path, from, "fr")
	if french == nil {
		return
	}
	if _, known := c.found[kind]; !known {
		c.found[kind] = visited{c.who, path}
		c.get(path, from, "en")
	}
	for _, link := range links(french) {
		c.read(link, path)
	}
}

// get reads one page in a language; nil when it is no page.
func (c *crawl) get(path, from, lang string) *html.Node {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.site.As(c.who, path), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "lang", Value: lang})
	answer, err := c.web.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		c.t.Errorf("%s, for %s: %d (the link stands on %s)", path, c.who.Name, answer.StatusCode, from)
		return nil
	}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		c.t.Fatal(err)
	}
	words := wordsOf(page)
	for _, word := range untranslated.FindAllString(words, -1) {
		if i18n.For(lang).Has(word) || i18n.For("fr").Has(word) || knownArea(word) {
			c.t.Errorf("%s, in %s: %q is not translated", path, lang, word)
		}
	}
	if strings.Contains(words, "%!") {
		c.t.Errorf("%s, in %s: a value is badly written", path, lang)
	}
	return page
}

var untranslated = regexp.MustCompile(`\b[a-z][a-z_]*(\.[a-z0-9_]+)+\b`)

// knownArea tells whether a word that looks like a key begins as keys do.
func knownArea(word string) bool {
	area, _, _ := strings.Cut(word, ".")
	return slices.Contains([]string{"request", "pro", "ask", "desk", "admin", "patient", "notify", "fault", "common", "directory", "territory", "supervise"}, area)
}

var identifier = regexp.MustCompile(`[0-9a-z]{32}`)

// kindOf is the address of a page without what names one thing.
func kindOf(path string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	return identifier.ReplaceAllString(u.Path, "{}")
}

// links are the addresses of this house in a page that are read by following a link.
func links(page *html.Node) (out []string) {
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "href" && strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") && !strings.HasPrefix(a.Val, "/dev/") {
				path, _, _ := strings.Cut(a.Val, "#")
				out = append(out, path)
			}
		}
	}
	return out
}

// wordsOf is what a person reads of a page.
func wordsOf(page *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
			return
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(page)
	return b.String()
}
