package app

import (
	"net/http"
	"net/http/pprof"

	"entractes/internal/base/actor"
	"entractes/internal/web"
)

// debugPages are the profiles of the program, for administrators of the platform alone; for
// anybody else they do not exist. The command line, which may hold an address with its
// password, is not mounted.
func debugPages(mux web.Mux) {
	for path, page := range map[string]http.HandlerFunc{
		"/debug/pprof/": pprof.Index, "/debug/pprof/profile": pprof.Profile, "/debug/pprof/trace": pprof.Trace, "/debug/pprof/symbol": pprof.Symbol,
	} {
		mux.Handle("GET "+path, web.RequireRole(page, actor.RolePlatformAdmin))
	}
}
