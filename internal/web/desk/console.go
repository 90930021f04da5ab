package desk

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// console answers GET /supervision.
func (p *Pages) console(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	if r.URL.RawQuery == "" {
		first, err := p.firstView(r)
		if err != nil {
			return err
		}
		if first != "" {
			return web.Redirect(w, r, first)
		}
	}
	return p.showConsole(w, r, readPlace(values), consoleView{done: values.Get("fait")})
}

// showConsole shows the console at a place; v holds what an act has to say.
func (p *Pages) showConsole(w http.ResponseWriter, r *http.Request, at place, v consoleView) error {
	page, err := p.Console.Console(r.Context(), at.query())
	if err != nil {
		return err
	}
	if v.views, err = p.Console.Views(r.Context()); err != nil {
		return err
	}
	v = v.fill(p.Deps, web.P(r.Context()), at, page)
	if at.panel != "" {
		sheet, err := p.Requests.Show(r.Context(), request.ID(at.panel))
		if err == nil {
			v.panel = &sheet
			if v.side, err = p.Console.ReadSide(r.Context(), sheet.ID); err != nil && fault.KindOf(err) != fault.KindNotFound {
				return err
			}
		} else if fault.KindOf(err) != fault.KindNotFound { // the list stays when what was beside it is gone
			return err
		}
	}
	frame := v.frame(web.Actor(r.Context()))
	if p.Waiting != nil {
		n, err := p.Waiting(r.Context())
		if err != nil {
			return err
		}
		frame.Tabs = web.WithCount(web.TabsOf(web.Actor(r.Context())), "enrol", n)
	}
	return web.Render(w, r, web.Status(v.refused), frame, consoleBody(v))
}

// retry answers POST /supervision/demandes/{id}/relancer: as soon as possible, or when care was wanted.
func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "relancer", func(_ *web.Form, id request.ID) error {
		_, err := p.Requests.Retry(r.Context(), id, time.Time{})
		return err
	})
}

func (p *Pages) widen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "elargir", func(_ *web.Form, id request.ID) error {
		_, err := p.Requests.Widen(r.Context(), id)
		return err
	})
}

func (p *Pages) cancel(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "annuler", func(f *web.Form, id request.ID) error {
		_, err := p.Requests.Cancel(r.Context(), id, f.Text("reason", codeMax))
		return err
	})
}

func (p *Pages) release(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "desister", func(f *web.Form, id request.ID) error {
		_, err := p.Requests.Release(r.Context(), id, f.Text("reason", codeMax))
		return err
	})
}

func (p *Pages) waitlist(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "attendre", func(_ *web.Form, id request.ID) error {
		_, err := p.Requests.Waitlist(r.Context(), id)
		return err
	})
}

func (p *Pages) markError(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "erreur", func(_ *web.Form, id request.ID) error {
		_, err := p.Requests.MarkError(r.Context(), id)
		return err
	})
}

// act does what a form asks of a request.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, name string, do func(f *web.Form, id request.ID) error) error {
	return p.change(w, r, name, func(f *web.Form, _ place) error { return do(f, request.ID(r.PathValue("id"))) })
}

// change does what a form asks and leads back to the place of the console it was sent
// from. A refusal that the reader can do something about is told above that place.
func (p *Pages) change(w http.ResponseWriter, r *http.Request, name string, do func(f *web.Form, at place) error) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	at := backTo(f.Text("suite", 2000))
	if err := do(f, at); err != nil {
		if kind := fault.KindOf(err); kind != fault.KindConflict && kind != fault.KindInvalid {
			return err
		}
		if f.Err() == nil {
			f.Take(err)
		}
		return p.showConsole(w, r, at, consoleView{refused: err, in: name, form: f})
	}
	back, sign := at.href(), "?"
	if strings.Contains(back, "?") {
		sign = "&"
	}
	back += sign + "fait=" + url.QueryEscape(name)
	if id := r.PathValue("id"); at.panel == "" && (name == "prendre" || name == "laisser") {
		back += "#" + rowID(request.ID(id)) // the row stays where it is: one goes on from it
	}
	return web.Redirect(w, r, back)
}

// rowID is the element of a row.
func rowID(id request.ID) string { return "r-" + string(id) }

// backTo reads the place that a form came from; the top of the console when it is none.
func backTo(suite string) place {
	u, err := url.Parse(suite)
	if err != nil || u.Path != consolePath {
		return place{}
	}
	return readPlace(u.Query())
}
