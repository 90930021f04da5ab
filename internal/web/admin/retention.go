package admin

import (
	"net/http"
	"net/url"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/patient"
	"entractes/internal/care/retention"
	"entractes/internal/web"
)

const retentionPath = "/administration/conservation"

// answering are the roles that answer for the data of a territory.
var answering = []actor.Role{actor.RoleTerritoryAdmin, actor.RoleAuditor}

// retaining are the pages of what is kept and for how long.
func (p *Pages) retaining() []route {
	return []route{
		{"GET " + retentionPath, p.retention},
		{"GET " + retentionPath + "/journal", p.trail},
		{"POST " + retentionPath + "/suspendre", p.hold},
		{"POST " + retentionPath + "/{id}/reprendre", p.releaseHold},
		{"POST " + retentionPath + "/{id}/effacer", p.erase},
	}
}

// retentionView is what would be erased, what is held and what was erased. Nobody is named in it.
type retentionView struct {
	p    *i18n.Printer
	plan retention.Plan
	f    *web.Form
	done bool
}

// retention answers GET /administration/conservation: the dry run.
func (p *Pages) retention(w http.ResponseWriter, r *http.Request) error {
	return p.renderRetention(w, r, http.StatusOK, web.NewForm())
}

func (p *Pages) renderRetention(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	plan, err := p.Retention.Plan(r.Context(), web.Actor(r.Context()).Territory)
	if err != nil {
		return err
	}
	v := retentionView{web.P(r.Context()), plan, f, r.URL.Query().Has("fait")}
	page := web.Page{Title: v.p.T("retention.title"), Lead: plan.Territory.Name, Section: "data", Narrow: true}
	return web.Render(w, r, status, page, retentionBody(v))
}

// trail answers GET /administration/conservation/journal: it leads to the access log of a file.
func (p *Pages) trail(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/patients/"+url.PathEscape(f.Text("id", 64))+"/acces")
}

// hold answers POST /administration/conservation/suspendre.
func (p *Pages) hold(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id, reason := f.Required("id", 64), f.Required("reason", 200)
	if err = f.Err(); err == nil {
		err = p.Retention.Hold(r.Context(), patient.ID(id), reason)
	}
	if fault.KindOf(err) == fault.KindNotFound {
		f.Refuse(fault.Invalid("retention.file", "id"))
	}
	if f.Err() != nil || f.Take(err) {
		return p.renderRetention(w, r, http.StatusUnprocessableEntity, f)
	}
	return p.kept(w, r, err)
}

// releaseHold answers POST /administration/conservation/{id}/reprendre.
func (p *Pages) releaseHold(w http.ResponseWriter, r *http.Request) error {
	return p.kept(w, r, p.Retention.Release(r.Context(), patient.ID(r.PathValue("id"))))
}

// erase answers POST /administration/conservation/{id}/effacer.
func (p *Pages) erase(w http.ResponseWriter, r *http.Request) error {
	return p.kept(w, r, p.Retention.Erase(r.Context(), patient.ID(r.PathValue("id"))))
}

func (p *Pages) kept(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	return web.Redirect(w, r, retentionPath+"?fait=1")
}
