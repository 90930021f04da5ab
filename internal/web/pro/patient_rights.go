package pro

import (
	"net/http"

	"entractes/internal/base/actor"
	"entractes/internal/base/i18n"
	"entractes/internal/care/paper"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// sensitive are the pages that want a fresh proof: a copy leaves the house, and an emergency opens what is closed.
func (p *Pages) sensitive() []route {
	return []route{
		{"GET /patients/{id}/copie", p.patientCopy},
		{"GET /patients/{id}/urgence", p.glassForm},
		{"POST /patients/{id}/urgence", p.breakGlass},
	}
}

// patientAccesses answers GET /patients/{id}/acces: who saw or changed what, to read.
func (p *Pages) patientAccesses(w http.ResponseWriter, r *http.Request) error {
	l, err := p.Requests.AccessLog(r.Context(), patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	sheet := paper.Accesses(web.P(r.Context()), l)
	page := web.Page{Title: sheet.Title, Lead: l.Name, Section: "patients", Back: patientAddress(l.Patient)}
	if web.Actor(r.Context()).Has(actor.RoleAuditor) {
		page.Section, page.Back = "data", "/administration/conservation"
	}
	return p.render(w, r, http.StatusOK, page, sheetBody(sheet, patientAddress(l.Patient)+"/acces.pdf"))
}

// patientAccessesFile answers GET /patients/{id}/acces.pdf: the same, to print and to give.
func (p *Pages) patientAccessesFile(w http.ResponseWriter, r *http.Request) error {
	l, err := p.Requests.AccessLog(r.Context(), patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	printer := web.P(r.Context())
	return servePaper(w, r, printer.T("paper.accesses.file"), paper.Accesses(printer, l).PDF(printer, l.Now))
}

// patientCopy answers GET /patients/{id}/copie: an archive with the file as pages and as data, and its documents.
func (p *Pages) patientCopy(w http.ResponseWriter, r *http.Request) error {
	ctx, printer := r.Context(), web.P(r.Context())
	c, err := p.Requests.Copy(ctx, patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	log, err := p.Requests.AccessLog(ctx, c.Patient.ID)
	if err != nil {
		return err
	}
	archive, err := paper.CopyArchive(printer, c, log, func(d request.Document) ([]byte, error) {
		_, data, err := p.Requests.OpenDocument(ctx, d.ID)
		return data, err
	})
	if err != nil {
		return err
	}
	web.ServeFile(w, r, web.File{Name: printer.T("paper.copy.file"), Type: "application/zip", Data: archive})
	return nil
}

// glassView is the form of an opening for an emergency.
type glassView struct {
	p  *i18n.Printer
	f  *web.Form
	id patient.ID
	to string
}

// glassForm answers GET /patients/{id}/urgence.
func (p *Pages) glassForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.renderGlass(w, r, http.StatusOK, f)
}

func (p *Pages) renderGlass(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	id := patient.ID(r.PathValue("id"))
	if _, err := p.Requests.PatientFile(r.Context(), id); err != nil {
		return err
	}
	v := glassView{web.P(r.Context()), f, id, web.LocalPath(f.Value("suite"), patientAddress(id))}
	page := web.Page{Title: v.p.T("glass.title"), Lead: v.p.T("glass.lead"), Section: "patients", Back: v.to, Narrow: true}
	return p.render(w, r, status, page, glassBody(v))
}

// breakGlass answers POST /patients/{id}/urgence.
func (p *Pages) breakGlass(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := patient.ID(r.PathValue("id"))
	err = p.Requests.BreakGlass(r.Context(), id, patient.Glass{Reason: f.Text("reason", codeMax), Note: f.Text("note", 500)})
	if f.Take(err) {
		return p.renderGlass(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, web.LocalPath(f.Value("suite"), patientAddress(id)))
}

func (v glassView) reasons() (out []web.Option) {
	for _, code := range patient.GlassReasons {
		out = append(out, web.Option{Value: code, Label: v.p.T("glass.reason." + code)})
	}
	return out
}

// mayBreak tells whether somebody may open a file for an emergency: who supervises or operates. The use case decides.
func mayBreak(a actor.Actor) bool { return a.Supervises() || a.Has(actor.RoleOperator) }
