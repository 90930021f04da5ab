package admin

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// Bounds of the editor: its days, and its rows.
const (
	mostDays = 62
	mostRows = 200
	newRows  = 3
)

// planForm answers GET /administration/astreintes/{line}/plan: the shifts from « du » to « au ».
func (p *Pages) planForm(w http.ResponseWriter, r *http.Request) error {
	return p.showPlan(w, r, nil)
}

// planSave answers POST to the same: its rows become the whole duty of these days.
func (p *Pages) planSave(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if f.Has("plus") {
		return p.showPlan(w, r, f)
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	plan, err := p.plan(r)
	if err != nil {
		return err
	}
	shifts, rows, err := p.readShifts(r.Context(), f, plan)
	if err != nil {
		return err
	}
	if f.Err() == nil {
		if err := p.Rota.ReplaceShifts(r.Context(), plan.Line.ID, plan.From, plan.To, shifts); err == nil {
			first := civil.DayOf(plan.From, plan.Territory.Location())
			return web.Redirect(w, r, at.href(linePath(plan.Line.ID), "semaine", first.String(), "fait", "plan"))
		} else if !takeShifts(f, err, rows) {
			return err
		}
	}
	return p.showPlan(w, r, f)
}

// plan reads the days of the address; a week from this Monday when it names none.
func (p *Pages) plan(r *http.Request) (rota.Plan, error) {
	first, days := civil.Day{}, 7
	q := r.URL.Query()
	if from, err := civil.ParseDay(q.Get("du")); err == nil && from.Year >= 2000 && from.Year <= 2200 {
		first = from
		if to, err := civil.ParseDay(q.Get("au")); err == nil {
			days = min(max(1, from.Until(to)+1), mostDays)
		}
	}
	return p.Rota.Plan(r.Context(), rota.LineID(r.PathValue("line")), first, days)
}

// row names a part of a row of the editor.
func row(n int, part string) string { return "p" + strconv.Itoa(n) + part }

// readShifts reads the rows, and tells which row each shift is. What a row lacks, or whom
// its words may mean, is said at its fields.
func (p *Pages) readShifts(ctx context.Context, f *web.Form, plan rota.Plan) (shifts []rota.DutyShift, rows []int, err error) {
	loc := plan.Territory.Location()
	for n := range mostRows {
		if !f.Has(row(n, "")) || f.Bool(row(n, "_off")) {
			continue
		}
		text, code := f.Chosen(row(n, ""), row(n, "_id"))
		if text == "" && f.Value(row(n, "_from")) == "" && f.Value(row(n, "_to")) == "" {
			continue
		}
		s := rota.DutyShift{From: f.Moment(row(n, "_from"), loc), To: f.Moment(row(n, "_to"), loc), Rank: 1}
		for _, part := range []string{"", "_from", "_to"} {
			if f.Value(row(n, part)) == "" {
				f.Refuse(fault.Invalid("form.required", row(n, part)))
			}
		}
		if f.Has(row(n, "_rank")) {
			s.Rank = max(1, f.Int(row(n, "_rank"), 1, 99))
		}
		if s.Subject, err = p.whom(ctx, f, n, text, code, plan); err != nil {
			return nil, nil, err
		}
		shifts, rows = append(shifts, s), append(rows, n)
	}
	return shifts, rows, nil
}

// whom is the person that a row names: the one chosen, or the only one that the words may mean.
func (p *Pages) whom(ctx context.Context, f *web.Form, n int, text, code string, plan rota.Plan) (directory.Subject, error) {
	if kind, id, ok := strings.Cut(code, ":"); ok {
		return directory.Subject{Kind: directory.Kind(kind), ID: id}, nil
	}
	if text == "" {
		return directory.Subject{}, nil // said already
	}
	cards, err := p.people(ctx, text, plan.Line.Profession)
	if err != nil {
		return directory.Subject{}, err
	}
	switch len(cards) {
	case 0:
		f.Refuse(fault.Invalid("admin.shift.nobody", row(n, "")))
	case 1:
		return cards[0].Subject, nil
	default:
		f.Refuse(fault.Invalid("admin.shift.which", row(n, "")))
	}
	return directory.Subject{}, nil
}

// proposed is how many people a field shows while one types.
const proposed = 8

// people are those whom words may mean: of the profession of the line, or else of any.
func (p *Pages) people(ctx context.Context, text string, profession nomenclature.ProfessionCode) ([]directory.Card, error) {
	for _, prof := range []nomenclature.ProfessionCode{profession, ""} {
		found, err := p.Directory.Search(ctx, directory.Filter{Text: text, Profession: prof})
		if err != nil || len(found.Cards) > 0 {
			return found.Cards[:min(proposed, len(found.Cards))], err
		}
	}
	return nil, nil
}

// choosePerson answers GET /administration/astreintes/personnes?q=&metier=: the people that words may mean.
func (p *Pages) choosePerson(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	cards, err := p.people(r.Context(), f.Text("q", 100), nomenclature.ProfessionCode(f.Text("metier", 40)))
	if err != nil {
		return err
	}
	t := web.P(r.Context())
	return web.Fragment(w, r, http.StatusOK, web.ComboOptions{Options: cardOptions(t, cards), None: t.T("admin.shift.nobody")})
}

func cardOptions(t *i18n.Printer, cards []directory.Card) []web.Option {
	var list []web.Option
	for _, c := range cards {
		commune, _ := territory.CommuneOf(c.Commune)
		list = append(list, web.Option{Value: subjectCode(c.Subject), Label: c.Name, Detail: upper(c.Profession.Label(t.Lang())) + ", " + commune.Name})
	}
	return list
}

func subjectCode(s directory.Subject) string { return string(s.Kind) + ":" + s.ID }

// partOf says at which field of its row a shift is refused.
var partOf = map[string]string{"rota.shift.subject": "", "rota.shift.order": "_to", "rota.shift.outside": "_from", "rota.shift.rank": "_rank"}

// takeShifts keeps the faults of err, each in the row that it is about.
func takeShifts(f *web.Form, err error, rows []int) bool {
	if fault.KindOf(err) != fault.KindInvalid {
		return false
	}
	for _, e := range fault.Fields(err) {
		part, known := partOf[e.Code]
		for i := 0; known && i+1 < len(e.Values); i += 2 {
			if n, ok := e.Values[i+1].(int); ok && e.Values[i] == "row" && n >= 1 && n <= len(rows) {
				said := *e
				said.Field, said.Values = row(rows[n-1], part), []any{"row", rows[n-1] + 1}
				e = &said
				break
			}
		}
		f.Refuse(e)
	}
	return true
}

// showPlan shows the shifts that are kept, or the rows that were sent.
func (p *Pages) showPlan(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	plan, err := p.plan(r)
	if err != nil {
		return err
	}
	v := planView{weekView: weekView{p: web.P(r.Context()), at: at, plan: plan, f: f, loc: plan.Territory.Location()}}
	v.first = civil.DayOf(plan.From, v.loc)
	v.last = civil.DayOf(plan.To, v.loc).Add(-1)
	if f == nil {
		v.f = web.NewForm()
		v.keep()
	} else if v.rows, err = v.sent(r.Context(), p); err != nil {
		return err
	}
	v.blank()
	return web.Render(w, r, web.Status(v.f.Err()), web.Page{
		Title: v.p.T("admin.plan.edit"), Lead: plan.Line.Name, Section: "duty",
		Back: at.href(linePath(plan.Line.ID), "semaine", v.first.String()),
	}, planBody(v))
}

type planView struct {
	weekView
	first, last civil.Day
	rows        []planRow
}

// planRow is one shift in the editor.
type planRow struct {
	N                    int
	Name, Code, From, To string
	Rank                 string
	Off                  bool
	Choices              []web.Option
}

// keep makes a row of each shift.
func (v *planView) keep() {
	for n, s := range v.plan.Shifts[:min(len(v.plan.Shifts), mostRows-newRows)] {
		v.rows = append(v.rows, planRow{
			N: n, Name: v.name(s.Subject), Code: subjectCode(s.Subject), From: v.written(s.From), To: v.written(s.To), Rank: strconv.Itoa(s.Rank),
		})
	}
}

func (v planView) written(t time.Time) string { return t.In(v.loc).Format("2006-01-02T15:04") }

// sent makes a row of each one sent; whom one must choose among is proposed.
func (v planView) sent(ctx context.Context, p *Pages) (rows []planRow, err error) {
	for n := range mostRows {
		if !v.f.Has(row(n, "")) {
			continue
		}
		name := v.f.Value(row(n, ""))
		one := planRow{
			N: n, Name: name, Code: v.f.Value(row(n, "_id")), From: v.f.Value(row(n, "_from")), To: v.f.Value(row(n, "_to")),
			Rank: v.f.Value(row(n, "_rank")), Off: v.f.Bool(row(n, "_off")),
		}
		if v.f.Has(row(n, "_id_for")) && v.f.Value(row(n, "_id_for")) != name {
			one.Code = ""
		}
		if one.Code == "" && name != "" {
			cards, err := p.people(ctx, name, v.plan.Line.Profession)
			if err != nil {
				return nil, err
			}
			if len(cards) == 1 {
				one.Name, one.Code = cards[0].Name, subjectCode(cards[0].Subject)
			} else {
				one.Choices = cardOptions(v.p, cards)
			}
		}
		rows = append(rows, one)
	}
	return rows, nil
}

// blank adds empty rows: where to write more.
func (v *planView) blank() {
	next, empty := 0, 0
	for _, r := range v.rows {
		next = max(next, r.N+1)
		if r.Name == "" && r.From == "" && r.To == "" {
			empty++
		}
	}
	more := newRows - empty
	if v.f.Has("plus") {
		more = newRows
	}
	for ; more > 0 && next < mostRows; more-- {
		v.rows = append(v.rows, planRow{N: next, Rank: "1"})
		next++
	}
}

// full tells whether the days hold more shifts than the editor shows.
func (v planView) full() bool { return len(v.plan.Shifts) > mostRows-newRows }

func (v planView) labels() map[string]string {
	names := map[string]string{}
	for _, r := range v.rows {
		for part, key := range map[string]string{"": "who", "_from": "from", "_to": "to", "_rank": "rank"} {
			names[row(r.N, part)] = v.p.T("admin.shift.of", "part", v.p.T("admin.shift."+key), "row", r.N+1)
		}
	}
	return names
}
