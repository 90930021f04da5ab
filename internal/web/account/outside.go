package account

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strconv"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
	"entractes/internal/security/psc"
	"entractes/internal/web"
)

// leaveForPSC answers GET /connexion/psc: the browser goes to Pro Santé Connect.
func (p *Pages) leaveForPSC(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if p.PSC == nil {
		return fault.NotFound("page")
	}
	trip := psc.NewTrip(web.LocalPath(f.Value("suite"), "/"))
	to, err := p.PSC.Address(r.Context(), trip)
	if err != nil {
		return err
	}
	if err := p.leave(w, r, trip); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // the provider of the configuration, and nothing of the request
	return nil
}

// leave keeps what the return of this browser must find again.
func (p *Pages) leave(w http.ResponseWriter, r *http.Request, trip any) error {
	token, err := p.Auth.Leave(r.Context(), trip)
	if err == nil {
		web.SetStep(w, r, token)
	}
	return err
}

// returnFromPSC answers GET /connexion/psc/retour, where the provider sends the browser back.
func (p *Pages) returnFromPSC(w http.ResponseWriter, r *http.Request) error {
	if p.PSC == nil {
		return fault.NotFound("page")
	}
	var trip psc.Trip
	if err := p.Auth.Return(r.Context(), web.StepToken(r), &trip); err != nil {
		return p.turnedAway(w, r, err, "/")
	}
	identity, err := p.PSC.Identify(r.Context(), trip, r.URL.Query())
	if err != nil {
		return p.turnedAway(w, r, err, trip.To)
	}
	if len(identity.Situations) <= 1 {
		return p.enter(w, r, identity, 0, trip.To)
	}
	trip.Identity = &identity
	if err := p.leave(w, r, trip); err != nil {
		return err
	}
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.situation"), Lead: t.T("account.situation.lead"), Narrow: true, Bare: true}
	return web.Render(w, r, http.StatusOK, page, situationBody(identity.Situations))
}

// chooseSituation answers POST /connexion/psc/situation.
func (p *Pages) chooseSituation(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	n := f.Int("situation", 0, 1000)
	if f.Value("situation") == "" {
		n = -1
	}
	var trip psc.Trip
	if err := p.Auth.Return(r.Context(), web.StepToken(r), &trip); err != nil {
		return p.turnedAway(w, r, err, "/")
	}
	if trip.Identity == nil || n < 0 || n >= len(trip.Identity.Situations) {
		return p.turnedAway(w, r, fault.Unauthenticated(stepOver), trip.To)
	}
	return p.enter(w, r, *trip.Identity, n, trip.To)
}

// enter opens the session of an identity.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, i auth.Identity, situation int, to string) error {
	session, err := p.Auth.SignInBy(r.Context(), i, situation, visitor(r))
	if err != nil {
		return p.turnedAway(w, r, err, to)
	}
	return in(w, r, session, to)
}

// turnedAway shows the first page again with why the proof did not hold.
func (p *Pages) turnedAway(w http.ResponseWriter, r *http.Request, err error, to string) error {
	f := web.NewForm("suite", web.LocalPath(to, "/"))
	if !refused(f, err, "outside") {
		return err
	}
	web.ClearStep(w, r)
	return p.renderSignIn(w, r, web.Status(err), f)
}

// CardTrip is what the return of somebody who left to show his card must find again, and what the
// reader of cards gives him to bring back.
type CardTrip struct {
	State    string         `json:"state"`
	To       string         `json:"to,omitempty"`
	Identity *auth.Identity `json:"identity,omitempty"`
	Refusal  string         `json:"refusal,omitempty"` // code of why the card was refused
}

// leaveForCard answers GET /connexion/carte: the browser goes where cards are read.
func (p *Pages) leaveForCard(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if p.Card == "" {
		return fault.NotFound("page")
	}
	trip := CardTrip{State: rand.Text(), To: web.LocalPath(f.Value("suite"), "/")}
	if err := p.leave(w, r, trip); err != nil {
		return err
	}
	http.Redirect(w, r, p.Card+"/?"+url.Values{"etat": {trip.State}}.Encode(), http.StatusSeeOther)
	return nil
}

// returnFromCard answers GET /connexion/carte/retour: the browser that left brings what the reader gave it. The
// two must speak of one trip, so that nobody sends somebody else to show his card.
func (p *Pages) returnFromCard(w http.ResponseWriter, r *http.Request) error {
	var trip, shown CardTrip
	if err := p.Auth.Return(r.Context(), web.StepToken(r), &trip); err != nil {
		return p.turnedAway(w, r, err, "/")
	}
	if err := p.Auth.Return(r.Context(), r.URL.Query().Get("billet"), &shown); err != nil {
		return p.turnedAway(w, r, err, trip.To)
	}
	switch {
	case trip.State == "" || subtle.ConstantTimeCompare([]byte(trip.State), []byte(shown.State)) != 1:
		return p.turnedAway(w, r, fault.Unauthenticated(stepOver), trip.To)
	case shown.Refusal != "":
		return p.turnedAway(w, r, fault.Unauthenticated(shown.Refusal), trip.To)
	case shown.Identity == nil:
		return p.turnedAway(w, r, fault.Unauthenticated(stepOver), trip.To)
	}
	return p.enter(w, r, *shown.Identity, 0, trip.To)
}

// place is the value of a situation in its form.
func place(n int) string { return strconv.Itoa(n) }
