package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/i18n"
)

// visit is what every page may know about the request it answers.
type visit struct {
	printer *i18n.Printer
	now     time.Time
	theme   string // "light", "dark" or "" to follow the machine
	path    string // address asked, to come back to it
	posted  bool   // the page answers a form
	locked  bool   // the session went unused for too long
}

type visitKey struct{}

func withVisit(ctx context.Context, v visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitOf(ctx context.Context) visit {
	v, ok := ctx.Value(visitKey{}).(visit)
	if !ok {
		v.printer, v.path = i18n.For(""), "/"
	}
	return v
}

// P returns the printer of the language the page is read in; French by default.
func P(ctx context.Context) *i18n.Printer { return visitOf(ctx).printer }

// Now returns the instant the request arrived at, the same for the whole page. It is
// the zero time outside of Sessions.
func Now(ctx context.Context) time.Time { return visitOf(ctx).now }

// Theme returns "light", "dark", or "" when the page follows the machine.
func Theme(ctx context.Context) string { return visitOf(ctx).theme }

// Here returns the path and query of the page asked.
func Here(ctx context.Context) string { return visitOf(ctx).path }

// Actor returns who is signed in; the zero Actor when nobody is.
func Actor(ctx context.Context) actor.Actor {
	a, _ := actor.From(ctx)
	return a
}

// With returns ctx as a page read in lang at now would have it: for messages made
// outside of a request, and for tests.
func With(ctx context.Context, lang string, now time.Time) context.Context {
	v := visitOf(ctx)
	v.printer, v.now = i18n.For(lang), now
	return withVisit(ctx, v)
}

// LocalPath returns to when it is an address of this product, otherwise fallback, so
// that no link made by a stranger sends a person elsewhere after signing in.
func LocalPath(to, fallback string) string {
	if len(to) > 2000 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t\r\n") {
		return fallback
	}
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return fallback
	}
	return to
}

// Redirect sends the reader to an address of this product, as a new page. A path that
// is not local becomes "/".
func Redirect(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, LocalPath(to, "/"), http.StatusSeeOther) //nolint:gosec // LocalPath lets no other host through
	return nil
}

// Refreshing tells that a live page reads itself again, without its reader asking: it is
// not one more consultation.
func Refreshing(r *http.Request) bool { return r.Header.Get("X-Live") != "" }
