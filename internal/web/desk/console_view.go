package desk

import (
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// consoleView is the console ready to be shown.
type consoleView struct {
	deps  Deps
	p     *i18n.Printer
	at    place
	page  supervise.Page
	loc   *time.Location
	panel *request.Sheet
	side  supervise.Side
	views []supervise.View
	// done names the act just done; refused is why one was not, and form what it held.
	done    string
	refused error
	in      string
	form    *web.Form
}

// of returns the form of an act: what was sent when it was refused, an empty one otherwise.
func (v consoleView) of(act string) *web.Form {
	if v.in == act && v.form != nil {
		return v.form
	}
	return web.NewForm()
}

func (v consoleView) fill(d Deps, p *i18n.Printer, at place, page supervise.Page) consoleView {
	v.deps, v.p, v.at, v.page, v.loc = d, p, at, page, page.Territory.Location()
	return v
}

// frame is the page around the console.
func (v consoleView) frame(who actor.Actor) web.Page {
	page := web.Page{
		Title: v.p.T("desk.title"), Lead: v.page.Territory.Name, Section: "supervision", Wide: true, Watch: true,
		Actions: consoleActions(v), Says: v.lateWords(), Live: []string{"desk:" + v.page.Territory.ID},
	}
	if v.page.Own {
		page.Title, page.Lead, page.Live = v.p.T("desk.own.title"), who.Name, []string{"service:" + who.Structure}
	}
	if v.page.Counts.AtRisk > 0 {
		page.State = web.Pill{Tone: web.Alert, Label: v.lateWords(), Big: true}
	}
	return page
}

func (v consoleView) lateWords() string {
	n, exact := v.page.Counts.AtRisk.Exact()
	switch {
	case !exact:
		return v.p.T("desk.late.many", "n", n)
	case n == 0:
		return v.p.T("desk.late.none")
	}
	return v.p.T("desk.late", "n", n)
}

// number writes a count, « 1 000+ » when there are more than it counts.
func (v consoleView) number(c supervise.Count) string {
	n, exact := c.Exact()
	if exact {
		return v.p.Number(n)
	}
	return v.p.Number(n) + "+"
}

// chips are the filters worth showing.
func (v consoleView) chips() []filter {
	var out []filter
	for _, f := range filters {
		if f.name == v.at.filter || !f.rare || f.count(v.page.Counts) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// label gives the words of a filter.
func (v consoleView) label(f filter) string { return v.p.T("desk.filter." + f.name) }

// to is the address of a filter of state, the others kept.
func (v consoleView) to(f filter) string {
	return v.at.with(func(at *place) { at.filter = f.name }).href()
}

// toWhose is the address of a part by who looks after it, the others kept.
func (v consoleView) toWhose(name string) string {
	return v.at.with(func(at *place) { at.whose, at.filter = name, or(at.filter, filters[0].name) }).href()
}

// printed says on paper what the list shows and when: a sheet has no address.
func (v consoleView) printed() string {
	words := []string{v.label(v.at.chosen())}
	if v.at.owner() != supervise.AnyOwner {
		words = append(words, v.p.T("team.whose."+v.at.whose))
	}
	for _, list := range []struct {
		options []web.Option
		value   string
	}{{v.professions(), v.at.profession}, {v.communes(), v.at.commune}, {v.services(), v.at.service}} {
		for _, o := range list.options {
			if o.Value == list.value && o.Value != "" {
				words = append(words, o.Label)
			}
		}
	}
	return v.p.T("team.printed", "what", joinedBy(" · ", words...), "at", v.p.Day(v.page.Now, v.loc)+" "+v.p.Hour(v.page.Now, v.loc))
}

// joinedBy puts words that are not empty side by side.
func joinedBy(between string, words ...string) string {
	return strings.Join(nonEmpty(words...), between)
}

func joined(words []string) string { return joinedBy(", ", words...) }

// without is the address of everything in the same state.
func (v consoleView) without() string {
	return v.at.with(func(at *place) { *at = place{filter: or(at.filter, filters[0].name)} }).href()
}

func (v consoleView) professions() []web.Option {
	out := make([]web.Option, 0, len(v.page.Recent.Professions)+1)
	known := false
	for _, c := range v.page.Recent.Professions {
		known = known || string(c) == v.at.profession
		out = append(out, web.Option{Value: string(c), Label: upper(c.Label(v.p.Lang()))})
	}
	return v.kept(out, known, v.at.profession, v.at.profession)
}

func (v consoleView) communes() []web.Option {
	out := make([]web.Option, 0, len(v.page.Recent.Communes)+1)
	known := false
	for _, c := range v.page.Recent.Communes {
		known = known || string(c) == v.at.commune
		out = append(out, web.Option{Value: string(c), Label: communeName(c)})
	}
	return v.kept(out, known, v.at.commune, communeName(territory.CommuneCode(v.at.commune)))
}

func (v consoleView) services() []web.Option {
	out := make([]web.Option, 0, len(v.page.Recent.Services)+1)
	known := false
	for _, s := range v.page.Recent.Services {
		known = known || s.ID == v.at.service
		out = append(out, web.Option{Value: s.ID, Label: s.Name})
	}
	return v.kept(out, known, v.at.service, v.p.T("desk.filter.service.chosen"))
}

// kept adds what is chosen when the latest requests do not have it any more.
func (v consoleView) kept(list []web.Option, known bool, value, label string) []web.Option {
	if value == "" || known {
		return list
	}
	return append(list, web.Option{Value: value, Label: label})
}

// upper writes the first letter of words as a capital.
func upper(words string) string {
	for i, r := range words {
		if i == 0 {
			return strings.ToUpper(string(r)) + words[len(string(r)):]
		}
	}
	return words
}

func communeName(code territory.CommuneCode) string {
	if c, ok := territory.CommuneOf(code); ok {
		return c.Name
	}
	return string(code)
}

// childAge is under which a person is called by his given name.
const childAge = 15

// shortName is how a list names a patient: « Mme L. », « Noé T. » for a child. The whole name is on his page.
func shortName(p *i18n.Printer, i patient.Identity, now time.Time, loc *time.Location) string {
	initial := ""
	for _, r := range i.FamilyName {
		initial = strings.ToUpper(string(r)) + "."
		break
	}
	title := ""
	switch i.Sex {
	case patient.Female:
		title = p.T("desk.title.female")
	case patient.Male:
		title = p.T("desk.title.male")
	}
	if title == "" || i.BirthDate.YearsUntil(civil.DayOf(now, loc)) < childAge {
		title = i.GivenName
	}
	return strings.TrimSpace(title + "\u00a0" + initial)
}

// or returns the first that is not empty.
func or(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
