package admin

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// lineNew answers GET /administration/astreintes/nouvelle.
func (p *Pages) lineNew(w http.ResponseWriter, r *http.Request) error {
	return p.showLine(w, r, rota.DutyLine{Mode: rota.InOrder, Active: true}, nil)
}

// lineEdit answers GET /administration/astreintes/{line}/modifier.
func (p *Pages) lineEdit(w http.ResponseWriter, r *http.Request) error {
	l, err := p.line(r)
	if err != nil {
		return err
	}
	return p.showLine(w, r, l, nil)
}

// line reads the line of the address for whoever may write it.
func (p *Pages) line(r *http.Request) (rota.DutyLine, error) {
	plan, err := p.Rota.Plan(r.Context(), rota.LineID(r.PathValue("line")), today(r), 1)
	return plan.Line, err
}

// lineSave answers POST to both: a line without an identifier is a new one.
func (p *Pages) lineSave(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	l := rota.DutyLine{Territory: at.id}
	if r.PathValue("line") != "" {
		if l, err = p.line(r); err != nil {
			return err
		}
	}
	readLine(f, &l)
	if f.Err() == nil {
		saved, err := p.Rota.SaveLine(r.Context(), l)
		if err == nil {
			return web.Redirect(w, r, at.href(linePath(saved.ID), "fait", "ligne"))
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showLine(w, r, l, f)
}

func readLine(f *web.Form, l *rota.DutyLine) {
	l.Name, l.Profession = f.Text("name", 200), nomenclature.ProfessionCode(f.Text("profession", 40))
	l.Mode, l.Active = rota.Mode(f.Text("mode", 20)), f.Bool("active")
	l.Phone, l.Communes = directory.Phone(f.Text("phone", 40)), nil
	for _, c := range f.All("communes") {
		l.Communes = append(l.Communes, territory.CommuneCode(c))
	}
}

// showLine shows a line to change it, as it is kept or as it was sent.
func (p *Pages) showLine(w http.ResponseWriter, r *http.Request, l rota.DutyLine, f *web.Form) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	v := lineView{p: web.P(r.Context()), at: at, l: l, f: f, to: dutyPath + "/nouvelle", back: at.href(dutyPath), phone: l.Phone.String()}
	page := web.Page{Title: v.p.T("admin.line.new"), Section: "duty", Narrow: true}
	if l.ID != "" {
		page.Title, v.to, v.back = v.p.T("admin.line.edit"), linePath(l.ID)+"/modifier", at.href(linePath(l.ID))
		page.Lead = l.Name
	}
	if f == nil {
		v.f = web.NewForm()
	} else {
		v.phone = f.Value("phone")
	}
	page.Back = v.back
	if err := p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		v.communes, err = territory.CommunesIn(tx, cmp.Or(l.Territory, at.id))
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, web.Status(v.f.Err()), page, lineBody(v))
}

type lineView struct {
	p        *i18n.Printer
	at       place
	l        rota.DutyLine
	f        *web.Form
	to, back string
	phone    string
	communes []territory.Commune
}

func (v lineView) professions() []web.Option {
	var list []web.Option
	for _, prof := range nomenclature.Dispatchable() {
		list = append(list, web.Option{Value: string(prof.Code), Label: upper(prof.Label(v.p.Lang()))})
	}
	slices.SortStableFunc(list, func(a, b web.Option) int { return compareFolded(a.Label, b.Label) })
	return list
}

func (v lineView) modes() []web.Option {
	var list []web.Option
	for _, m := range []rota.Mode{rota.InOrder, rota.Together} {
		list = append(list, web.Option{Value: string(m), Label: v.p.T("admin.mode." + string(m)), Detail: v.p.T("admin.mode." + string(m) + ".about")})
	}
	return list
}

func (v lineView) places() (list []web.Option, selected []string) {
	for _, c := range v.communes {
		list = append(list, web.Option{Value: string(c.Code), Label: c.Name})
	}
	slices.SortStableFunc(list, func(a, b web.Option) int { return compareFolded(a.Label, b.Label) })
	for _, c := range v.l.Communes {
		selected = append(selected, string(c))
	}
	return list, selected
}

func (v lineView) labels() map[string]string {
	names := map[string]string{}
	for _, n := range []string{"name", "profession", "mode", "phone", "communes"} {
		names[n] = v.p.T("admin.line." + n)
	}
	return names
}

func (v lineView) fault(ctx context.Context, field string) string { return v.f.Fault(ctx, field) }
