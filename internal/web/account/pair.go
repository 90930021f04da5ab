package account

import (
	"net/http"
	"strconv"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// lookAgain is how often, in seconds, the two screens of a pairing look for the word of the other.
const lookAgain = 3

// phone answers GET /compte/telephone: the desk's side of a pairing.
func (p *Pages) phone(w http.ResponseWriter, r *http.Request) error {
	pairing, err := p.Auth.Pairing(r.Context())
	if err != nil {
		return err
	}
	if pairing.State == auth.PairShown || pairing.State == auth.PairAgreed {
		w.Header().Set("Refresh", strconv.Itoa(lookAgain))
	}
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.phone"), Lead: t.T("account.phone.lead"), Narrow: true, Back: accountPath, Section: "me"}
	return web.Render(w, r, http.StatusOK, page, phoneBody(pairing, p.Site+pairPath))
}

// offerPhone answers POST /compte/telephone.
func (p *Pages) offerPhone(w http.ResponseWriter, r *http.Request) error {
	if err := p.Auth.OfferPairing(r.Context()); err != nil {
		return err
	}
	return web.Redirect(w, r, phonePath)
}

// answerPhone answers POST /compte/telephone/reponse.
func (p *Pages) answerPhone(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	yes := f.OneOf("oui", "1", "0") == "1"
	if err := f.Err(); err != nil {
		return err
	}
	if err := p.Auth.AnswerPairing(r.Context(), f.Text("numero", 8), yes); err != nil {
		return err
	}
	if yes {
		return web.Redirect(w, r, accountPath+"?fait=1")
	}
	return web.Redirect(w, r, phonePath)
}

// pairForm answers GET /appairer, on the phone.
func (p *Pages) pairForm(w http.ResponseWriter, r *http.Request) error {
	return p.renderPair(w, r, http.StatusOK, web.NewForm())
}

func (p *Pages) renderPair(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.pair"), Lead: t.T("account.pair.lead"), Narrow: true, Bare: true}
	return web.Render(w, r, status, page, pairBody(f))
}

// pair answers POST /appairer: the phone read the code.
func (p *Pages) pair(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code := f.Required("code", longest)
	if f.Err() != nil {
		return p.renderPair(w, r, http.StatusUnprocessableEntity, f)
	}
	token, _, err := p.Auth.ReadPairing(r.Context(), code, visitor(r))
	if refused(f, err, "code") {
		return p.renderPair(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	web.SetStep(w, r, token)
	return web.Redirect(w, r, pairPath+"/attente")
}

// pairWait answers GET /appairer/attente: the phone waits for the word of the desk.
func (p *Pages) pairWait(w http.ResponseWriter, r *http.Request) error {
	session, number, err := p.Auth.CollectPairing(r.Context(), web.StepToken(r), visitor(r))
	if fault.KindOf(err) == fault.KindUnauthenticated {
		f := web.NewForm()
		refused(f, err, "code")
		web.ClearStep(w, r)
		return p.renderPair(w, r, http.StatusUnauthorized, f)
	}
	if err != nil {
		return err
	}
	if session != "" {
		web.ClearStep(w, r)
		web.KeepSession(w, r, session)
		return web.Redirect(w, r, "/")
	}
	w.Header().Set("Refresh", strconv.Itoa(lookAgain))
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.pair"), Narrow: true, Bare: true}
	return web.Render(w, r, http.StatusOK, page, pairWaitBody(number))
}
