package admin

import (
	"net/http"
	"strings"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// duty answers GET /administration/astreintes: the lines, who is on duty now, and when
// nobody will be.
func (p *Pages) duty(w http.ResponseWriter, r *http.Request) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	board, err := p.Rota.Board(r.Context(), at.id)
	if err != nil {
		return err
	}
	v := dutyView{web.P(r.Context()), board, at}
	return web.Render(w, r, http.StatusOK, web.Page{
		Title: v.p.T("admin.duty.title"), Lead: board.Territory.Name, Section: "duty",
		Actions: web.Button{Label: v.p.T("admin.line.new"), Icon: "plus", Small: true, Look: web.Go, Href: at.href(dutyPath + "/nouvelle")},
	}, dutyBody(v))
}

type dutyView struct {
	p     *i18n.Printer
	board rota.Board
	at    place
}

func linePath(id rota.LineID) string { return dutyPath + "/" + string(id) }

// people are those on duty, in the order they are asked.
func (v dutyView) people(l rota.LineState) (names []string) {
	for _, o := range l.OnCall {
		names = append(names, v.p.T("admin.duty.until", "name", v.board.Cards[o.Subject].Name, "when", v.p.Moment(o.Until, v.board.Now, v.board.Territory.Location())))
	}
	return names
}

// gap says when nobody is on duty.
func (v dutyView) gap(g civil.Span) string {
	p, b, loc := v.p, v.board, v.board.Territory.Location()
	switch {
	case !g.Start.After(b.Now) && !g.End.Before(b.Horizon):
		return ""
	case !g.Start.After(b.Now):
		return p.T("admin.gap.now", "until", p.Moment(g.End, b.Now, loc))
	case !g.End.Before(b.Horizon):
		return p.T("admin.gap.from", "from", p.Moment(g.Start, b.Now, loc))
	}
	return p.T("admin.gap", "from", p.Moment(g.Start, b.Now, loc), "until", p.Moment(g.End, b.Now, loc))
}

// where names the communes that a line serves, when they are few.
func where(p *i18n.Printer, communes []territory.CommuneCode) string {
	const few = 3
	if len(communes) == 0 {
		return p.T("admin.line.everywhere")
	}
	if len(communes) > few {
		return p.T("admin.line.communes.n", "n", len(communes))
	}
	var names []string
	for _, code := range communes {
		c, _ := territory.CommuneOf(code)
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// upper begins a word as it stands at the beginning of a line.
func upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
