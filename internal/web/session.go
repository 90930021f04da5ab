package web

import (
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// Names of our cookies. The session's name carries the promise that only this host set it.
const (
	sessionCookie = "__Host-session"
	plainCookie   = "session" // the same without https, for a machine of one's own
	stepCookie    = "__Host-etape"
	plainStep     = "etape"

	applicationCookie = "__Host-inscription"
	plainApplication  = "inscription"

	langCookie  = "lang"
	themeCookie = "theme"
)

// yearOfCookie is how long preferences are kept. A session's end is decided by the server.
const yearOfCookie = 365 * 24 * time.Hour

// Sessions puts in the context who is signed in, the language, the theme and the
// instant of the request. A session that is over is forgotten and the page goes on
// without anybody: RequireActor decides whether it may.
func Sessions(clk clock.Clock, resume Resume) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token := SessionToken(r)
			v := visit{now: clk.Now(), theme: themeOf(r), path: r.URL.RequestURI(), posted: r.Method == http.MethodPost}
			v.printer = i18n.For(langOf(r, ""))
			ctx := withVisit(r.Context(), v)
			if token != "" {
				a, err := resume(ctx, token, !Refreshing(r) && r.URL.Path != LivePath)
				switch {
				case fault.CodeOf(err) == codeLocked:
					v.locked = true
					ctx = withVisit(ctx, v)
				case err == nil:
					v.printer = i18n.For(langOf(r, a.Lang))
					ctx = actor.With(withVisit(ctx, v), a)
				case fault.KindOf(err) == fault.KindUnauthenticated, fault.KindOf(err) == fault.KindNotFound:
					ClearSession(w, r)
				default:
					refuse(w, r.WithContext(ctx), err)
					return
				}
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// SessionToken returns the token that came with the request; "" when there is none.
func SessionToken(r *http.Request) string { return cookieOf(r, sessionCookie, plainCookie) }

// SetSession gives the browser the token of a session just opened. Always send a new
// page after it: the page being answered does not know the actor yet.
func SetSession(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, newSessionCookie(r, token, 0))
}

// KeepSession is SetSession for a phone that is its owner's: it survives the browser.
func KeepSession(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, newSessionCookie(r, token, int(yearOfCookie/time.Second)))
}

// ClearSession makes the browser forget its session; it does not end it on the server.
func ClearSession(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, newSessionCookie(r, "", -1))
}

// SetStep gives the browser the token of a proof under way. It is sent along when somebody comes
// back from another site, and forgotten with the browser.
func SetStep(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, newCookie(r, stepCookie, plainStep, token, 0))
}

// StepToken returns the token of the proof under way; "" when there is none.
func StepToken(r *http.Request) string { return cookieOf(r, stepCookie, plainStep) }

// ClearStep makes the browser forget the proof under way.
func ClearStep(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, newCookie(r, stepCookie, plainStep, "", -1))
}

// weeksOfApplication is how long a browser keeps its application; the server forgets it when its territory says.
const weeksOfApplication = 8 * 7 * 24 * time.Hour

// SetApplication gives the browser the token of an application to enrol, so that whoever began it may go on later.
func SetApplication(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, newCookie(r, applicationCookie, plainApplication, token, int(weeksOfApplication/time.Second)))
}

// ApplicationToken returns the token of the application of the browser; "" when there is none.
func ApplicationToken(r *http.Request) string {
	return cookieOf(r, applicationCookie, plainApplication)
}

func newSessionCookie(r *http.Request, token string, age int) *http.Cookie {
	return newCookie(r, sessionCookie, plainCookie, token, age)
}

func newCookie(r *http.Request, name, plain, value string, age int) *http.Cookie {
	c := &http.Cookie{Name: plain, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: age}
	if overTLS(r) {
		c.Name, c.Secure = name, true
	}
	return c
}

func cookieOf(r *http.Request, name, plain string) string {
	if !overTLS(r) {
		name = plain
	}
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > 512 {
		return ""
	}
	return c.Value
}

// RequireActor lets through people who are signed in, and sends the others to sign in.
func RequireActor(next http.Handler) http.Handler {
	return Handle(func(w http.ResponseWriter, r *http.Request) error {
		if _, ok := actor.From(r.Context()); !ok {
			return fault.Unauthenticated("unauthenticated")
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// RequireFresh lets through people who proved who they are lately, and asks the others to do
// so first: then they come back to the page. Put it around the page and around what its form does.
func RequireFresh(next http.Handler) http.Handler {
	return RequireActor(Handle(func(w http.ResponseWriter, r *http.Request) error {
		if Actor(r.Context()).Fresh(Now(r.Context())) {
			next.ServeHTTP(w, r)
			return nil
		}
		if r.Method != http.MethodGet {
			return fault.Forbidden("auth.prove")
		}
		return Redirect(w, r, ProvePath+"?suite="+url.QueryEscape(r.URL.RequestURI()))
	}))
}

// RequireRole lets through people who hold one of roles. For the others the address
// does not exist.
func RequireRole(next http.Handler, roles ...actor.Role) http.Handler {
	return RequireActor(Handle(func(w http.ResponseWriter, r *http.Request) error {
		if !Actor(r.Context()).Has(roles...) {
			return fault.NotFound("page")
		}
		next.ServeHTTP(w, r)
		return nil
	}))
}

// langOf prefers what was chosen in this browser, then the account's language, then the browser's.
func langOf(r *http.Request, account string) string {
	if c, err := r.Cookie(langCookie); err == nil && knownLang(c.Value) {
		return c.Value
	}
	if knownLang(account) {
		return account
	}
	return i18n.Match(r.Header.Get("Accept-Language"))
}

func knownLang(lang string) bool {
	for _, known := range i18n.Langs {
		if lang == known {
			return true
		}
	}
	return false
}

func themeOf(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// ChooseLang answers POST /langue: "lang" is the language wanted, "suite" the page to come back to.
func ChooseLang() http.Handler {
	return Handle(func(w http.ResponseWriter, r *http.Request) error {
		f, err := ParseForm(r)
		if err != nil {
			return err
		}
		lang := f.Text("lang", 8)
		if !knownLang(lang) {
			return fault.Invalid("form.unknown_choice", "lang")
		}
		setPreference(w, r, langCookie, lang)
		return Redirect(w, r, f.Text("suite", 2000))
	})
}

// ChooseTheme answers POST /theme: "theme" is light, dark, or empty to follow the machine.
func ChooseTheme() http.Handler {
	return Handle(func(w http.ResponseWriter, r *http.Request) error {
		f, err := ParseForm(r)
		if err != nil {
			return err
		}
		theme := f.Text("theme", 8)
		if theme != "" && theme != "light" && theme != "dark" {
			return fault.Invalid("form.unknown_choice", "theme")
		}
		setPreference(w, r, themeCookie, theme)
		return Redirect(w, r, f.Text("suite", 2000))
	})
}

func setPreference(w http.ResponseWriter, r *http.Request, name, value string) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: overTLS(r), SameSite: http.SameSiteLaxMode, MaxAge: int(yearOfCookie / time.Second)} //nolint:gosec // a preference; in clear only on one's own machine
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
