package desk

import (
	"context"

	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	Console  *supervise.Service
	Requests *request.Service
	// Waiting counts the applications to enrol that the actor judges; nil where nobody enrols.
	Waiting func(ctx context.Context) (int, error)
	// Phones is the address of the phones of the demonstration; empty where there is none.
	Phones string
}

// Pages answers the addresses of the desk.
type Pages struct{ Deps }

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages { return &Pages{Deps: d} }

// The addresses of the desk.
const (
	consolePath = "/supervision"
	usersPath   = consolePath + "/utilisateurs"
	helpPath    = consolePath + "/aide"
	actsPath    = consolePath + "/demandes/"
	reliefPath  = consolePath + "/releve"
	viewsPath   = consolePath + "/vues"
)

type route struct {
	pattern string
	page    web.Handler
}

// table lists every address. All of them want somebody signed in; what he may see or do
// is decided by the use cases.
func (p *Pages) table() []route {
	return []route{
		{"GET " + consolePath, p.console},
		{"GET " + usersPath, p.users},
		{"GET " + helpPath, p.help},

		{"POST " + actsPath + "{id}/relancer", p.retry},
		{"POST " + actsPath + "{id}/elargir", p.widen},
		{"POST " + actsPath + "{id}/annuler", p.cancel},
		{"POST " + actsPath + "{id}/desister", p.release},
		{"POST " + actsPath + "{id}/attendre", p.waitlist},
		{"POST " + actsPath + "{id}/erreur", p.markError},

		{"POST " + actsPath + "{id}/prendre", p.take},
		{"POST " + actsPath + "{id}/laisser", p.leave},
		{"POST " + actsPath + "{id}/confier", p.give},
		{"POST " + actsPath + "{id}/note", p.note},

		{"GET " + reliefPath, p.relief},
		{"POST " + reliefPath, p.reliefNote},
		{"POST " + reliefPath + "/{note}/vu", p.sawNote},

		{"POST " + viewsPath, p.keepView},
		{"POST " + viewsPath + "/{view}/premiere", p.firstOfViews},
		{"POST " + viewsPath + "/{view}/supprimer", p.dropView},
	}
}

// Routes mounts every page.
func (p *Pages) Routes(mux web.Mux) {
	for _, r := range p.table() {
		mux.Handle(r.pattern, web.RequireActor(web.Handle(r.page)))
	}
}
