package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/web"
)

func resume(_ context.Context, token string, _ bool) (actor.Actor, error) {
	switch token {
	case "camille":
		return actor.Actor{Account: "a1", Name: "Camille Roux", Lang: "en", Roles: []actor.Role{actor.RoleProfessional}}, nil
	case "later":
		return actor.Actor{}, fault.Unavailable("db.busy")
	}
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

// name answers the name of who is there and the language of the page.
func name(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte(web.Actor(r.Context()).Name + " " + web.P(r.Context()).Lang() + " " + web.Theme(r.Context()) + " " + web.Now(r.Context()).Format("15:04")))
}

func TestSessions(t *testing.T) {
	t.Parallel()
	h := web.Sessions(clock.NewManual(noon), resume)(http.HandlerFunc(name))
	for _, c := range []struct {
		cookie, accept, https, want string
		status                      int
		forgotten                   bool
	}{
		{"", "", "", " fr  10:20", 200, false},
		{"", "en-GB,en;q=0.9", "", " en  10:20", 200, false},
		{"session=camille", "fr", "", "Camille Roux en  10:20", 200, false},
		{"session=camille; lang=fr; theme=dark", "en", "", "Camille Roux fr dark 10:20", 200, false},
		{"session=over", "", "", " fr  10:20", 200, true},
		{"session=camille", "", "https", " fr  10:20", 200, false},
		{"__Host-session=camille", "", "https", "Camille Roux en  10:20", 200, false},
		{"session=later", "", "", "", 503, false},
		{"lang=xx; theme=<b>", "", "", " fr  10:20", 200, false},
	} {
		w := get(t, h, "/", "Cookie", c.cookie, "Accept-Language", c.accept, "X-Forwarded-Proto", c.https)
		if w.Code != c.status || c.status == 200 && w.Body.String() != c.want {
			t.Errorf("%+v: %d %q", c, w.Code, w.Body.String())
		}
		if forgotten := strings.Contains(w.Header().Get("Set-Cookie"), "Max-Age=0"); forgotten != c.forgotten {
			t.Errorf("%+v: Set-Cookie %q", c, w.Header().Get("Set-Cookie"))
		}
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	for https, want := range map[string]string{
		"":      "session=abc; Path=/; HttpOnly; SameSite=Lax",
		"https": "__Host-session=abc; Path=/; HttpOnly; Secure; SameSite=Lax",
	} {
		r := httptest.NewRequest(http.MethodPost, "/connexion", nil)
		r.Header.Set("X-Forwarded-Proto", https)
		w := httptest.NewRecorder()
		web.SetSession(w, r, "abc")
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRequireActorAndRole(t *testing.T) {
	t.Parallel()
	in := func(h http.Handler) http.Handler { return web.Sessions(clock.NewManual(noon), resume)(h) }
	if w := get(t, in(web.RequireActor(http.HandlerFunc(name))), "/moi"); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), web.SignInPath) {
		t.Errorf("nobody: %d", w.Code)
	}
	if w := get(t, in(web.RequireActor(http.HandlerFunc(name))), "/moi", "Cookie", "session=camille"); w.Code != 200 {
		t.Errorf("camille: %d", w.Code)
	}
	if w := get(t, in(web.RequireRole(http.HandlerFunc(name), actor.RoleOperator)), "/appel", "Cookie", "session=camille"); w.Code != 404 {
		t.Errorf("camille is no operator: %d", w.Code)
	}
	if w := get(t, in(web.RequireRole(http.HandlerFunc(name), actor.RoleProfessional)), "/", "Cookie", "session=camille"); w.Code != 200 {
		t.Errorf("camille is a professional: %d", w.Code)
	}
}

func TestPreferencesComeBackWhereTheyWereChosen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		h             http.Handler
		body, to, set string
		status        int
	}{
		{web.ChooseLang(), "lang=en&suite=/patients?q=a", "/patients?q=a", "lang=en", 303},
		{web.ChooseLang(), "lang=en&suite=https://elsewhere.example.org", "/", "lang=en", 303},
		{web.ChooseLang(), "lang=en&suite=//elsewhere.example.org", "/", "lang=en", 303},
		{web.ChooseLang(), "lang=en&suite=/%5Celsewhere.example.org", "/", "lang=en", 303},
		{web.ChooseLang(), "lang=xx&suite=/", "", "", 422},
		{web.ChooseTheme(), "theme=dark&suite=/", "/", "theme=dark", 303},
		{web.ChooseTheme(), "theme=&suite=/", "/", "theme=; Path=/; Max-Age=0", 303},
		{web.ChooseTheme(), "theme=pink&suite=/", "", "", 422},
	} {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		c.h.ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Location") != c.to || !strings.HasPrefix(w.Header().Get("Set-Cookie"), c.set) {
			t.Errorf("%s: %d to %q, sets %q", c.body, w.Code, w.Header().Get("Location"), w.Header().Get("Set-Cookie"))
		}
	}
}
