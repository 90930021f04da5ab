package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/web"
	"entractes/internal/web/account"
)

const secret = "girafe tambour lavande"

// door serves the pages with one account, « helene ».
func door(t *testing.T, d *db.DB, c *clock.Manual) http.Handler {
	t.Helper()
	s := auth.New(d, audit.New(d), auth.Options{HashMemoryKiB: 64})
	_, err := s.Add(actor.With(context.Background(), actor.System("test")), auth.NewAccount{Login: "helene", Name: "Hélène", Roles: []actor.Role{actor.RoleOperator}}, secret)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	account.New(account.Deps{Auth: s}).Routes(mux)
	return web.Door(c, s.Resume, mux)
}

func send(h http.Handler, method, path, cookie string, pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", "fr")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := door(t, d, c)
		if w := send(h, http.MethodGet, "/connexion?suite=/patients", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `name="suite" value="/patients"`) {
			t.Fatalf("the page wanted is not kept: %d", w.Code)
		}
		w := send(h, http.MethodPost, "/connexion", "", "login", " HELENE ", "password", secret, "suite", "/patients")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/patients" {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
		}
		cookie, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), ";")
		if w = send(h, http.MethodGet, "/connexion?suite=//elsewhere.example.org", cookie); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
			t.Errorf("who is in is sent to %s", w.Header().Get("Location"))
		}
		if w = send(h, http.MethodPost, "/deconnexion", cookie); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/connexion?fin=1" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		if w = send(h, http.MethodGet, "/connexion?fin=1", cookie); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Vous êtes déconnecté.") {
			t.Errorf("the session still holds: %d", w.Code)
		}
	})
}

func TestARefusalIsAtItsField(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := door(t, d, c)
		w := send(h, http.MethodPost, "/connexion", "", "suite", "/patients")
		if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="f-login-fault"`) || !strings.Contains(body, `id="f-password-fault"`) {
			t.Errorf("%d", w.Code)
		}
		for range 5 {
			w = send(h, http.MethodPost, "/connexion", "", "login", "helene", "password", "wrong", "suite", "/patients")
		}
		body := w.Body.String()
		if w.Code != http.StatusUnauthorized || !strings.Contains(body, `id="f-password-fault"`) || !strings.Contains(body, `value="helene"`) || !strings.Contains(body, `value="/patients"`) || strings.Contains(body, "wrong") {
			t.Errorf("%d %s", w.Code, body)
		}
		if w = send(h, http.MethodPost, "/connexion", "", "login", "helene", "password", secret); w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), `id="f-password-fault"`) {
			t.Errorf("the sixth try: %d", w.Code)
		}
	})
}

func TestTextsAreForAnybody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := door(t, d, c)
		for path, words := range map[string]string{"/tutoriel": "Répondre", "/charte": "Parole tenue", "/confidentialite": "Avant l’acceptation"} {
			if w := send(h, http.MethodGet, path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), words) {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
	})
}
