package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"

	"entractes/internal/base/fault"
)

// SignInPath is where a person who is not signed in is sent, with the address wanted in "suite".
const SignInPath = "/connexion"

// Where somebody who is in proves himself again: his session locked, or what he wants is sensitive.
const (
	UnlockPath = "/connexion/verrou"
	ProvePath  = "/connexion/confirmer"
)

// Mux is where pages are mounted: http.ServeMux, or one that knows what was mounted.
type Mux interface {
	Handle(pattern string, h http.Handler)
}

// Handler answers a request or returns why it cannot. It must return the error before
// anything was written: Render does so.
type Handler func(w http.ResponseWriter, r *http.Request) error

// statuses says which status each kind of fault becomes.
var statuses = map[fault.Kind]int{
	fault.KindInternal:        http.StatusInternalServerError,
	fault.KindInvalid:         http.StatusUnprocessableEntity,
	fault.KindUnauthenticated: http.StatusUnauthorized,
	fault.KindForbidden:       http.StatusForbidden,
	fault.KindNotFound:        http.StatusNotFound,
	fault.KindConflict:        http.StatusConflict,
	fault.KindTooMany:         http.StatusTooManyRequests,
	fault.KindUnavailable:     http.StatusServiceUnavailable,
}

// Status returns the HTTP status of err; 200 for nil.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return statuses[fault.KindOf(err)]
}

// Handle is the one place where an error of a page becomes an answer. A panic of h is
// an internal error like another; http.ErrAbortHandler goes through.
func Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := call(h, w, r); err != nil {
			refuse(w, r, err)
		}
	})
}

func call(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(w, r)
}

// refuse writes err as a page. Only a reference leaves the house for an internal one.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	kind := fault.KindOf(err)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		kind, err = fault.KindInvalid, fault.Invalid("form.too_large", "", "mb", tooLarge.Limit>>20)
	}
	status := statuses[kind]
	switch kind {
	case fault.KindUnauthenticated:
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			to := SignInPath
			if visitOf(r.Context()).locked {
				to = UnlockPath
			}
			http.Redirect(w, r, to+"?suite="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		if visitOf(r.Context()).locked {
			err = fault.Unauthenticated(codeLocked)
		}
	case fault.KindTooMany, fault.KindUnavailable:
		if w.Header().Get("Retry-After") == "" {
			w.Header().Set("Retry-After", "60")
		}
	default:
	}
	reference := ""
	if kind == fault.KindInternal || kind == fault.KindUnavailable {
		reference = rand.Text()[:10]
		// The pattern and not the path: a path may hold what identifies a person.
		slog.ErrorContext(r.Context(), "page failed", "reference", reference, "method", r.Method, "pattern", r.Pattern, "err", err)
	}
	page := errorPage{Status: status, Kind: kind, Faults: faultsFor(err, kind), Reference: reference, Posted: r.Method == http.MethodPost}
	title := P(r.Context()).T("web.error.title." + kind.String())
	if err := Render(w, r, status, Page{Title: title, Narrow: true}, page); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

// faultsFor lists what may be shown of err: nothing of an internal one.
func faultsFor(err error, kind fault.Kind) []*fault.Error {
	faults := fault.Fields(err)
	if kind == fault.KindInternal || len(faults) == 0 {
		return []*fault.Error{{Kind: kind, Code: kind.String()}}
	}
	return faults
}

// NotFound answers addresses that lead nowhere; mount it on "/".
func NotFound() http.Handler {
	return Handle(func(http.ResponseWriter, *http.Request) error { return fault.NotFound("page") })
}
