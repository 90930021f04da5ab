package account

import (
	"net/http"

	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	Auth *auth.Service
	// Demo is the page where a demonstration lets people choose a part; empty elsewhere.
	Demo string
}

// Pages answers the addresses of the door.
type Pages struct{ Deps }

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages { return &Pages{d} }

// Routes mounts every page. They are for anybody.
func (p *Pages) Routes(mux *http.ServeMux) {
	for pattern, page := range map[string]web.Handler{
		"GET " + web.SignInPath:  p.door,
		"POST " + web.SignInPath: p.signIn,
		"POST /deconnexion":      p.signOut,
		"GET /tutoriel":          p.prose("account.tutorial"),
		"GET /charte":            p.prose("account.charter"),
		"GET /confidentialite":   p.prose("account.privacy"),
	} {
		mux.Handle(pattern, web.Handle(page))
	}
}
