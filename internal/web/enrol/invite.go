package enrol

import (
	"net/http"
	"strings"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// listView is the page of invitations: a list, what would become of it or what became of it, and who cannot be reached.
type listView struct {
	p           *i18n.Printer
	f           *web.Form
	of          string
	territories []territory.Territory // to choose from, for who administers several
	report      *enrolment.Report
	dry         bool
	silent      []enrolment.Silent
	now         time.Time
	zone        *time.Location
}

// list answers GET /administration/invitations.
func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.renderList(w, r, http.StatusOK, listView{f: f})
}

func (p *Pages) renderList(w http.ResponseWriter, r *http.Request, status int, v listView) (err error) {
	ctx := r.Context()
	v.p, v.now = web.P(ctx), web.Now(ctx)
	if v.of, v.territories, err = p.placeOf(r, v.f); err != nil {
		return err
	}
	if v.zone, err = p.zone(ctx, v.of); err != nil {
		return err
	}
	if v.silent, err = p.Enrolment.Unreachable(ctx, v.of); err != nil {
		return err
	}
	page := web.Page{Title: v.p.T("enrol.list"), Lead: v.p.T("enrol.list.lead"), Section: "invite"}
	return web.Render(w, r, status, page, listBody(v))
}

// placeOf is the territory of the page: that of the actor or, for who administers several, the one asked for.
func (p *Pages) placeOf(r *http.Request, f *web.Form) (of string, all []territory.Territory, err error) {
	if of = web.Actor(r.Context()).Territory; of != "" {
		return of, nil, nil
	}
	err = p.DB.View(r.Context(), func(tx *db.Tx) error {
		all, err = territory.All(tx)
		return err
	})
	of = f.Text("territoire", 64)
	if of == "" && len(all) > 0 {
		of = all[0].ID
	}
	return of, all, err
}

// invite answers POST /administration/invitations: the list is tried first, then sent.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	text := f.Text("list", 1<<20)
	if file, ok := f.File("file"); ok {
		text = string(file.Data)
		f.Set("list", text)
	}
	dry := !f.Has("envoyer")
	v := listView{f: f, dry: dry}
	of, _, err := p.placeOf(r, f)
	if err != nil {
		return err
	}
	if f.Err() != nil {
		return p.renderList(w, r, http.StatusUnprocessableEntity, v)
	}
	report, err := p.Enrolment.Invite(r.Context(), of, strings.NewReader(text), dry)
	if f.Take(err) {
		return p.renderList(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	v.report = &report
	return p.renderList(w, r, http.StatusOK, v)
}

// listExample shows what a list is: its columns, and one line.
const listExample = "profession;nom;prenom;rpps;courriel;telephone;commune;reseau\n" +
	"Infirmier;Exemple;Claire;10000000018;claire@example.org;06 39 98 00 00;Corbeil-Essonnes;CPTS Exemple"

// said is what became of one line.
func (v listView) said(l enrolment.Line) string {
	switch {
	case l.Fault != nil:
		return v.p.Fault(l.Fault)
	case v.dry:
		return v.p.T("enrol.list.would")
	}
	return v.p.T("enrol.list.sent")
}

// reachable answers GET /joignable: whoever reads it was reached.
func (p *Pages) reachable(w http.ResponseWriter, r *http.Request) error {
	t := web.P(r.Context())
	return web.Render(w, r, http.StatusOK, web.Page{Title: t.T("enrol.reachable"), Narrow: true, Section: "me", Back: "/"}, reachableBody())
}
