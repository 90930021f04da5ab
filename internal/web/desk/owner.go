package desk

import (
	"net/http"
	"strconv"
	"time"

	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// take answers POST /supervision/demandes/{id}/prendre: « je m’en occupe ».
func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "prendre", func(_ *web.Form, id request.ID) error {
		_, err := p.Console.Take(r.Context(), id)
		return err
	})
}

func (p *Pages) leave(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "laisser", func(_ *web.Form, id request.ID) error {
		_, err := p.Console.Leave(r.Context(), id)
		return err
	})
}

// give answers POST /supervision/demandes/{id}/confier: to a colleague, as the row was seen.
func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "confier", func(f *web.Form, id request.ID) error {
		to := f.Required("to", codeMax)
		seen, err := strconv.ParseInt(f.Text("vu", codeMax), 10, 64)
		if err != nil {
			seen = -1 // a form that nobody sent: met as one that is no longer right
		}
		if err := f.Err(); err != nil {
			return err
		}
		_, err = p.Console.Give(r.Context(), id, to, seen)
		return err
	})
}

// note answers POST /supervision/demandes/{id}/note: what the next shift has to know of it.
func (p *Pages) note(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "note", func(f *web.Form, id request.ID) error {
		text := f.Required("note", noteMax)
		if err := f.Err(); err != nil {
			return err
		}
		return p.Console.NoteOn(r.Context(), id, text, f.Key())
	})
}

// noteMax is the longest note a form takes, in characters.
const noteMax = 2000

// ownedByReader tells whether the reader looks after the row.
func (r rowView) ownedByReader() bool {
	return !r.Owner.Nobody() && r.Owner.Account == r.v.page.Reader
}

// owned says since when somebody has had the row, when that is long.
func (v consoleView) owned(o supervise.Owner) string {
	if !o.Stale {
		return ""
	}
	return v.p.T("team.owner.stale", "t", v.p.Duration(v.page.Now.Sub(o.Since)))
}

// colleagues are those a row may be given to, the reader first; whoever has it is left out.
func (s panelView) colleagues() []web.Option {
	var own, others []web.Option
	for _, c := range s.v.side.Colleagues {
		switch c.Account {
		case s.v.side.Owner.Account:
		case s.v.page.Reader:
			own = append(own, web.Option{Value: c.Account, Label: s.v.p.T("team.owner.me", "name", c.Name)})
		default:
			others = append(others, web.Option{Value: c.Account, Label: c.Name})
		}
	}
	return append(own, others...)
}

// changes tells who had the row, the last first.
func (s panelView) changes() []web.Entry {
	out := make([]web.Entry, len(s.v.side.Changes))
	for i, c := range s.v.side.Changes {
		p := s.v.p
		e := web.Entry{At: p.T("pro.story.at", "at", s.moment(c.At), "who", or(c.By, p.T("team.owner.by_shift")))}
		switch c.Account {
		case "":
			e.Title, e.Tone, e.Icon = p.T("team.owner.left"), web.Done, "minus"
		case c.ByAccount:
			e.Title, e.Tone, e.Icon = p.T("team.owner.took"), web.Taken, "user-check"
		default:
			e.Title, e.Tone, e.Icon = p.T("team.owner.given", "name", c.Name), web.Taken, "user-check"
		}
		out[i] = e
	}
	return out
}

// noteView is a hand-over note in words.
type noteView struct {
	supervise.Note
	v  consoleView
	at string
}

func (s panelView) notes() []noteView {
	out := make([]noteView, len(s.v.side.Notes))
	for i, n := range s.v.side.Notes {
		out[i] = noteView{n, s.v, s.moment(n.At)}
	}
	return out
}

// seenWords names who has read a note.
func seenWords(v consoleView, list []supervise.Reading) string {
	if len(list) == 0 {
		return ""
	}
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = v.p.T("team.seen.by", "name", r.Name, "at", hourOrDay(v, r.At))
	}
	return v.p.T("team.seen", "names", joined(names))
}

// hourOrDay says an instant of today by its hour, and another one by its day too.
func hourOrDay(v consoleView, at time.Time) string { return v.p.Moment(at, v.page.Now, v.loc) }
