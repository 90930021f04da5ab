package web_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/web"
)

func failing(err error) http.Handler {
	return web.Handle(func(http.ResponseWriter, *http.Request) error { return err })
}

func get(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestHandleTurnsFaultsIntoPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
		words  string
	}{
		{fault.Invalid("form.required", "name"), 422, "À renseigner."},
		{fault.List{fault.Invalid("form.required", "a"), fault.Invalid("form.bad_number", "b")}, 422, "Écrivez un nombre."},
		{fault.Forbidden("forbidden"), 403, "Accès refusé"},
		{fault.NotFound("page"), 404, "Page introuvable"},
		{fault.Conflict("conflict"), 409, "plus rapide"},
		{fault.TooMany("too_many"), 429, "Trop de demandes"},
		{fault.Unavailable("unavailable"), 503, "Référence"},
		{errors.New("the password is hunter2"), 500, "Référence"},
		{fault.Internal(errors.New("the password is hunter2")), 500, "Référence"},
	} {
		w := get(t, failing(c.err), "/x")
		if w.Code != c.status {
			t.Errorf("%v: status %d, want %d", c.err, w.Code, c.status)
		}
		body := w.Body.String()
		if !strings.Contains(body, c.words) || strings.Contains(body, "hunter2") {
			t.Errorf("%v: the page says %q", c.err, body)
		}
		if got := web.Status(c.err); got != c.status {
			t.Errorf("Status(%v) = %d", c.err, got)
		}
	}
}

func TestHandleSendsToSignIn(t *testing.T) {
	t.Parallel()
	h := failing(fault.Unauthenticated("unauthenticated"))
	w := get(t, h, "/patients?q=a%20b")
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != "/connexion?suite=%2Fpatients%3Fq%3Da%2520b" {
		t.Errorf("%d to %q", w.Code, got)
	}
	r := httptest.NewRequest(http.MethodPost, "/demandes", nil)
	post := httptest.NewRecorder()
	h.ServeHTTP(post, r)
	if post.Code != http.StatusUnauthorized || !strings.Contains(post.Body.String(), "Rien n’a été enregistré") {
		t.Errorf("a post answers %d", post.Code)
	}
}

func TestHandleKeepsThePanicInTheLogWithItsReference(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	w := get(t, web.Handle(func(http.ResponseWriter, *http.Request) error { panic("lost") }), "/x")
	_, reference, _ := strings.Cut(w.Body.String(), "assistance\u202f: ")
	reference, _, _ = strings.Cut(reference, "<")
	if w.Code != 500 || reference == "" || !strings.Contains(log.String(), "reference="+reference) || !strings.Contains(log.String(), "lost") {
		t.Errorf("status %d, reference %q, log %s", w.Code, reference, log.String())
	}
	if strings.Contains(w.Body.String(), "lost") {
		t.Error("the page shows the cause")
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	s := house(t)
	for _, path := range []string{"/dev/composants", "/nowhere", web.Asset("app.css")} {
		answer, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if got := answer.Header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if csp := answer.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, csp)
		}
		kept := strings.Contains(answer.Header.Get("Cache-Control"), "immutable")
		if kept != strings.HasPrefix(path, web.AssetPrefix) {
			t.Errorf("%s: Cache-Control is %q", path, answer.Header.Get("Cache-Control"))
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := house(t)
	for site, want := range map[string]int{"cross-site": 403, "same-origin": 200} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/langue", strings.NewReader("lang=en&suite=/dev/composants"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", site)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d", site, answer.StatusCode)
		}
	}
}

func TestBodiesAreLimited(t *testing.T) {
	t.Parallel()
	h := web.Door(clock.NewManual(noon), nobody, web.Handle(func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/x", io.LimitReader(zeros{}, web.MaxBody+1)))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "16\u00a0Mo") {
		t.Errorf("%d: %s", w.Code, w.Body.String())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
