package account

import (
	"errors"
	"net/http"
	"net/url"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// signInForm answers GET /connexion. « suite » is the page wanted, kept until one is in. In a
// demonstration who comes from a page is sent to choose a part instead.
func (p *Pages) signInForm(w http.ResponseWriter, r *http.Request) error {
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
	return p.renderSignIn(w, r, http.StatusOK, f)
}

// Longest texts of the forms, in characters.
const longest = 400

// signIn answers POST /connexion: a password that is right leads to the second factor.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	login, password, to := f.Required("login", longest), f.Required("password", longest), f.Text("suite", 2000)
	if f.Err() != nil {
		return p.renderSignIn(w, r, http.StatusUnprocessableEntity, f)
	}
	entry, err := p.Auth.SignIn(r.Context(), login, password, visitor(r))
	if refused(f, err, "password") {
		return p.renderSignIn(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	return follow(w, r, entry, to)
}

// follow leads to what a proof still waits for.
func follow(w http.ResponseWriter, r *http.Request, e auth.Entry, to string) error {
	if e.Session != "" {
		return in(w, r, e.Session, to)
	}
	web.SetStep(w, r, e.Step)
	if e.Next == auth.NextFactor {
		return web.Redirect(w, r, with(factorPath, to))
	}
	return web.Redirect(w, r, with(codePath, to))
}

// refused keeps in f, at a field when the fault names none, what the door refuses: then the form comes back.
func refused(f *web.Form, err error, field string) bool {
	if f.Take(err) {
		return true
	}
	switch fault.KindOf(err) {
	case fault.KindUnauthenticated, fault.KindTooMany:
	default:
		return false
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return false
	}
	if e.Field == "" {
		e = e.At(field)
	}
	f.Refuse(e)
	return true
}

func (p *Pages) renderSignIn(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	page := web.Page{Title: web.P(r.Context()).T("account.sign_in"), Quiet: true, Bare: true}
	return web.Render(w, r, status, page, signInBody(f, ways{demo: p.Demo, psc: p.PSC != nil, card: p.Card != ""}))
}

// ways are the other means of signing in that a house offers.
type ways struct {
	demo string
	psc  bool
	card bool
}

// signOut answers POST /deconnexion.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	hint := ""
	if token := web.SessionToken(r); token != "" {
		var err error
		if hint, err = p.Auth.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	web.ClearSession(w, r)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // what a shared machine may still hold
	if p.Demo != "" {
		return web.Redirect(w, r, p.Demo)
	}
	over := web.SignInPath + "?fin=1"
	if hint == "" || p.PSC == nil {
		return web.Redirect(w, r, over)
	}
	to, err := p.PSC.End(r.Context(), hint, p.Site+over)
	if err != nil || to == "" { // ours is over, whatever becomes of theirs
		return web.Redirect(w, r, over)
	}
	// No form may lead to another site (form-action): its owner presses a link.
	t := web.P(r.Context())
	return web.Render(w, r, http.StatusOK, web.Page{Title: t.T("account.signed_out"), Narrow: true, Bare: true, Back: web.SignInPath}, endBody(to))
}
