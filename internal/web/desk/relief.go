package desk

import (
	"net/http"
	"strconv"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// relief answers GET /supervision/releve: what one shift leaves to the next.
func (p *Pages) relief(w http.ResponseWriter, r *http.Request) error {
	return p.showRelief(w, r, reliefView{done: r.URL.Query().Get("fait")})
}

func (p *Pages) showRelief(w http.ResponseWriter, r *http.Request, v reliefView) error {
	read, err := p.Console.ReadRelief(r.Context())
	if err != nil {
		return err
	}
	v = v.fill(web.P(r.Context()), read)
	page := web.Page{
		Title: v.p.T("team.relief"), Lead: v.lead(), Section: "supervision", Back: consolePath,
		Live: []string{"desk:" + read.Territory.ID}, Says: v.p.T("team.relief.says", "n", len(read.Notes)),
	}
	if read.Own {
		page.Live = []string{"service:" + web.Actor(r.Context()).Structure}
	}
	if v.refused != nil {
		page.Live = nil // what is typed stays
	}
	return web.Render(w, r, web.Status(v.refused), page, reliefBody(v))
}

// reliefNote answers POST /supervision/releve: the general note of the shift under way.
func (p *Pages) reliefNote(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	text := f.Required("note", noteMax)
	seen, err := strconv.ParseInt(f.Text("vu", codeMax), 10, 64)
	if err != nil {
		seen = 0
	}
	if err = f.Err(); err == nil {
		err = p.Console.NoteShift(r.Context(), text, seen)
	}
	switch {
	case err == nil:
		return web.Redirect(w, r, reliefPath+"?fait=note-equipe")
	case f.Err() == nil && !f.Take(err):
		return err
	}
	return p.showRelief(w, r, reliefView{refused: err, form: f})
}

// sawNote answers POST /supervision/releve/{note}/vu.
func (p *Pages) sawNote(w http.ResponseWriter, r *http.Request) error {
	if err := p.Console.SawNote(r.Context(), supervise.NoteID(r.PathValue("note"))); err != nil {
		return err
	}
	return web.Redirect(w, r, reliefPath+"#note-"+r.PathValue("note"))
}

// reliefView is the hand-over in words.
type reliefView struct {
	consoleView
	read supervise.Relief
	done string
	// refused is why the note was not written, and form what was typed.
	refused error
	form    *web.Form
}

func (v reliefView) fill(p *i18n.Printer, read supervise.Relief) reliefView {
	v.read, v.p, v.loc = read, p, read.Territory.Location()
	v.page = supervise.Page{Now: read.Now, Territory: read.Territory, Own: read.Own, Reader: read.Reader}
	if v.form == nil {
		v.form = web.NewForm()
	}
	return v
}

func (v reliefView) lead() string {
	return v.p.T("team.relief.lead", "from", v.p.Hour(v.read.Shift, v.loc), "to", v.p.Hour(v.read.Ends, v.loc))
}

// current is the general note of the shift under way, as it stands; the zero note when there is none.
func (v reliefView) current() supervise.Note {
	for _, n := range v.read.General {
		if n.Shift.Equal(v.read.Shift) {
			return n
		}
	}
	return supervise.Note{}
}

// typed is what the form of the general note holds: what was refused, or the note as it stands.
func (v reliefView) typed() string {
	if v.refused != nil {
		return v.form.Value("note")
	}
	return v.current().Text
}

// conflict tells that somebody else wrote the note meanwhile: his stands above the form,
// so that who sends again has read it.
func (v reliefView) conflict() bool { return fault.CodeOf(v.refused) == "supervise.note_changed" }

func (v reliefView) note(n supervise.Note) noteView {
	return noteView{n, v.consoleView, v.p.Moment(n.At, v.read.Now, v.loc)}
}

// shiftName names a shift by when it began: « Équipe de 7 h ».
func (v reliefView) shiftName(at time.Time) string {
	if at.Equal(v.read.Shift) {
		return v.p.T("team.relief.this", "hour", v.p.Hour(at, v.loc))
	}
	return v.p.T("team.relief.other", "hour", v.p.Moment(at, v.read.Now, v.loc))
}

// row is one request in a list of the hand-over.
func (v reliefView) row(r supervise.Row) web.Row {
	one := rowView{r, v.consoleView}
	line := web.Row{
		Title: joinedBy(" · ", one.patientName(), communeName(r.Commune)), Detail: joinedBy(" · ", one.wanted(), one.acts()), More: one.risk(),
		Href: place{panel: string(r.ID)}.href(), Tail: one.pill(), Icon: "clipboard-list",
	}
	if !r.Owner.Nobody() {
		line.Avatar, line.More = r.Owner.Name, joinedBy(" · ", r.Owner.Name, v.owned(r.Owner), one.risk())
	}
	return line
}

// rows are the requests of one list.
func (v reliefView) rows(list []supervise.Row) []web.Row {
	out := make([]web.Row, len(list))
	for i, r := range list {
		out[i] = v.row(r)
	}
	return out
}
