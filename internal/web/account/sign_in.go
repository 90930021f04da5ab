package account

import (
	"errors"
	"net/http"
	"net/url"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// door answers GET /connexion. « suite » is the page wanted, kept until one is in. In a
// demonstration who comes from a page is sent to choose a part instead.
func (p *Pages) door(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if p.Demo != "" && f.Has("suite") {
		return web.Redirect(w, r, p.Demo+"?"+url.Values{"suite": {web.LocalPath(f.Value("suite"), "/")}}.Encode())
	}
	if web.Actor(r.Context()).Account != "" {
		return web.Redirect(w, r, f.Value("suite"))
	}
	return p.render(w, r, http.StatusOK, f)
}

// Longest texts of the form, in characters.
const longest = 400

// signIn answers POST /connexion.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	login, password, to := f.Required("login", longest), f.Required("password", longest), f.Text("suite", 2000)
	if f.Err() != nil {
		return p.render(w, r, http.StatusUnprocessableEntity, f)
	}
	token, err := p.Auth.SignIn(r.Context(), login, password, auth.Visitor{Agent: r.UserAgent(), Address: web.ClientAddress(r)})
	switch fault.KindOf(err) {
	case fault.KindUnauthenticated, fault.KindTooMany:
		return p.refused(w, r, f, err)
	default:
	}
	if err != nil {
		return err
	}
	web.SetSession(w, r, token)
	return web.Redirect(w, r, to)
}

// refused shows the form again; what was wrong is never said.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, f *web.Form, err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	f.Refuse(refusal.At("password"))
	return p.render(w, r, web.Status(err), f)
}

func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	page := web.Page{Title: web.P(r.Context()).T("account.sign_in"), Quiet: true, Bare: true}
	return web.Render(w, r, status, page, signInBody(f, p.Demo))
}

// signOut answers POST /deconnexion.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if token := web.SessionToken(r); token != "" {
		if err := p.Auth.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	web.ClearSession(w, r)
	if p.Demo != "" {
		return web.Redirect(w, r, p.Demo)
	}
	return web.Redirect(w, r, web.SignInPath+"?fin=1")
}
