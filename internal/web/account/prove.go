package account

import (
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/web"
)

// unlockForm answers GET /connexion/verrou: a session went unused, its owner opens it again.
func (p *Pages) unlockForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if web.Actor(r.Context()).Account != "" {
		return web.Redirect(w, r, f.Value("suite"))
	}
	return p.renderProof(w, r, http.StatusOK, f, true)
}

// unlock answers POST /connexion/verrou.
func (p *Pages) unlock(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.proved(w, r, f, true, p.Auth.Unlock(r.Context(), web.SessionToken(r), proof(f), visitor(r)))
}

// renderFresh is the form of who is in, and wants what is sensitive.
func (p *Pages) renderFresh(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	return p.renderProof(w, r, status, f, false)
}

// prove answers POST /connexion/confirmer.
func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.proved(w, r, f, false, p.Auth.Prove(r.Context(), web.SessionToken(r), proof(f), visitor(r)))
}

// proved leads to the page wanted, or shows the form again.
func (p *Pages) proved(w http.ResponseWriter, r *http.Request, f *web.Form, locked bool, err error) error {
	if fault.CodeOf(err) == "auth.session_over" {
		web.ClearSession(w, r)
		return web.Redirect(w, r, with(web.SignInPath, f.Value("suite")))
	}
	field := "code"
	switch {
	case f.Has("reponse") && f.Value("reponse") != "":
		field = "passkey"
	case f.Value("password") != "":
		field = "password"
	}
	if refused(f, err, field) {
		return p.renderProof(w, r, web.Status(err), f, locked)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, f.Value("suite"))
}

func (p *Pages) renderProof(w http.ResponseWriter, r *http.Request, status int, f *web.Form, locked bool) error {
	name, err := p.Auth.LockedName(r.Context(), web.SessionToken(r))
	if fault.KindOf(err) == fault.KindUnauthenticated {
		web.ClearSession(w, r)
		return web.Redirect(w, r, with(web.SignInPath, f.Value("suite")))
	}
	if err != nil {
		return err
	}
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.prove"), Lead: name, Narrow: true, Bare: true}
	if locked {
		page.Title = t.T("account.locked")
	}
	return web.Render(w, r, status, page, proofBody(f, locked, ways{psc: p.PSC != nil, card: p.Card != ""}))
}
