package enrol

import (
	"net/http"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// secretaryView is who acts for a professional.
type secretaryView struct {
	p    *i18n.Printer
	list []auth.Delegate
	f    *web.Form
	now  time.Time
	zone *time.Location
}

// secretaries answers GET /secretariat.
func (p *Pages) secretaries(w http.ResponseWriter, r *http.Request) error {
	return p.renderSecretaries(w, r, http.StatusOK, web.NewForm())
}

func (p *Pages) renderSecretaries(w http.ResponseWriter, r *http.Request, status int, f *web.Form) (err error) {
	ctx := r.Context()
	v := secretaryView{p: web.P(ctx), f: f, now: web.Now(ctx)}
	if v.list, err = p.Enrolment.Secretaries(ctx); err != nil {
		return err
	}
	if v.zone, err = p.zone(ctx, web.Actor(ctx).Territory); err != nil {
		return err
	}
	page := web.Page{Title: v.p.T("secretary.title"), Lead: v.p.T("secretary.detail"), Section: "me", Back: "/moi", Narrow: true}
	return web.Render(w, r, status, page, secretaryBody(v))
}

// addSecretary answers POST /secretariat.
func (p *Pages) addSecretary(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	who := enrolment.Referent{Name: f.Required("name", longest), Phone: directory.Phone(f.Required("phone", longest)), Email: f.Required("email", longest)}
	if err = f.Err(); err == nil {
		err = p.Enrolment.AddSecretary(r.Context(), who)
	}
	if f.Err() != nil || f.Take(err) {
		return p.renderSecretaries(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, secretaryPath)
}

// endSecretary answers POST /secretariat/{id}/fin.
func (p *Pages) endSecretary(w http.ResponseWriter, r *http.Request) error {
	if err := p.Enrolment.EndSecretary(r.Context(), auth.AccountID(r.PathValue("id"))); err != nil {
		return err
	}
	return web.Redirect(w, r, secretaryPath)
}

// actsFor answers GET /agir: for whom one acts.
func (p *Pages) actsFor(w http.ResponseWriter, r *http.Request) error {
	list, err := p.Enrolment.ActedFor(r.Context())
	if err != nil {
		return err
	}
	t := web.P(r.Context())
	return web.Render(w, r, http.StatusOK, web.Page{Title: t.T("acts.title"), Section: "me", Back: "/", Narrow: true}, actsBody(list, web.Actor(r.Context()).Person))
}

// actFor answers POST /agir.
func (p *Pages) actFor(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if err := p.Auth.ActAs(r.Context(), f.Text("person", 64)); err != nil {
		return err
	}
	return web.Redirect(w, r, "/")
}
