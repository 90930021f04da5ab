package admin

import (
	"net/http"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	DB          *db.DB
	Territories *territory.Service
	Rota        *rota.Service
	Directory   *directory.Service
}

// Pages answers the addresses of the administration of a territory.
type Pages struct{ Deps }

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages { return &Pages{Deps: d} }

// The addresses of the administration.
const (
	settingsPath = "/administration/reglages"
	journalPath  = settingsPath + "/journal"
	rulesPath    = "/reglages"
)

type route struct {
	pattern string
	page    web.Handler
}

// table lists every address that administrators alone have; for others it does not exist.
// The use cases check it again, and that it is their territory.
func (p *Pages) table() []route {
	return []route{
		{"GET " + settingsPath, p.settings},
		{"GET " + journalPath, p.journal},
		{"GET " + settingsPath + "/{group}", p.settingsForm},
		{"POST " + settingsPath + "/{group}", p.settingsSave},
	}
}

// Routes mounts every page.
func (p *Pages) Routes(mux *http.ServeMux) {
	for _, r := range p.table() {
		mux.Handle(r.pattern, web.RequireRole(web.Handle(r.page), actor.RoleTerritoryAdmin, actor.RolePlatformAdmin))
	}
	mux.Handle("GET "+rulesPath, web.RequireActor(web.Handle(p.rules)))
}
