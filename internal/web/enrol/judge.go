package enrol

import (
	"context"
	"net/http"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// waitingView is the list of those who wait.
type waitingView struct {
	p    *i18n.Printer
	list []enrolment.Application
	more bool
	now  time.Time
	zone *time.Location
}

// waiting answers GET /inscriptions: who waits to be let in, the oldest first.
func (p *Pages) waiting(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	of := web.Actor(ctx).Territory
	list, more, err := p.Enrolment.Waiting(ctx, of)
	if err != nil {
		return err
	}
	zone, err := p.zone(ctx, of)
	if err != nil {
		return err
	}
	v := waitingView{p: web.P(ctx), list: list, more: more, now: web.Now(ctx), zone: zone}
	page := web.Page{Title: v.p.T("enrol.judge"), Lead: v.p.T("enrol.judge.lead"), Section: "enrol"}
	return web.Render(w, r, http.StatusOK, page, waitingBody(v))
}

func (p *Pages) zone(ctx context.Context, of string) (zone *time.Location, err error) {
	if of == "" {
		return time.UTC, nil
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		t, err := territory.Of(tx, of)
		zone = t.Location()
		return err
	})
	return zone, err
}

func (v waitingView) detail(a enrolment.Application) string {
	if a.Declared.House != nil {
		return v.p.T("enrol.house.kind." + string(a.Declared.House.Kind))
	}
	return upper(label(v.p, a)) + " · " + communeName(a.Declared.Person.Commune)
}

func label(p *i18n.Printer, a enrolment.Application) string {
	profession, _ := nomenclature.ProfessionOf(a.Profession)
	return profession.LabelFor(p.Lang(), a.Declared.Person != nil && a.Declared.Person.Sex == "F")
}

func communeName(code territory.CommuneCode) string {
	c, _ := territory.CommuneOf(code)
	return c.Name
}

func (v waitingView) pill(a enrolment.Application) web.Pill {
	if a.State == enrolment.Reading {
		return web.Pill{Tone: web.Taken, Icon: "eye", Label: v.p.T("enrol.state.reading")}
	}
	return web.Pill{Tone: web.Wait, Icon: "hourglass", Label: v.p.T("enrol.state.submitted")}
}

// sightView is one application, for who judges it.
type sightView struct {
	waitingView
	enrolment.Sight
	f *web.Form
}

// show answers GET /inscriptions/{id}.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	return p.renderShow(w, r, http.StatusOK, web.NewForm())
}

func (p *Pages) renderShow(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	ctx := r.Context()
	sight, err := p.Enrolment.Show(ctx, enrolment.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	zone, err := p.zone(ctx, sight.Territory)
	if err != nil {
		return err
	}
	v := sightView{waitingView{p: web.P(ctx), now: web.Now(ctx), zone: zone}, sight, f}
	page := web.Page{Title: v.title(), Lead: v.p.T("enrol.judge.one"), Section: "enrol", Back: judgePath, Narrow: true}
	return web.Render(w, r, status, page, sightBody(v))
}

func (v sightView) title() string {
	if v.Forgotten {
		return v.p.T("enrol.forgotten")
	}
	return v.Declared.Name()
}

// card answers GET /inscriptions/{id}/carte: the photo, to read and not to keep.
func (p *Pages) card(w http.ResponseWriter, r *http.Request) error {
	picture, err := p.Enrolment.Card(r.Context(), enrolment.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	web.ServeFile(w, r, web.File{Name: web.P(r.Context()).T("enrol.card"), Type: http.DetectContentType(picture), Data: picture})
	return nil
}

// admit answers POST /inscriptions/{id}/valider.
func (p *Pages) admit(w http.ResponseWriter, r *http.Request) error {
	return p.decided(w, r, func(*web.Form) error {
		return p.Enrolment.Admit(r.Context(), enrolment.ID(r.PathValue("id")))
	})
}

// refuse answers POST /inscriptions/{id}/refuser.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) error {
	return p.decided(w, r, func(f *web.Form) error {
		return p.Enrolment.Refuse(r.Context(), enrolment.ID(r.PathValue("id")), f.Text("reason", 40))
	})
}

func (p *Pages) decided(w http.ResponseWriter, r *http.Request, act func(f *web.Form) error) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	err = act(f)
	if f.Take(err) {
		return p.renderShow(w, r, web.Status(err), f)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, judgePath+"/"+r.PathValue("id"))
}

// facts are what was declared, with what is proved.
func (v sightView) facts() (list []web.Fact) {
	add := func(name, value string) {
		list = append(list, web.Fact{Label: v.p.T("enrol.field." + name), Text: value})
	}
	if d := v.Declared.Person; d != nil {
		add("profession", upper(label(v.p, v.Application)))
		if s, ok := nomenclature.SpecialtyOf(d.Specialty); ok {
			add("specialty", s.Label(v.p.Lang()))
		}
		add("rpps", d.RPPS)
		add("adeli", d.ADELI)
		add("street", d.Street)
		add("commune", communeName(d.Commune))
		add("network", v.p.Join(d.Networks))
		add("phone", d.Phone.String())
		add("email", d.Email)
	}
	if h := v.Declared.House; h != nil {
		add("kind", v.p.T("enrol.house.kind."+string(h.Kind)))
		add("finess", h.FINESS)
		add("switchboard", h.Structure.Phone.String())
		add("street", h.Street)
		add("commune", communeName(h.Commune))
		add("wards", v.p.Join(h.Wards))
		add("referent", h.Referent.Name)
		add("referent_role", h.Referent.Role)
		add("phone", h.Referent.Phone.String())
		add("email", h.Referent.Email)
	}
	list = append(list, web.Fact{Label: v.p.T("enrol.fact.proved"), Text: v.p.T("enrol.fact.proved.text", "phone", v.moment(v.PhoneProved), "mail", v.moment(v.MailProved))},
		web.Fact{Label: v.p.T("enrol.fact.submitted"), Text: v.moment(v.Submitted)},
		web.Fact{Label: v.p.T("enrol.fact.accepted"), Text: v.p.T("enrol.fact.versions", "charter", v.Charter, "privacy", v.Privacy)})
	if v.JudgeName != "" {
		list = append(list, web.Fact{Label: v.p.T("enrol.fact.judge"), Text: v.JudgeName})
	}
	return list
}

func (v waitingView) moment(at time.Time) string { return v.p.Moment(at, v.now, v.zone) }

func (v sightView) reasons() (out []web.Option) {
	for _, code := range enrolment.Reasons {
		out = append(out, web.Option{Value: code, Label: v.p.T("enrol.reason.short." + code)})
	}
	return out
}

// known is the card of the professional who bears the same number.
func (v sightView) known() string {
	if v.Known == "" {
		return ""
	}
	return "/annuaire/" + v.Known
}
