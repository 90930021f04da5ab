package account

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/security/auth"
	"entractes/internal/security/psc"
	"entractes/internal/web"
)

// Deps are what the pages stand on.
type Deps struct {
	Auth *auth.Service
	// Demo is the page where a demonstration lets people choose a part; empty elsewhere.
	Demo string
	// PSC is nil in a house that Pro Santé Connect does not know.
	PSC *psc.Provider
	// Card is the address that reads professional cards; empty in a house that reads none.
	Card string
	// Site is the address people use, without a final slash: what a phone is sent to.
	Site string
	// Zone is where somebody lives, to tell him hours.
	Zone func(ctx context.Context, a actor.Actor) *time.Location
}

// Pages answers the addresses of the door, and of what proves each one who he is.
type Pages struct{ Deps }

// New returns the pages; mount them with Routes.
func New(d Deps) *Pages { return &Pages{d} }

// Addresses of the pages.
const (
	codePath      = "/connexion/code"
	factorPath    = "/connexion/facteur"
	passkeyPath   = "/connexion/cle" //nolint:gosec // an address
	challengePath = passkeyPath + "/defi"
	forgotPath    = "/connexion/oubli"
	newPath       = "/connexion/nouveau"
	firstPath     = "/connexion/activation"
	lostPath      = "/connexion/perdu"
	pscPath       = "/connexion/psc"
	cardPath      = "/connexion/carte"
	accountPath   = "/compte"
	passwordPath  = "/compte/mot-de-passe" //nolint:gosec // an address
	phonePath     = "/compte/telephone"
	pairPath      = "/appairer"
)

// Routes mounts every page.
func (p *Pages) Routes(mux web.Mux) {
	for pattern, page := range p.door() {
		mux.Handle(pattern, web.Handle(page))
	}
	for pattern, page := range p.own() {
		mux.Handle(pattern, web.RequireActor(web.Handle(page)))
	}
	for pattern, page := range p.sensitive() {
		mux.Handle(pattern, web.RequireFresh(web.Handle(page)))
	}
}

// door are the pages for anybody: who comes there is not in yet.
func (p *Pages) door() map[string]web.Handler {
	return map[string]web.Handler{
		"GET " + web.SignInPath:            p.signInForm,
		"POST " + web.SignInPath:           p.signIn,
		"POST /deconnexion":                p.signOut,
		"GET " + codePath:                  opened(p.renderCode),
		"POST " + codePath:                 p.code,
		"GET " + factorPath:                opened(p.renderFactor),
		"POST " + factorPath:               p.addTOTP,
		"POST " + factorPath + "/cle":      p.addPasskey,
		"POST " + factorPath + "/cle/defi": p.proposePasskey,
		"POST " + passkeyPath:              p.signInByPasskey,
		"POST " + challengePath:            p.challengePasskey,
		"GET " + web.UnlockPath:            p.unlockForm,
		"POST " + web.UnlockPath:           p.unlock,
		"GET " + forgotPath:                opened(p.renderForgot),
		"POST " + forgotPath:               p.forgot,
		"GET " + newPath:                   opened(p.renderReset),
		"POST " + newPath:                  p.reset,
		"GET " + firstPath:                 opened(p.renderFirst),
		"POST " + firstPath:                p.first,
		"GET " + lostPath:                  p.prose("account.lost"),
		"GET " + pscPath:                   p.leaveForPSC,
		"GET " + pscPath + "/retour":       p.returnFromPSC,
		"POST " + pscPath + "/situation":   p.chooseSituation,
		"GET " + cardPath:                  p.leaveForCard,
		"GET " + cardPath + "/retour":      p.returnFromCard,
		"GET " + pairPath:                  p.pairForm,
		"POST " + pairPath:                 p.pair,
		"GET " + pairPath + "/attente":     p.pairWait,
		"GET /tutoriel":                    p.prose("account.tutorial"),
		"GET /questions":                   p.prose("account.faq"),
		"GET /charte":                      p.prose("account.charter"),
		"GET /confidentialite":             p.prose("account.privacy"),
	}
}

// own are the pages of who is in, about himself.
func (p *Pages) own() map[string]web.Handler {
	return map[string]web.Handler{
		"GET " + web.ProvePath:                    opened(p.renderFresh),
		"POST " + web.ProvePath:                   p.prove,
		"GET " + accountPath:                      p.account,
		"POST " + accountPath + "/appareils":      p.endOthers,
		"POST " + accountPath + "/appareils/{id}": p.endDevice,
	}
}

// sensitive are those that want a fresh proof.
func (p *Pages) sensitive() map[string]web.Handler {
	return map[string]web.Handler{
		"GET " + accountPath + "/facteur":        p.startFactor,
		"POST " + accountPath + "/facteurs/{id}": p.removeFactor,
		"GET " + accountPath + "/codes":          p.renewForm,
		"POST " + accountPath + "/codes":         p.renewCodes,
		"GET " + passwordPath:                    p.passwordForm,
		"POST " + passwordPath:                   p.password,
		"GET " + phonePath:                       p.phone,
		"POST " + phonePath:                      p.offerPhone,
		"POST " + phonePath + "/reponse":         p.answerPhone,
	}
}

// opened answers the address of a form with what its address holds, and no fault yet.
func opened(render func(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := web.ParseForm(r)
		if err != nil {
			return err
		}
		return render(w, r, http.StatusOK, f)
	}
}

// with is an address that keeps the page wanted.
func with(path, to string) string {
	return path + "?" + url.Values{"suite": {web.LocalPath(to, "/")}}.Encode()
}

func visitor(r *http.Request) auth.Visitor {
	return auth.Visitor{Agent: r.UserAgent(), Address: web.ClientAddress(r)}
}

// in gives the browser the session that was opened and sends it to the page wanted.
func in(w http.ResponseWriter, r *http.Request, session, to string) error {
	web.ClearStep(w, r)
	web.SetSession(w, r, session)
	return web.Redirect(w, r, to)
}
