package pro

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// mePath is the page of one's own availability; rulesPath, of the rules one works by.
const (
	mePath    = "/moi"
	rulesPath = "/reglages"
)

// self is who answers when the actor is asked: himself, or the structure he acts for;
// nobody for whoever only asks.
func self(a actor.Actor) directory.Subject {
	switch {
	case a.Person != "":
		return directory.Subject{Kind: directory.KindProfessional, ID: a.Person}
	case a.Structure != "":
		return directory.Subject{Kind: directory.KindStructure, ID: a.Structure}
	}
	return directory.Subject{}
}

// me answers GET /moi.
func (p *Pages) me(w http.ResponseWriter, r *http.Request) error {
	return p.showMe(w, r, http.StatusOK, web.NewForm(), "")
}

// showMe shows the page again with what was sent to one of its forms.
func (p *Pages) showMe(w http.ResponseWriter, r *http.Request, status int, f *web.Form, at string) error {
	return p.showMeWith(w, r, status, f, at, nil)
}

// showMeWith is showMe with the people that the name of a replacement may mean.
func (p *Pages) showMeWith(w http.ResponseWriter, r *http.Request, status int, f *web.Form, at string, which []web.Option) error {
	ctx := r.Context()
	page := web.Page{Title: printer(ctx).T("me.title"), Section: "me"}
	mine, err := p.readMe(ctx)
	if err != nil {
		return err
	}
	page.Lead = mine.card.Label
	v := mine.view(ctx, f, at)
	v.Which = which
	return p.render(w, r, status, page, meBody(v))
}

// readMe reads what somebody declared, and what it brings him.
func (p *Pages) readMe(ctx context.Context) (m meRead, err error) {
	who := web.Actor(ctx)
	m.subject, m.now = self(who), web.Now(ctx)
	m.zone = civil.ZoneIn(civil.Paris())
	if m.subject.IsZero() {
		return m, nil
	}
	entry, err := p.Directory.Show(ctx, m.subject)
	if err != nil {
		return m, err
	}
	m.card, m.zone = entry.Card, civil.ZoneOf(string(entry.Commune))
	if entry.Practice != nil {
		m.practice = *entry.Practice
	}
	if m.alerts, err = p.Requests.AlertsOf(ctx, m.subject); err != nil {
		return m, err
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		about := notify.Subject{Kind: string(m.subject.Kind), ID: m.subject.ID}
		if m.addresses, err = p.Notify.Addresses(tx, about); err != nil {
			return err
		}
		if m.chart, err = territory.MapOf(tx, entry.Territory); err != nil {
			return err
		}
		if m.secureMail, err = directory.SecureMailOf(tx, m.subject.ID); err != nil {
			return err
		}
		if m.networks, err = directory.NetworksIn(tx, entry.Territory); err != nil {
			return err
		}
		if m.replacing, err = directory.ReplacingOf(tx, web.Actor(ctx).Person); err != nil {
			return err
		}
		m.cards, err = directory.ByIDs(tx, m.replacements())
		return err
	})
	return m, err
}

