package account

import (
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// startFactor answers GET /compte/facteur: who is in adds a factor.
func (p *Pages) startFactor(w http.ResponseWriter, r *http.Request) error {
	token, err := p.Auth.StartFactor(r.Context())
	if err != nil {
		return err
	}
	web.SetStep(w, r, token)
	return web.Redirect(w, r, with(factorPath, accountPath))
}

func (p *Pages) renderFactor(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	secret, err := p.Auth.ProposeTOTP(r.Context(), web.StepToken(r))
	if err != nil {
		return p.again(w, r, err, f.Value("suite"))
	}
	page := web.Page{Title: web.P(r.Context()).T("account.factor"), Lead: secret.Owner, Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, factorBody(f, secret))
}

// addTOTP answers POST /connexion/facteur.
func (p *Pages) addTOTP(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code, label := f.Required("code", longest), f.Text("label", 60)
	if f.Err() != nil {
		return p.renderFactor(w, r, http.StatusUnprocessableEntity, f)
	}
	added, err := p.Auth.ConfirmTOTP(r.Context(), web.StepToken(r), code, label, visitor(r))
	if fault.CodeOf(err) != stepOver && refused(f, err, "code") {
		return p.renderFactor(w, r, web.Status(err), f)
	}
	if err != nil {
		return p.again(w, r, err, f.Value("suite"))
	}
	return p.factorAdded(w, r, added, f.Value("suite"))
}

// proposePasskey answers POST /connexion/facteur/cle/defi, as JSON for passkey.js.
func (p *Pages) proposePasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Auth.ProposePasskey(r.Context(), web.StepToken(r))
	if err != nil {
		return err
	}
	return challenge(w, c)
}

// addPasskey answers POST /connexion/facteur/cle. A passkey bears the name its owner gave it, or
// that of its browser.
func (p *Pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	label := f.Text("label", 60)
	if label == "" {
		label = machine(web.P(r.Context()), r.UserAgent())
	}
	added, err := p.Auth.ConfirmPasskey(r.Context(), web.StepToken(r), []byte(f.Text("reponse", answerMax)), label, visitor(r))
	if fault.CodeOf(err) != stepOver && refused(f, err, "passkey") {
		return p.renderFactor(w, r, web.Status(err), f)
	}
	if err != nil {
		return p.again(w, r, err, f.Value("suite"))
	}
	return p.factorAdded(w, r, added, f.Value("suite"))
}

// factorAdded lets in who was at the door, and shows the recovery codes made with a first factor: once, here.
func (p *Pages) factorAdded(w http.ResponseWriter, r *http.Request, a auth.Added, to string) error {
	web.ClearStep(w, r)
	if a.Session != "" {
		web.SetSession(w, r, a.Session)
	}
	if len(a.Recovery) == 0 {
		return web.Redirect(w, r, to)
	}
	return p.renderCodes(w, r, a.Recovery, to)
}

func (p *Pages) renderCodes(w http.ResponseWriter, r *http.Request, codes []string, to string) error {
	page := web.Page{Title: web.P(r.Context()).T("account.codes"), Lead: web.P(r.Context()).T("account.codes.lead"), Narrow: true, Bare: true}
	return web.Render(w, r, http.StatusOK, page, codesBody(codes, web.LocalPath(to, "/")))
}

// removeFactor answers POST /compte/facteurs/{id}.
func (p *Pages) removeFactor(w http.ResponseWriter, r *http.Request) error {
	if err := p.Auth.RemoveFactor(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, r, accountPath)
}

// renewForm answers GET /compte/codes.
func (p *Pages) renewForm(w http.ResponseWriter, r *http.Request) error {
	page := web.Page{Title: web.P(r.Context()).T("account.codes"), Narrow: true, Back: accountPath, Section: "me"}
	return web.Render(w, r, http.StatusOK, page, renewBody())
}

// renewCodes answers POST /compte/codes.
func (p *Pages) renewCodes(w http.ResponseWriter, r *http.Request) error {
	codes, err := p.Auth.RenewRecovery(r.Context())
	if err != nil {
		return err
	}
	return p.renderCodes(w, r, codes, accountPath)
}
