package pro

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// caring are the roles that read the phones of professionals: those who care or
// coordinate care. Patients and administrators do not.
var caring = []actor.Role{
	actor.RoleProfessional, actor.RoleSecretary, actor.RoleService, actor.RoleDischargeCoordinator, actor.RoleOperator,
	actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife,
}

// peopleView is the directory in words.
type peopleView struct {
	Form       *web.Form
	Text       string
	Profession string
	Options    []web.Option // professions
	Communes   []territory.Found
	Lines      []personView
	Page       int
	More       bool
	query      url.Values
}

// personView is one card.
type personView struct {
	ID, Name, Label, Structure, Commune string
	Phone, Dial, Extension, Email       string
	Person                              bool
}

// people answers GET /annuaire: by text, profession and commune, a hundred at a time.
func (p *Pages) people(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	near, err := p.near(ctx)
	if err != nil {
		return err
	}
	filter := directory.Filter{Text: f.Text("q", 100), Profession: nomenclature.ProfessionCode(f.Text("metier", 40)), Page: max(0, f.Int("page", 1, 1000)-1)}
	v := peopleView{Form: f, Text: filter.Text, Profession: string(filter.Profession), Options: professions(ctx), Page: filter.Page, query: r.URL.Query()}
	filter.Commune, v.Communes = readCommune(f, "commune", near)
	found, err := p.Directory.Search(ctx, filter)
	if err != nil {
		return err
	}
	v.More = found.More
	for _, c := range found.Cards {
		v.Lines = append(v.Lines, viewPerson(ctx, c))
	}
	return p.render(w, r, http.StatusOK, web.Page{Title: printer(ctx).T("people.title"), Section: "people"}, peopleBody(v))
}

func viewPerson(ctx context.Context, c directory.Card) personView {
	v := personView{ID: c.ID, Name: c.Name, Label: c.Label, Structure: c.Structure, Commune: communeName(c.Commune), Person: c.Kind == directory.KindProfessional}
	if !v.Person {
		v.Label = printer(ctx).T("people.asks")
		if c.Profession != "" {
			v.Label = c.Profession.Label(printer(ctx).Lang())
		}
	}
	if web.Actor(ctx).Has(caring...) {
		v.Phone, v.Dial, v.Extension, v.Email = c.Phone.String(), string(c.Phone), c.Extension, c.Email
	}
	return v
}

// turn is the address of another page of the same search.
func (v peopleView) turn(page int) string {
	q := url.Values{}
	for name, values := range v.query {
		q[name] = values
	}
	q.Set("page", strconv.Itoa(page+1))
	return peoplePath + "?" + q.Encode()
}

// professions lists those one may look for.
func professions(ctx context.Context) []web.Option {
	var list []web.Option
	for _, prof := range nomenclature.Dispatchable() {
		list = append(list, web.Option{Value: string(prof.Code), Label: prof.Label(printer(ctx).Lang())})
	}
	return list
}

// cardView is one subject and where he goes.
type cardView struct {
	personView
	Mine    bool
	Alerts  string // empty for whoever may not know
	Radius  float64
	Hours   *web.WeekGrid
	Map     *sectorView
	Members []directory.Member
}

// person answers GET /annuaire/{id}.
func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	e, err := p.entry(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := cardView{personView: viewPerson(ctx, e.Card), Mine: e.Subject == self(web.Actor(ctx)), Members: e.Members}
	m := meRead{subject: e.Subject, card: e.Card, now: web.Now(ctx)}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		m.chart, err = territory.MapOf(tx, e.Territory)
		return err
	})
	if err != nil {
		return err
	}
	if e.Practice != nil && e.Profession != "" {
		alerts, err := p.Requests.AlertsOf(ctx, e.Subject)
		if err != nil {
			return err
		}
		v.Alerts = alertWords(printer(ctx), alerts)
	}
	v.draw(ctx, m, e.Practice)
	return p.render(w, r, http.StatusOK, web.Page{Title: v.Name, Lead: or(v.Label, v.Structure), Section: "people", Back: peoplePath}, personBody(v))
}

// draw adds the map, and for those who may read the practice, the sector and the hours.
func (v *cardView) draw(ctx context.Context, m meRead, practice *directory.Practice) {
	home, ok := territory.CommuneOf(m.card.Commune)
	if !ok {
		return
	}
	served := map[territory.CommuneCode]bool{}
	if practice != nil {
		m.practice, m.zone = *practice, home.Zone()
		for _, c := range practice.Communes {
			served[c] = true
		}
		week := m.week(printer(ctx))
		v.Hours, v.Radius = &week, practice.Radius
	}
	drawn := drawSector(m.chart, home, served, v.Radius)
	v.Map = &drawn
}

// entry finds a subject whose kind the address does not say.
func (p *Pages) entry(ctx context.Context, id string) (directory.Entry, error) {
	e, err := p.Directory.Show(ctx, directory.Subject{Kind: directory.KindProfessional, ID: id})
	if fault.KindOf(err) == fault.KindNotFound {
		return p.Directory.Show(ctx, directory.Subject{Kind: directory.KindStructure, ID: id})
	}
	return e, err
}

// choosePerson answers GET /annuaire/choix?q=&metier=: the people that a name may mean; with &tous, structures too.
func (p *Pages) choosePerson(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if q.Has("tous") {
		options, err := p.placeable(r.Context(), q.Text("q", 100))
		if err != nil {
			return err
		}
		return web.Fragment(w, r, http.StatusOK, web.ComboOptions{Options: options, None: printer(r.Context()).T("people.none")})
	}
	found, err := p.Directory.Search(r.Context(), directory.Filter{
		Text: q.Text("q", 100), Profession: nomenclature.ProfessionCode(q.Text("metier", 40)), Kind: directory.KindProfessional,
	})
	if err != nil {
		return err
	}
	c := web.ComboOptions{None: printer(r.Context()).T("people.none")}
	for _, card := range found.Cards[:min(proposed, len(found.Cards))] {
		c.Options = append(c.Options, web.Option{Value: card.ID, Label: card.Name, Detail: strings.TrimSpace(communeName(card.Commune))})
	}
	return web.Fragment(w, r, http.StatusOK, c)
}
