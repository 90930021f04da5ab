package admin

import (
	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/retention"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	Auth        *auth.Service
	DB          *db.DB
	Territories *territory.Service
	Rota        *rota.Service
	Directory   *directory.Service
	Notify      *notify.Service
	Retention   *retention.Service
	Trail       *audit.Audit
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
	publicPath   = "/regles"
	dutyPath     = "/administration/astreintes"
	accountsPath = "/administration/comptes"
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

		{"GET " + dutyPath, p.duty},
		{"GET " + dutyPath + "/personnes", p.choosePerson},
		{"GET " + dutyPath + "/nouvelle", p.lineNew},
		{"POST " + dutyPath + "/nouvelle", p.lineSave},
		{"GET " + dutyPath + "/{line}", p.week},
		{"POST " + dutyPath + "/{line}/reconduire", p.repeat},
		{"GET " + dutyPath + "/{line}/modifier", p.lineEdit},
		{"POST " + dutyPath + "/{line}/modifier", p.lineSave},
		{"GET " + dutyPath + "/{line}/plan", p.planForm},
		{"POST " + dutyPath + "/{line}/plan", p.planSave},
	}
}

// Routes mounts every page.
func (p *Pages) Routes(mux web.Mux) {
	for _, r := range p.table() {
		mux.Handle(r.pattern, web.RequireRole(web.Handle(r.page), actor.RoleTerritoryAdmin, actor.RolePlatformAdmin))
	}
	for pattern, page := range map[string]web.Handler{
		"GET " + accountsPath:                   p.accounts,
		"POST " + accountsPath + "/{id}/code":   p.readmit,
		"POST " + accountsPath + "/{id}/fermer": p.closeAccount,
	} {
		mux.Handle(pattern, web.RequireRole(web.RequireFresh(web.Handle(page)), actor.RoleTerritoryAdmin, actor.RolePlatformAdmin))
	}
	for _, r := range p.retaining() {
		mux.Handle(r.pattern, web.RequireRole(web.RequireFresh(web.Handle(r.page)), answering...))
	}
	mux.Handle("GET "+trailPath, web.RequireRole(web.Handle(p.traces), actor.RoleAuditor))
	mux.Handle("GET "+rulesPath, web.RequireActor(web.Handle(p.rules)))
	mux.Handle("GET "+publicPath, web.Handle(p.published))
}
