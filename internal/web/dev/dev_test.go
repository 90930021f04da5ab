package dev_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
	"entractes/internal/security/auth"
	"entractes/internal/web/webtest"
)

// site is a small demonstration that answers on this machine.
type site struct {
	*httptest.Server
	t testing.TB
	*app.House
}

func open(t *testing.T, inDemo bool) site {
	t.Helper()
	end := time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)
	c := clock.NewManual(end.Add(-2 * 24 * time.Hour))
	h, err := app.Build(t.Context(), config.Config{
		Listen: "127.0.0.1:0", PublicURL: "http://localhost:8080", Database: filepath.Join(t.TempDir(), "demo.db"), MasterKey: filepath.Join(t.TempDir(), "demo.key"),
	}, app.Options{Clock: c, Log: slog.New(slog.DiscardHandler), Demo: inDemo, Channels: app.FakePhones(), Auth: auth.Options{HashMemoryKiB: 64}})
	if err != nil {
		t.Fatal(err)
	}
	size := demo.Size{Share: 0.15, Days: 2, PerDay: 10}
	if err := demo.Furnish(t.Context(), h.Demo(), 7, size); err != nil {
		t.Fatal(err)
	}
	if err := demo.Live(t.Context(), h.Demo(), c, end, demo.Past{Seed: 7, Size: size, Fixtures: true}); err != nil {
		t.Fatal(err)
	}
	stopping := make(chan struct{})
	s := site{Server: httptest.NewServer(h.Handler(stopping)), t: t, House: h}
	t.Cleanup(func() {
		close(stopping)
		s.Server.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// browser is somebody with his own cookies, who follows no link by himself.
func (s site) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: s.Client().Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s site) get(c *http.Client, path string) (int, string, http.Header) {
	s.t.Helper()
	r, err := c.Get(s.URL + path)
	return s.read(r, err)
}

func (s site) post(c *http.Client, path string, pairs ...string) (int, string, http.Header) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := c.PostForm(s.URL+path, form)
	return s.read(r, err)
}

func (s site) read(r *http.Response, err error) (int, string, http.Header) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close() //nolint:errcheck // read whole
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.StatusCode, string(body), r.Header
}

var playAction = regexp.MustCompile(`/demo/jouer/[0-9a-z]{32}`)

func TestAPartIsPlayedOnItsOwnHost(t *testing.T) {
	t.Parallel()
	s := open(t, true)
	c := s.browser()
	status, _, head := s.get(c, "/patients")
	if status != http.StatusSeeOther || head.Get("Location") != "/connexion?suite=%2Fpatients" {
		t.Fatalf("a stranger reads the patients: %d %s", status, head.Get("Location"))
	}
	if _, _, head = s.get(c, head.Get("Location")); head.Get("Location") != "/demo?suite=%2Fpatients" {
		t.Errorf("a stranger is sent to %s", head.Get("Location"))
	}
	status, body, head := s.get(c, "/demo?suite=%2Fpatients")
	if status != http.StatusOK || !strings.Contains(body, "Léonore Vasseur") || !strings.Contains(body, `value="/patients"`) {
		t.Fatalf("%d: no part to play", status)
	}
	if !strings.Contains(head.Get("Content-Security-Policy"), "form-action 'self' http://*.localhost:*") {
		t.Errorf("browsers will not let the parts go to their hosts: %s", head.Get("Content-Security-Policy"))
	}
	_, part, _ := strings.Cut(body, `id="part-leonore"`)
	leonore := playAction.FindString(part)
	status, _, head = s.post(c, leonore, "suite", "/patients")
	to, err := url.Parse(head.Get("Location"))
	if status != http.StatusSeeOther || err != nil || to.Hostname() != "leonore.localhost" || to.Port() == "" {
		t.Fatalf("%d %s", status, head.Get("Location"))
	}
	enter := "/demo/entrer?" + to.RawQuery
	status, _, head = s.get(c, enter)
	if status != http.StatusSeeOther || head.Get("Location") != "/patients" || head.Get("Set-Cookie") == "" {
		t.Errorf("%d %s", status, head.Get("Location"))
	}
	if status, _, _ = s.get(s.browser(), enter); status != http.StatusNotFound {
		t.Errorf("a ticket serves twice: %d", status)
	}
	if status, body, _ = s.get(c, "/patients"); status != http.StatusOK || !strings.Contains(body, "Léonore Vasseur") {
		t.Errorf("the part is not played: %d", status)
	}
	here := s.browser()
	if status, _, head = s.post(here, leonore, "ici", "1", "suite", "//elsewhere.example.org"); status != http.StatusSeeOther || head.Get("Location") != "/" {
		t.Errorf("%d %s", status, head.Get("Location"))
	}
	if status, _, _ = s.get(here, "/"); status != http.StatusOK {
		t.Errorf("the part is not played in this window: %d", status)
	}
	if status, _, head = s.post(here, "/deconnexion"); status != http.StatusSeeOther || head.Get("Location") != "/demo" {
		t.Errorf("signing out: %d %s", status, head.Get("Location"))
	}
	if status, _, _ = s.get(here, "/"); status != http.StatusSeeOther {
		t.Errorf("the session still holds: %d", status)
	}
}

func TestTelephonesOpenTheirRequestAsTheirOwner(t *testing.T) {
	t.Parallel()
	s := open(t, true)
	c := s.browser()
	status, body, _ := s.get(c, "/dev/telephones?roles")
	if status != http.StatusOK || !strings.Contains(body, "Maternité A") || !strings.Contains(body, `data-live="phones"`) {
		t.Fatalf("%d: no telephone", status)
	}
	form := body[strings.Index(body, "Ouvrir comme Maternité A")-900:]
	suite := regexp.MustCompile(`value="(/demandes/[^"]+)"`).FindStringSubmatch(form)
	if suite == nil {
		t.Fatal("the message opens no request")
	}
	if status, _, _ = s.post(c, playAction.FindString(form), "ici", "1", "suite", suite[1]); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	if status, _, _ = s.get(c, suite[1]); status != http.StatusOK {
		t.Errorf("the request does not open: %d", status)
	}
	if _, body, _ = s.get(c, "/dev/telephones?q=nobodyofthisname"); strings.Contains(body, `class="phone"`) {
		t.Error("the search keeps everybody")
	}
}

func TestAHouseThatServesPeopleHasNoPart(t *testing.T) {
	t.Parallel()
	s := open(t, false)
	c := s.browser()
	for _, path := range []string{"/demo", "/demo/entrer?billet=x", "/dev/telephones", "/dev/composants"} {
		if status, _, _ := s.get(c, path); status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, status)
		}
	}
	if status, _, _ := s.post(c, "/demo/jouer/00000000000000000000000000000000"); status != http.StatusNotFound {
		t.Errorf("somebody is played: %d", status)
	}
	if status, body, _ := s.get(c, "/connexion?suite=/patients"); status != http.StatusOK || strings.Contains(body, "/demo") {
		t.Errorf("the door: %d", status)
	}
	if status, _, _ := s.get(c, "/live?topics=phones"); status != http.StatusSeeOther {
		t.Errorf("a stranger listens: %d", status)
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	s := open(t, true)
	ctx := webtest.Browser(t)
	for name, path := range map[string]string{"demo": "/demo", "telephones": "/dev/telephones?roles", "connexion": "/connexion", "charte": "/charte"} {
		for width, theme := range webtest.Looks() {
			webtest.Visit(t, ctx, s.URL+path, width, theme)
			webtest.NoBarrier(t, ctx)
			webtest.Shot(t, ctx, name, width, theme)
		}
	}
}

func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
