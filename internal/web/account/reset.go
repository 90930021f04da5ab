package account

import (
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/web"
)

func (p *Pages) renderForgot(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.forgot"), Lead: t.T("account.forgot.lead"), Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, forgotBody(f))
}

// forgot answers POST /connexion/oubli. The page that follows is the same whether the login exists or not.
func (p *Pages) forgot(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	login := f.Required("login", longest)
	if f.Err() != nil {
		return p.renderForgot(w, r, http.StatusUnprocessableEntity, f)
	}
	token, err := p.Auth.ForgotPassword(r.Context(), login, visitor(r))
	if refused(f, err, "login") {
		return p.renderForgot(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	web.SetStep(w, r, token)
	return web.Redirect(w, r, newPath)
}

func (p *Pages) renderReset(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.new_password"), Lead: t.T("account.reset.lead"), Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, resetBody(f))
}

// reset answers POST /connexion/nouveau.
func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code, password := f.Required("code", longest), f.Required("password", longest)
	same(f)
	if f.Err() != nil {
		return p.renderReset(w, r, http.StatusUnprocessableEntity, f)
	}
	entry, err := p.Auth.ResetPassword(r.Context(), web.StepToken(r), code, password, visitor(r))
	if fault.CodeOf(err) != stepOver && refused(f, err, "code") {
		return p.renderReset(w, r, web.Status(err), f)
	}
	if err != nil {
		return p.again(w, r, err, "/")
	}
	return follow(w, r, entry, "/")
}

// same refuses two passwords that differ: neither is shown while one types.
func same(f *web.Form) {
	if f.Text("password", longest) != f.Text("again", longest) {
		f.Refuse(fault.Invalid("auth.password_differs", "again"))
	}
}

func (p *Pages) renderFirst(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.first"), Lead: t.T("account.first.lead"), Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, firstBody(f))
}

// first answers POST /connexion/activation.
func (p *Pages) first(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	login, code, password := f.Required("login", longest), f.Required("code", longest), f.Required("password", longest)
	same(f)
	if f.Err() != nil {
		return p.renderFirst(w, r, http.StatusUnprocessableEntity, f)
	}
	entry, err := p.Auth.Enter(r.Context(), login, code, password, visitor(r))
	if refused(f, err, "code") {
		return p.renderFirst(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	return follow(w, r, entry, "/")
}

// passwordForm answers GET /compte/mot-de-passe.
func (p *Pages) passwordForm(w http.ResponseWriter, r *http.Request) error {
	return p.renderPassword(w, r, http.StatusOK, web.NewForm())
}

func (p *Pages) renderPassword(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	page := web.Page{Title: web.P(r.Context()).T("account.new_password"), Narrow: true, Back: accountPath, Section: "me"}
	return web.Render(w, r, status, page, passwordBody(f))
}

// password answers POST /compte/mot-de-passe.
func (p *Pages) password(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	password := f.Required("password", longest)
	same(f)
	if f.Err() != nil {
		return p.renderPassword(w, r, http.StatusUnprocessableEntity, f)
	}
	if err := p.Auth.ChangePassword(r.Context(), password); f.Take(err) {
		return p.renderPassword(w, r, web.Status(err), f)
	} else if err != nil {
		return err
	}
	return web.Redirect(w, r, accountPath+"?fait=1")
}
