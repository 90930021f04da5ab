package enrol

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// progress is the page of an application under way.
type progress struct {
	p    *i18n.Printer
	a    enrolment.Application
	f    *web.Form
	at   string // the form that was refused: phone, card, practice, submit
	now  time.Time
	zone *time.Location
	// near are the communes proposed as a sector; radius is the one proposed.
	near   []territory.Commune
	radius float64
}

// goOn answers GET /inscription/suite: what is proved, what is missing, or what became of it.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request) error {
	return p.renderGoOn(w, r, http.StatusOK, web.NewForm(), "")
}

func (p *Pages) renderGoOn(w http.ResponseWriter, r *http.Request, status int, f *web.Form, at string) error {
	ctx := r.Context()
	a, err := p.Enrolment.Mine(ctx, web.ApplicationToken(r))
	if fault.KindOf(err) == fault.KindNotFound {
		return web.Redirect(w, r, startPath)
	}
	if err != nil {
		return err
	}
	v := progress{p: web.P(ctx), a: a, f: f, at: at, now: web.Now(ctx), zone: time.UTC}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		t, err := territory.Of(tx, a.Territory)
		if err != nil {
			return err
		}
		v.zone = t.Location()
		settings, err := territory.SettingsOf(tx, a.Territory)
		if err != nil {
			return err
		}
		v.radius = settings.RadiusUrban
		all, err := territory.CommunesIn(tx, a.Territory)
		if err == nil && a.Declared.Person != nil {
			v.near = nearest(all, a.Declared.Person.Point)
		}
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: v.p.T("enrol.go_on"), Lead: a.Declared.Name(), Narrow: true, Bare: true, Back: startPath + "?modifier"}
	body := stepsBody(v)
	if !a.Open() {
		page.Title, page.Back = v.p.T("enrol.follow"), web.SignInPath
		body = followBody(v)
	}
	return web.Render(w, r, status, page, body)
}

// nearMost is how many communes are proposed as a sector.
const nearMost = 12

func nearest(all []territory.Commune, from geo.Point) []territory.Commune {
	slices.SortFunc(all, func(a, b territory.Commune) int {
		return int(1000 * (geo.Distance(from, a.Point) - geo.Distance(from, b.Point)))
	})
	return all[:min(nearMost, len(all))]
}

// acted shows the page again with what was refused, or goes on.
func (p *Pages) acted(w http.ResponseWriter, r *http.Request, f *web.Form, at string, err error) error {
	if f.Take(err) {
		return p.renderGoOn(w, r, web.Status(err), f, at)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, goOnPath)
}

// provePhone answers POST /inscription/suite/telephone.
func (p *Pages) provePhone(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code := f.Required("code", 40)
	if f.Err() != nil {
		return p.renderGoOn(w, r, http.StatusUnprocessableEntity, f, "phone")
	}
	return p.acted(w, r, f, "phone", p.Enrolment.ProvePhone(r.Context(), web.ApplicationToken(r), code))
}

// resend answers POST /inscription/suite/renvoyer: the code of the phone, or the link of the mailbox.
func (p *Pages) resend(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	what := f.OneOf("quoi", "telephone", "courriel")
	if f.Err() != nil {
		return f.Err()
	}
	return p.acted(w, r, f, "phone", p.Enrolment.Resend(r.Context(), web.ApplicationToken(r), what == "telephone"))
}

// addCard answers POST /inscription/carte: the photo of the professional card.
func (p *Pages) addCard(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	photo, ok := f.File("card")
	if !ok && f.Err() == nil {
		f.Refuse(fault.Invalid("enrol.missing_card", "card"))
	}
	if f.Err() != nil {
		return p.renderGoOn(w, r, http.StatusUnprocessableEntity, f, "card")
	}
	return p.acted(w, r, f, "card", p.Enrolment.AddCard(r.Context(), web.ApplicationToken(r), photo.Data))
}

