package admin

import (
	"net/http"

	"entractes/internal/base/actor"
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
	v := rulesView{web.P(r.Context()), rules, at}
	page := web.Page{Title: v.p.T("admin.rules.title"), Lead: rules.Territory.Name, Section: "me"}
	if web.Actor(r.Context()).Has(actor.RoleTerritoryAdmin, actor.RolePlatformAdmin) {
		page.Section, page.Actions = "rules", rulesActions(v)
	}
	return web.Render(w, r, http.StatusOK, page, rulesBody(v))
}
