package web

import (
	"context"
	"net/http"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
)

// MaxBody is the size of the largest request body that a page reads, in bytes.
const MaxBody = 16 << 20

// contentPolicy lets pages load from here only: no inline style, no inline script, no frame.
const contentPolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Resume returns who holds the session token; used tells that a person did something, and not
// a page that renews itself. An Unauthenticated fault says that the session is over, or, with the
// code of codeLocked, that it waits for its owner; another error, that we cannot know.
type Resume func(ctx context.Context, token string, used bool) (actor.Actor, error)

// codeLocked is the code of a session that went unused for too long.
const codeLocked = "auth.locked"

// Door puts what every page needs around pages, in order: security headers, the body's
// limit, who is there, then the protection of forms against other sites.
func Door(clk clock.Clock, resume Resume, pages http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(Handle(func(http.ResponseWriter, *http.Request) error {
		return fault.Forbidden("web.cross_origin")
	}))
	inside := Limit(MaxBody, Sessions(clk, resume)(knownBringFiles(guard.Handler(pages))))
	return Headers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, AssetPrefix) {
			pages.ServeHTTP(w, r) // the same for everyone: nobody is looked up
			return
		}
		inside.ServeHTTP(w, r)
	}))
}

// Headers sets what browsers must respect on every answer. Pages are never stored.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if overTLS(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// Limit refuses to read more than n bytes of a body. A form that brings files has limits
// of its own (ParseForm), part by part.
func Limit(n int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !uploads(r) {
			r.Body = http.MaxBytesReader(w, r.Body, n)
		}
		next.ServeHTTP(w, r)
	})
}

// overTLS tells whether the reader's browser speaks https, directly or to a proxy. A
// reader who forges the header only changes the name of his own cookie.
func overTLS(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}