// setPractice answers POST /inscription/suite/pratique. Everything ticked, or nothing, means all that the profession does.
func (p *Pages) setPractice(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	practice := directory.Practice{Radius: f.Decimal("radius", 0, directory.MaxRadius), Wakes: f.Bool("wakes"), Windows: web.ReadHours(f)}
	for _, a := range f.All("acts") {
		practice.Acts = append(practice.Acts, nomenclature.ActCode(a))
	}
	for _, m := range f.All("modes") {
		practice.Modes = append(practice.Modes, nomenclature.Mode(m))
	}
	for _, c := range f.All("communes") {
		practice.Communes = append(practice.Communes, territory.CommuneCode(c))
	}
	if len(practice.Communes) == 0 && practice.Radius == 0 {
		f.Refuse(fault.Invalid("enrol.sector", "communes"))
	}
	if f.Err() != nil {
		return p.renderGoOn(w, r, http.StatusUnprocessableEntity, f, "practice")
	}
	return p.acted(w, r, f, "practice", p.Enrolment.SetPractice(r.Context(), web.ApplicationToken(r), practice))
}

// submit answers POST /inscription/suite/envoyer.
func (p *Pages) submit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.acted(w, r, f, "submit", p.Enrolment.Submit(r.Context(), web.ApplicationToken(r), f.Bool("charter"), f.Bool("privacy")))
}

// mailForm answers GET /inscription/courriel/{link}. The link alone proves nothing: programs that read mail open links too.
func (p *Pages) mailForm(w http.ResponseWriter, r *http.Request) error {
	t := web.P(r.Context())
	page := web.Page{Title: t.T("enrol.mail.title"), Narrow: true, Bare: true}
	return web.Render(w, r, http.StatusOK, page, mailBody(mailPath+r.PathValue("link"), false))
}

// proveMail answers POST to the same.
func (p *Pages) proveMail(w http.ResponseWriter, r *http.Request) error {
	if err := p.Enrolment.ProveMail(r.Context(), r.PathValue("link")); err != nil {
		return err
	}
	if _, err := p.Enrolment.Mine(r.Context(), web.ApplicationToken(r)); err == nil {
		return web.Redirect(w, r, goOnPath)
	}
	t := web.P(r.Context())
	return web.Render(w, r, http.StatusOK, web.Page{Title: t.T("enrol.mail.title"), Narrow: true, Bare: true}, mailBody("", true))
}

// practised is the practice declared, or the one proposed: the commune of the place of work.
func (v progress) practised() directory.Practice {
	p := v.a.Declared.Person.Practice
	if len(p.Communes) == 0 && p.Radius == 0 {
		p.Communes, p.Radius = []territory.CommuneCode{v.a.Declared.Person.Commune}, 0
	}
	return p
}

// ticked are the boxes of a name: what was sent and refused, or what is kept.
func (v progress) ticked(name string, kept []string) []string {
	if v.at == "practice" {
		return v.f.Values(name)
	}
	return kept
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func (v progress) acts() (out []web.Option) {
	for _, a := range nomenclature.ActsFor(v.a.Profession) {
		out = append(out, web.Option{Value: string(a.Code), Label: a.Label(v.p.Lang())})
	}
	return out
}

func (v progress) modes() (out []web.Option) {
	profession, _ := nomenclature.ProfessionOf(v.a.Profession)
	for _, m := range profession.Modes {
		if term, ok := nomenclature.ModeOf(m); ok {
			out = append(out, web.Option{Value: string(m), Label: term.Label(v.p.Lang())})
		}
	}
	return out
}

func (v progress) communes() (out []web.Option) {
	for _, c := range v.near {
		out = append(out, web.Option{Value: string(c.Code), Label: c.Label()})
	}
	return out
}

func (v progress) hours() web.Hours {
	return web.EditHours(v.p, v.f, v.at == "practice", v.a.Declared.Person.Windows)
}

func (v progress) kept(name string, text string) string {
	if v.at == "practice" {
		return v.f.Value(name)
	}
	return text
}

func (v progress) radiusText() string {
	if r := v.practised().Radius; r > 0 {
		return strconv.FormatFloat(r, 'f', -1, 64)
	}
	return ""
}

// moment says when something happened.
func (v progress) moment(at time.Time) string { return v.p.Moment(at, v.now, v.zone) }

// facts are what is known of an application that was submitted.
func (v progress) facts() []web.Fact {
	list := []web.Fact{
		{Label: v.p.T("enrol.fact.submitted"), Text: v.moment(v.a.Submitted)},
		{Label: v.p.T("enrol.fact.accepted"), Text: v.p.T("enrol.fact.versions", "charter", v.a.Charter, "privacy", v.a.Privacy)},
	}
	if v.a.Judged() {
		list = append(list, web.Fact{Label: v.p.T("enrol.fact.decided"), Text: v.moment(v.a.Decided)})
	}
	return list
}
