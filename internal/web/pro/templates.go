package pro

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// templatesPath is the page of the templates of one's structure.
const templatesPath = "/modeles"

// templatesLink leads from the form to the needs asked often.
func templatesLink(ctx context.Context) web.Button {
	return web.Button{Label: web.P(ctx).T("template.title"), Icon: "bookmark", Small: true, Href: templatesPath}
}

// templates answers GET /modeles: the needs asked often, to use, rename or remove.
func (p *Pages) templates(w http.ResponseWriter, r *http.Request) error {
	return p.showTemplates(w, r, http.StatusOK, web.NewForm(), "")
}

func (p *Pages) showTemplates(w http.ResponseWriter, r *http.Request, status int, f *web.Form, refused request.TemplateID) error {
	all, err := p.Requests.Templates(r.Context())
	if err != nil {
		return err
	}
	v := templatesView{p: web.P(r.Context()), all: all, form: f, refused: refused}
	return p.render(w, r, status, web.Page{Title: v.p.T("template.title"), Lead: v.p.T("template.lead"), Section: "ask", Back: "/", Narrow: true}, templatesBody(v))
}

// templatesView is the list of templates; form is that of the one whose new name was refused.
type templatesView struct {
	p       *i18n.Printer
	all     []request.Template
	form    *web.Form
	refused request.TemplateID
}

// of returns the form of a template.
func (v templatesView) of(t request.Template) *web.Form {
	if v.refused == t.ID {
		return v.form
	}
	return web.NewForm()
}

func (v templatesView) name(t request.Template) string {
	if v.refused == t.ID {
		return v.form.Value("name")
	}
	return t.Name
}

// what says the need of a template: the profession, then what is asked.
func (v templatesView) what(t request.Template) string { return needWords(v.p, t.Need, t.Words) }

func needWords(p *i18n.Printer, n request.TemplateNeed, words string) string {
	r := request.Request{Profession: n.Profession, Acts: n.Acts, Mode: n.Mode, Care: n.Care}
	return joinedBy(" · ", n.Profession.Label(p.Lang()), acts(p, r), r.Rhythm(p), n.Urgency.Label(p.Lang()), words)
}

// use is where a template fills the form of a new request.
func use(t request.Template) string { return askPath + "?modele=" + url.QueryEscape(string(t.ID)) }

// templateRename answers POST /modeles/{id}/nom.
func (p *Pages) templateRename(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := request.TemplateID(r.PathValue("id"))
	name := f.Text("name", nameMax)
	if err = f.Err(); err == nil {
		if err = p.Requests.RenameTemplate(r.Context(), id, name); err == nil {
			return web.Redirect(w, r, templatesPath)
		}
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.showTemplates(w, r, web.Status(err), f, id)
}

// templateDelete answers POST /modeles/{id}/supprimer.
func (p *Pages) templateDelete(w http.ResponseWriter, r *http.Request) error {
	if err := p.Requests.DeleteTemplate(r.Context(), request.TemplateID(r.PathValue("id"))); err != nil {
		return err
	}
	return web.Redirect(w, r, templatesPath)
}

// templateNew answers GET /demandes/{id}/modele: the need of a request, to be named.
func (p *Pages) templateNew(w http.ResponseWriter, r *http.Request) error {
	return p.showTemplateNew(w, r, http.StatusOK, web.NewForm())
}

// templateSave answers POST /demandes/{id}/modele.
func (p *Pages) templateSave(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	name, words := f.Text("name", nameMax), f.Text("words", noteMax)
	if err = f.Err(); err == nil {
		if _, err = p.Requests.SaveTemplate(request.Once(r.Context(), submission(r, f)), here(r), name, words); err == nil {
			return web.Redirect(w, r, templatesPath)
		}
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.showTemplateNew(w, r, web.Status(err), f)
}

func (p *Pages) showTemplateNew(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	sh, err := p.Requests.Show(r.Context(), here(r))
	if err != nil {
		return err
	}
	if !sh.Relation.Requester {
		return fault.NotFound("request.not_found")
	}
	v := templateNewView{p: web.P(r.Context()), Request: sh.Request, form: f}
	return p.render(w, r, status, web.Page{Title: v.p.T("template.new"), Section: "ask", Back: address(sh.ID), Narrow: true}, templateNewBody(v))
}

// templateNewView is the need of a request about to become a template.
type templateNewView struct {
	request.Request
	p    *i18n.Printer
	form *web.Form
}

func (v templateNewView) what() string {
	return needWords(v.p, request.TemplateNeed{Profession: v.Profession, Acts: v.Acts, Mode: v.Mode, Urgency: v.Urgency, Care: v.Care}, "")
}

// writeTemplate fills the form of a new request with what a template proposes.
func writeTemplate(f *web.Form, a request.Ask) {
	r := request.Request{Profession: a.Profession, Acts: a.Acts, Mode: a.Mode, Urgency: a.Urgency, Care: a.Care, RespondWithin: a.RespondWithin}
	need{f: f}.write(r, &a.Details, 0, time.UTC) // it has no date, so that no zone matters
	writePrescription(f, r)
}