// sayAvailability answers POST /moi/disponibilite: « complet », « disponible maintenant »
// or neither, until the instant that was read on the button or written in the field.
func (p *Pages) sayAvailability(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	say, until := readUntil(f, p.zoneOf(r.Context()))
	if f.Err() == nil {
		change := p.Directory.SayBusy
		if say == "open" {
			change = p.Directory.SayOpen
		}
		if err := change(r.Context(), self(web.Actor(r.Context())), until); err == nil {
			return web.Redirect(w, r, or(f.Text("suite", 2000), mePath))
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showMe(w, r, web.Status(f.Err()), f, "status")
}

// readUntil reads the end of a statement. It is mandatory, save to take the statement back.
func readUntil(f *web.Form, loc *time.Location) (say string, until time.Time) {
	say = f.OneOf("say", "busy", "open", "free")
	if say == "free" {
		return say, time.Time{}
	}
	if text := f.Value("until"); text != "" && text != otherChoice {
		ms, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			f.Refuse(fault.Invalid("form.unknown_choice", "until"))
		}
		return say, time.UnixMilli(ms)
	}
	if until = f.Moment("until_at", loc); until.IsZero() && f.Value("until_at") == "" {
		f.Refuse(fault.Invalid("form.required", "until_at"))
	}
	return say, until
}

// zoneOf is the clocks that somebody lives by.
func (p *Pages) zoneOf(ctx context.Context) *time.Location {
	loc := civil.Paris()
	if of := self(web.Actor(ctx)); !of.IsZero() {
		_ = p.DB.View(ctx, func(tx *db.Tx) error { // without a card there is nothing to say either: the use case refuses
			cards, err := directory.ByIDs(tx, []directory.Subject{of})
			if card, ok := cards[of]; ok {
				loc = civil.ZoneOf(string(card.Commune)).Loc
			}
			return err
		})
	}
	return loc
}

// setHours answers POST /moi/horaires: the hours of every week.
func (p *Pages) setHours(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	windows := web.ReadHours(f)
	if f.Err() == nil {
		if err := p.Directory.SetWindows(r.Context(), self(web.Actor(r.Context())), windows); err == nil {
			return web.Redirect(w, r, mePath+"#hours")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showMe(w, r, web.Status(f.Err()), f, "hours")
}

// addAbsence answers POST /moi/absences.
func (p *Pages) addAbsence(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	loc := p.zoneOf(r.Context())
	a := directory.Absence{From: f.Date("from", loc), To: f.Date("to", loc), Reason: f.Text("reason", 200)}
	if !a.To.IsZero() {
		a.To = civil.DayOf(a.To, loc).End(loc) // the last day is away too
	}
	which, err := p.readReplacement(r.Context(), f, &a)
	if err != nil {
		return err
	}
	if f.Err() == nil {
		if _, err := p.Directory.AddAbsence(r.Context(), self(web.Actor(r.Context())), a); err == nil {
			return web.Redirect(w, r, mePath+"#absences")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showMeWith(w, r, web.Status(f.Err()), f, "absences", which)
}

// endAbsence answers POST /moi/absences/fin: somebody is back.
func (p *Pages) endAbsence(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if err := p.Directory.EndAbsence(r.Context(), self(web.Actor(r.Context())), directory.AbsenceID(f.Text("id", 64))); err != nil {
		return err
	}
	return web.Redirect(w, r, mePath+"#absences")
}

// setPractice answers POST /moi/pratique: what somebody accepts, and where.
func (p *Pages) setPractice(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	m, err := p.readMe(r.Context())
	if err != nil {
		return err
	}
	practice := readPractice(f, m.card.Profession, m.practice)
	if f.Err() == nil {
		if err := p.Directory.ChangePractice(r.Context(), m.subject, practice); err == nil {
			return web.Redirect(w, r, mePath+"#practice")
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showMe(w, r, web.Status(f.Err()), f, "practice")
}

// readPractice reads what is accepted. Everything ticked, or nothing, means all that the
// profession does, and stays so when the profession grows.
func readPractice(f *web.Form, profession nomenclature.ProfessionCode, was directory.Practice) directory.Practice {
	p := directory.Practice{Networks: readNetworks(f, was.Networks), Wakes: f.Bool("wakes"), Radius: f.Decimal("radius", 0, directory.MaxRadius)}
	for _, a := range f.All("acts") {
		p.Acts = append(p.Acts, nomenclature.ActCode(a))
	}
	if len(p.Acts) == len(nomenclature.ActsFor(profession)) {
		p.Acts = nil
	}
	for _, m := range f.All("modes") {
		p.Modes = append(p.Modes, nomenclature.Mode(m))
	}
	if prof, _ := nomenclature.ProfessionOf(profession); len(p.Modes) == len(prof.Modes) {
		p.Modes = nil
	}
	for _, c := range f.All("communes") {
		p.Communes = append(p.Communes, territory.CommuneCode(c))
	}
	from, fromSaid := f.Time("quiet_from")
	to, toSaid := f.Time("quiet_to")
	if fromSaid && toSaid {
		p.Quiet = civil.Night{From: int(from / time.Minute), To: int(to / time.Minute)}
	} else if fromSaid || toSaid {
		f.Refuse(fault.Invalid("form.required", map[bool]string{true: "quiet_to", false: "quiet_from"}[fromSaid]))
	}
	return p
}

// availabilitySwitch is the switch in the bar of every page; nil for whoever is never asked.
func (p *Pages) availabilitySwitch(ctx context.Context) (templ.Component, error) {
	of := self(web.Actor(ctx))
	if of.IsZero() {
		return nil, nil
	}
	m := meRead{subject: of, now: web.Now(ctx)}
	err := p.DB.View(ctx, func(tx *db.Tx) error {
		cards, err := directory.ByIDs(tx, []directory.Subject{of})
		if err != nil || cards[of].Profession == "" {
			return err
		}
		m.card, m.zone = cards[of], civil.ZoneOf(string(cards[of].Commune))
		m.practice, err = directory.PracticeOf(tx, of)
		return err
	})
	if err != nil || m.card.Profession == "" {
		return nil, err
	}
	return availabilityPanel(m.state(ctx)), nil
}
