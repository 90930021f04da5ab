package account

import (
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/web"
)

// code answers POST /connexion/code.
func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code, to := f.Required("code", longest), f.Text("suite", 2000)
	if f.Err() != nil {
		return p.renderCode(w, r, http.StatusUnprocessableEntity, f)
	}
	session, err := p.Auth.SecondFactor(r.Context(), web.StepToken(r), code, visitor(r))
	if fault.CodeOf(err) != stepOver && refused(f, err, "code") {
		return p.renderCode(w, r, web.Status(err), f)
	}
	if err != nil {
		return p.again(w, r, err, to)
	}
	return in(w, r, session, to)
}

// stepOver is the code of a step that took too long or was taken already.
const stepOver = "auth.step_over"

// again sends who waited too long back to the first page, which says so; other errors stay errors.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, err error, to string) error {
	if fault.CodeOf(err) != stepOver {
		return err
	}
	f := web.NewForm("suite", web.LocalPath(to, "/"))
	_ = refused(f, err, "login") // always: it is the refusal of a step
	web.ClearStep(w, r)
	return p.renderSignIn(w, r, http.StatusUnauthorized, f)
}

func (p *Pages) renderCode(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	name, err := p.Auth.Owner(r.Context(), web.StepToken(r))
	if err != nil {
		return p.again(w, r, err, f.Value("suite"))
	}
	page := web.Page{Title: web.P(r.Context()).T("account.second"), Lead: name, Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, codeBody(f))
}
