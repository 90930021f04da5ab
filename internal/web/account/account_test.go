package account_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/security/crypt/crypttest"
	"entractes/internal/web"
	"entractes/internal/web/account"
)

const secret = "girafe tambour lavande"

// door serves the pages with one account, « helene ».
func door(t *testing.T, d *db.DB, c *clock.Manual) http.Handler {
	t.Helper()
	v := crypttest.Vault(t)
	s, err := auth.New(d, v, audit.New(d), auth.Options{HashMemoryKiB: 64, Idle: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Add(actor.With(context.Background(), actor.System("test")), auth.NewAccount{Login: "helene", Name: "Hélène", Roles: []actor.Role{actor.RoleOperator}}, secret)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	account.New(account.Deps{Auth: s, Site: "http://localhost"}).Routes(mux)
	mux.Handle("GET /patients", web.RequireActor(web.Handle(func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte("patients"))
		return err
	})))
	return web.Door(c, s.Resume, mux)
}

// browser keeps the cookies of one person.
type browser struct {
	h       http.Handler
	cookies map[string]string
}

func newBrowser(h http.Handler) *browser { return &browser{h, map[string]string{}} }

func (b *browser) do(method, path string, pairs ...string) *httptest.ResponseRecorder {
	var words []string
	for name, value := range b.cookies {
		words = append(words, name+"="+value)
	}
	w := send(b.h, method, path, strings.Join(words, "; "), pairs...)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

// enter signs in with a password and adds a code application, which it returns.
func (b *browser) enter(t *testing.T, c *clock.Manual) (secretOfApp string) {
	t.Helper()
	w := b.do(http.MethodPost, "/connexion", "login", " HELENE ", "password", secret, "suite", "/patients")
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != "/connexion/facteur?suite=%2Fpatients" {
		t.Fatalf("%d %s", w.Code, to)
	}
	body := b.do(http.MethodGet, "/connexion/facteur?suite=/patients").Body.String()
	found := regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`).FindStringSubmatch(body)
	if found == nil || !strings.Contains(body, `<svg class="qr"`) {
		t.Fatalf("no secret to copy: %s", body)
	}
	secretOfApp = strings.ReplaceAll(found[1], " ", "")
	w = b.do(http.MethodPost, "/connexion/facteur", "code", "000000", "suite", "/patients")
	if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `id="f-code-fault"`) || !strings.Contains(w.Body.String(), found[1]) {
		t.Errorf("a wrong code: %d", w.Code)
	}
	w = b.do(http.MethodPost, "/connexion/facteur", "code", codeOf(t, secretOfApp, c), "suite", "/patients")
	if codes := regexp.MustCompile(`<code>[A-Z2-7]{4}(-[A-Z2-7]{4}){3}</code>`).FindAllString(w.Body.String(), -1); w.Code != http.StatusOK || len(codes) != 10 || !strings.Contains(w.Body.String(), `href="/patients"`) {
		t.Fatalf("%d: %d recovery codes", w.Code, len(codes))
	}
	return secretOfApp
}

func codeOf(t *testing.T, secret string, c *clock.Manual) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, c.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
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
		b := newBrowser(h)
		app := b.enter(t, c)
		if w := b.do(http.MethodGet, "/patients"); w.Code != http.StatusOK {
			t.Fatalf("not in: %d", w.Code)
		}
		if w := b.do(http.MethodGet, "/connexion?suite=//elsewhere.example.org"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
			t.Errorf("who is in is sent to %s", w.Header().Get("Location"))
		}
		if w := b.do(http.MethodPost, "/deconnexion"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/connexion?fin=1" {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		if w := b.do(http.MethodGet, "/connexion?fin=1"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Vous êtes déconnecté.") {
			t.Errorf("the session still holds: %d", w.Code)
		}
		c.Advance(time.Minute)
		w := b.do(http.MethodPost, "/connexion", "login", "helene", "password", secret, "suite", "/patients")
		if to := w.Header().Get("Location"); to != "/connexion/code?suite=%2Fpatients" || len(b.cookies) != 1 {
			t.Fatalf("%s %v", to, b.cookies)
		}
		if w = b.do(http.MethodGet, "/patients"); w.Code != http.StatusSeeOther {
			t.Fatalf("a password alone lets in: %d", w.Code)
		}
		if w = b.do(http.MethodGet, "/connexion/code?suite=/patients"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Hélène") {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/code", "code", "000000", "suite", "/patients"); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `id="f-code-fault"`) {
			t.Errorf("a wrong code: %d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/code", "code", codeOf(t, app, c), "suite", "/patients"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/patients" {
			t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
		}
		if w = b.do(http.MethodPost, "/connexion/code", "code", codeOf(t, app, c)); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "Recommencez") {
			t.Errorf("a step that is over: %d", w.Code)
		}
	})
}

func TestALockAndAFreshProof(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := newBrowser(door(t, d, c))
		app := b.enter(t, c)
		c.Advance(time.Hour)
		w := b.do(http.MethodGet, "/patients?q=1")
		if to := w.Header().Get("Location"); to != "/connexion/verrou?suite=%2Fpatients%3Fq%3D1" || b.cookies["session"] == "" {
			t.Fatalf("a locked session is sent to %s", to)
		}
		if w = b.do(http.MethodPost, "/patients"); w.Code != http.StatusMethodNotAllowed && w.Code != http.StatusUnauthorized {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodGet, "/connexion/verrou?suite=/patients"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Hélène") {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/verrou", "password", "wrong", "suite", "/patients"); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `id="f-password-fault"`) {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/verrou", "password", secret, "suite", "/patients"); w.Header().Get("Location") != "/patients" {
			t.Fatalf("%d", w.Code)
		}
		// What is sensitive asks for more than the password, then comes back.
		w = b.do(http.MethodGet, "/compte/mot-de-passe")
		if to := w.Header().Get("Location"); to != "/connexion/confirmer?suite=%2Fcompte%2Fmot-de-passe" {
			t.Fatalf("%s", to)
		}
		if w = b.do(http.MethodPost, "/compte/mot-de-passe", "password", "phare castor velours", "again", "phare castor velours"); w.Code != http.StatusForbidden {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/confirmer", "password", secret, "suite", "/compte/mot-de-passe"); w.Code != http.StatusUnauthorized {
			t.Errorf("a password is proof enough: %d", w.Code)
		}
		if w = b.do(http.MethodPost, "/connexion/confirmer", "code", codeOf(t, app, c), "suite", "/compte/mot-de-passe"); w.Header().Get("Location") != "/compte/mot-de-passe" {
			t.Fatalf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/compte/mot-de-passe", "password", "phare castor velours", "again", "phare castor satin"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `id="f-again-fault"`) {
			t.Errorf("%d", w.Code)
		}
		if w = b.do(http.MethodPost, "/compte/mot-de-passe", "password", "phare castor velours", "again", "phare castor velours"); w.Header().Get("Location") != "/compte?fait=1" {
			t.Fatalf("%d %s", w.Code, w.Body.String())
		}
		if w = b.do(http.MethodGet, "/compte"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Application de codes") || !strings.Contains(w.Body.String(), "10 codes restants") {
			t.Errorf("%d", w.Code)
		}
		last := regexp.MustCompile(`/compte/facteurs/[0-9a-z]+`).FindString(w.Body.String())
		if w = b.do(http.MethodPost, last); w.Code != http.StatusConflict {
			t.Errorf("the last proof goes: %d", w.Code)
		}
		if w = b.do(http.MethodPost, "/compte/codes"); w.Code != http.StatusOK {
			t.Errorf("%d", w.Code)
		}
	})
}

// A phone is paired by two browsers that see the same number.
func TestPairing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := door(t, d, c)
		desk, phone := newBrowser(h), newBrowser(h)
		desk.enter(t, c)
		if w := desk.do(http.MethodPost, "/compte/telephone"); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code)
		}
		w := desk.do(http.MethodGet, "/compte/telephone")
		found := regexp.MustCompile(`<code class="secret">([-A-Z2-7 ]+)</code>`).FindStringSubmatch(w.Body.String())
		if found == nil || w.Header().Get("Refresh") == "" || !strings.Contains(w.Body.String(), "http://localhost/appairer") {
			t.Fatalf("%d %s", w.Code, w.Body.String())
		}
		if w = phone.do(http.MethodPost, "/appairer", "code", "nothing"); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `id="f-code-fault"`) {
			t.Errorf("%d", w.Code)
		}
		if w = phone.do(http.MethodPost, "/appairer", "code", found[1]); w.Header().Get("Location") != "/appairer/attente" {
			t.Fatalf("%d %s", w.Code, w.Body.String())
		}
		number := regexp.MustCompile(`<p class="number">(\d{4})</p>`)
		onPhone, onDesk := number.FindStringSubmatch(phone.do(http.MethodGet, "/appairer/attente").Body.String()), number.FindStringSubmatch(desk.do(http.MethodGet, "/compte/telephone").Body.String())
		if onPhone == nil || onDesk == nil || onPhone[1] != onDesk[1] {
			t.Fatalf("%v %v", onPhone, onDesk)
		}
		if w = desk.do(http.MethodPost, "/compte/telephone/reponse", "numero", onDesk[1], "oui", "1"); w.Header().Get("Location") != "/compte?fait=1" {
			t.Fatalf("%d", w.Code)
		}
		if w = phone.do(http.MethodGet, "/appairer/attente"); w.Header().Get("Location") != "/" {
			t.Fatalf("%d", w.Code)
		}
		if w = phone.do(http.MethodGet, "/patients"); w.Code != http.StatusOK {
			t.Errorf("the phone is not in: %d", w.Code)
		}
		if w = desk.do(http.MethodPost, "/compte/appareils"); w.Header().Get("Location") != "/compte?fait=1" {
			t.Errorf("%d", w.Code)
		}
		if w = phone.do(http.MethodGet, "/patients"); w.Code != http.StatusSeeOther {
			t.Errorf("the phone is still in: %d", w.Code)
		}
		if w = phone.do(http.MethodPost, "/appairer", "code", found[1]); w.Code != http.StatusUnauthorized {
			t.Errorf("a code serves twice: %d", w.Code)
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
		for path, words := range map[string]string{"/tutoriel": "Répondre", "/charte": "Parole tenue", "/confidentialite": "Avant l’acceptation", "/connexion/perdu": "Il ne vous reste rien"} {
			if w := send(h, http.MethodGet, path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), words) {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
	})
}
