package admin

import (
	"net/http"

	"entractes/internal/base/actor"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// rules answers GET /reglages: the rules of the territory and what has changed in them,
// for whoever works by them. It names functions, never people.
func (p *Pages) rules(w http.ResponseWriter, r *http.Request) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	rules, err := p.Territories.Rules(r.Context(), at.id)
	if err != nil {
		return err
	}
	for i := range rules.History {
		rules.History[i].Name = "" // the same page for everybody
	}
	v := rulesView{p: web.P(r.Context()), rules: rules, at: at}
	page := web.Page{Title: v.p.T("admin.rules.title"), Lead: rules.Territory.Name, Section: "me"}
	if web.Actor(r.Context()).Has(actor.RoleTerritoryAdmin, actor.RolePlatformAdmin) {
		page.Section, page.Actions = "rules", rulesActions(v)
	}
	return web.Render(w, r, http.StatusOK, page, rulesBody(v))
}

// published answers GET /regles: the rules of a territory and what has changed in them, for
// anybody. Where there are several territories the address says which.
func (p *Pages) published(w http.ResponseWriter, r *http.Request) error {
	at := place{id: r.URL.Query().Get(placeParam), chosen: true}
	err := p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		at.all, err = territory.All(tx)
		return err
	})
	if err != nil {
		return err
	}
	if at.id == "" && len(at.all) > 0 {
		at.id = at.all[0].ID
	}
	rules, err := p.Territories.Published(r.Context(), at.id)
	if err != nil {
		return err
	}
	v := rulesView{p: web.P(r.Context()), rules: rules, at: at, public: true}
	return web.Render(w, r, http.StatusOK, web.Page{Title: v.p.T("admin.rules.title"), Lead: rules.Territory.Name, Back: web.SignInPath, Bare: true}, rulesBody(v))
}

// path is where the page is read.
func (v rulesView) path() string {
	if v.public {
		return publicPath
	}
	return rulesPath
}

// publicAddress is where anybody reads the same rules.
func (v rulesView) publicAddress() string { return place{id: v.at.id, chosen: true}.href(publicPath) }
