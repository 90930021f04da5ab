package pro

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"

	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// Longest texts of the forms, in characters; the use cases have their own bounds, in bytes.
const (
	noteMax = 4000
	nameMax = 100
	codeMax = 60
)

// accept answers POST /offres/{offer}/accepter.
func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "accepter", func(ctx context.Context, f *web.Form) (request.ID, error) {
		coming := readComing(f)
		id := request.ID(f.Text("demande", codeMax))
		if err := f.Err(); err != nil {
			return id, err
		}
		_, err := p.Requests.AcceptSending(ctx, request.OfferID(r.PathValue("offer")), coming)
		return id, err
	})
}

// decline answers POST /offres/{offer}/decliner; the reason is optional.
func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "decliner", func(ctx context.Context, f *web.Form) (request.ID, error) {
		id := request.ID(f.Text("demande", codeMax))
		reason := f.Text("reason", codeMax)
		if err := f.Err(); err != nil {
			return id, err
		}
		_, err := p.Requests.Decline(ctx, request.OfferID(r.PathValue("offer")), reason)
		return id, err
	})
}

// contact answers POST /demandes/{id}/contact: the first visit is agreed.
func (p *Pages) contact(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "contact", func(ctx context.Context, f *web.Form) (request.ID, error) {
		next := f.Moment("next", placeZone(territory.CommuneCode(f.Text("commune", codeMax))))
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.Contact(ctx, here(r), next)
		return here(r), err
	})
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "demarrer", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.Start(ctx, here(r))
		return here(r), err
	})
}

// visit answers POST /demandes/{id}/passage. Hours are read in the zone of the commune
// that the form carries.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "passage", func(ctx context.Context, f *web.Form) (request.ID, error) {
		loc := placeZone(territory.CommuneCode(f.Text("commune", codeMax)))
		passage := request.Passage{Outcome: f.Required("outcome", codeMax), At: f.Moment("at", loc), Note: f.Text("note", noteMax), Next: f.Moment("next", loc), Vitals: readVitals(f)}
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.Visit(ctx, here(r), passage)
		return here(r), err
	})
}

func (p *Pages) message(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "message", func(ctx context.Context, f *web.Form) (request.ID, error) {
		text := f.Required("message", noteMax)
		if err := f.Err(); err != nil {
			return here(r), err
		}
		return here(r), p.Requests.Write(ctx, here(r), text)
	})
}

// undo answers POST /demandes/{id}/revenir: an acceptance taken back at once.
func (p *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "revenir", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.Undo(ctx, here(r))
		return here(r), err
	})
}

func (p *Pages) release(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "desister", func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.Release(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

// handBack answers POST /demandes/{id}/rendre: « appel non pris en charge ».
func (p *Pages) handBack(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "rendre", func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.HandBack(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

func (p *Pages) suspend(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "suspendre", func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.Suspend(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

func (p *Pages) resume(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "reprendre", func(ctx context.Context, f *web.Form) (request.ID, error) {
		start := f.Moment("start", placeZone(territory.CommuneCode(f.Text("commune", codeMax))))
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.Resume(ctx, here(r), start)
		return here(r), err
	})
}

func (p *Pages) complete(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "terminer", func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.Complete(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "annuler", func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.Cancel(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

// markError answers POST /demandes/{id}/erreur: what should not have been written.
func (p *Pages) markError(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "erreur", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.MarkError(ctx, here(r))
		return here(r), err
	})
}

func (p *Pages) waitlist(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "attendre", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.Waitlist(ctx, here(r))
		return here(r), err
	})
}

func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "relancer", func(ctx context.Context, f *web.Form) (request.ID, error) {
		start := f.Moment("start", placeZone(territory.CommuneCode(f.Text("commune", codeMax))))
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.Retry(ctx, here(r), start)
		return here(r), err
	})
}

// widen answers POST /demandes/{id}/elargir: the next wave is asked now.
func (p *Pages) widen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "elargir", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.Widen(ctx, here(r))
		return here(r), err
	})
}

// here is the request of the address.
func here(r *http.Request) request.ID { return request.ID(r.PathValue("id")) }

// act reads the form of an act, does it, and leads back to the page of its request. What
// was refused comes back on that page with its form; a request that is no longer the
// reader's to see becomes the error itself.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, name string, do func(ctx context.Context, f *web.Form) (request.ID, error)) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id, err := do(request.Once(r.Context(), submission(r, f)), f)
	if err == nil {
		return web.Redirect(w, r, afterAct(id, name))
	}
	if f.Err() == nil && !f.Take(err) || id == "" {
		return err
	}
	sh, shown := p.Requests.Show(r.Context(), id)
	if shown != nil {
		return err
	}
	v := newRequestView(sh, web.P(r.Context()), web.Actor(r.Context())).refusedIn(name, f)
	switch name {
	case placing:
		v.placeable, shown = p.placeable(r.Context(), f.Value("somebody"))
	case handingOver:
		v.placeable, shown = p.peopleNamed(r.Context(), f.Value("colleague"), v.Profession)
	}
	if shown != nil {
		return shown
	}
	return p.renderRequest(w, r, web.Status(err), v)
}

// leavingActs are those after which a request is no longer one's own.
var leavingActs = []string{"decliner", "desister", "revenir", "rendre", "relais-refuser", refusingChange}

// afterAct is where one is led after an act: to the request, or home once it is no longer one's own.
func afterAct(id request.ID, name string) string {
	if id == "" || slices.Contains(leavingActs, name) {
		return "/?fait=" + url.QueryEscape(name)
	}
	return address(id) + "?fait=" + url.QueryEscape(name)
}

// submission names one form as it was sent: the same key with the same content is the
// same submission; a page found again by « back » and filled otherwise is another one.
func submission(r *http.Request, f *web.Form) string {
	if f.Key() == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(r.URL.Path + "?" + r.PostForm.Encode()))
	return hex.EncodeToString(sum[:16])
}
