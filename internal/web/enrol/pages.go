package enrol

import (
	"net/http"

	"entractes/internal/base/actor"
	"entractes/internal/care/enrolment"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	DB        *db.DB
	Enrolment *enrolment.Service
	Auth      *auth.Service
}

// Pages answers the addresses of enrolment.
type Pages struct{ Deps }

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages { return &Pages{d} }

// The addresses of the pages.
const (
	startPath  = "/inscription"
	housePath  = startPath + "/etablissement"
	goOnPath   = startPath + "/suite"
	cardPath   = web.CardPath
	mailPath   = startPath + "/courriel/"
	invitePath = startPath + "/invitation/"
	judgePath  = "/inscriptions"
	usersPath  = "/etablissement"
	listPath   = "/administration/invitations"
	reachPath  = "/joignable"

	secretaryPath = "/secretariat"
	actPath       = "/agir"
)

// longest bounds what is typed in one field.
const longest = 200

// judges are the roles that judge some application; which, the use cases decide.
var judges = []actor.Role{actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife, actor.RoleTerritoryAdmin, actor.RolePlatformAdmin}

// Routes mounts every page.
func (p *Pages) Routes(mux web.Mux) {
	for pattern, page := range map[string]web.Handler{
		"GET " + startPath:                p.person,
		"POST " + startPath:               p.savePerson,
		"GET " + housePath:                p.house,
		"POST " + housePath:               p.saveHouse,
		"GET " + startPath + "/communes":  p.communes,
		"GET " + goOnPath:                 p.goOn,
		"POST " + goOnPath + "/telephone": p.provePhone,
		"POST " + goOnPath + "/renvoyer":  p.resend,
		"POST " + goOnPath + "/pratique":  p.setPractice,
		"POST " + goOnPath + "/envoyer":   p.submit,
		"POST " + cardPath:                p.addCard,
		"GET " + mailPath + "{link}":      p.mailForm,
		"POST " + mailPath + "{link}":     p.proveMail,
		"GET " + invitePath + "{link}":    p.invited,
	} {
		mux.Handle(pattern, web.Handle(page))
	}
	for pattern, page := range map[string]web.Handler{
		"GET " + judgePath:                 p.waiting,
		"GET " + judgePath + "/{id}/carte": p.card,
	} {
		mux.Handle(pattern, web.RequireRole(web.Handle(page), judges...))
	}
	for pattern, page := range map[string]web.Handler{
		"GET " + judgePath + "/{id}":          p.show,
		"POST " + judgePath + "/{id}/valider": p.admit,
		"POST " + judgePath + "/{id}/refuser": p.refuse,
	} {
		mux.Handle(pattern, web.RequireRole(web.RequireFresh(web.Handle(page)), judges...))
	}
	for pattern, page := range map[string]web.Handler{
		"GET " + secretaryPath:                p.secretaries,
		"POST " + secretaryPath:               p.addSecretary,
		"POST " + secretaryPath + "/{id}/fin": p.endSecretary,
	} {
		mux.Handle(pattern, web.RequireFresh(web.Handle(page)))
	}
	mux.Handle("GET "+actPath, web.RequireActor(web.Handle(p.actsFor)))
	mux.Handle("POST "+actPath, web.RequireActor(web.Handle(p.actFor)))
	mux.Handle("GET "+reachPath, web.RequireActor(web.Handle(p.reachable)))
	for pattern, page := range map[string]web.Handler{
		"GET " + usersPath:                                p.users,
		"POST " + usersPath + "/services":                 p.addWard,
		"POST " + usersPath + "/utilisateurs":             p.addUser,
		"POST " + usersPath + "/utilisateurs/{id}/fermer": p.closeUser,
	} {
		mux.Handle(pattern, web.RequireRole(web.RequireFresh(web.Handle(page)), actor.RoleStructureManager))
	}
	for pattern, page := range map[string]web.Handler{"GET " + listPath: p.list, "POST " + listPath: p.invite} {
		mux.Handle(pattern, web.RequireRole(web.RequireFresh(web.Handle(page)), actor.RoleTerritoryAdmin, actor.RolePlatformAdmin))
	}
}

// communes answers GET /inscription/communes?q=: the communes that a name or a postal code may mean.
func (p *Pages) communes(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return web.Communes(w, r, q, noPlace)
}
