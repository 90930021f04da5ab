package desk

import (
	"net/url"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// filter is one chip above the list: what it keeps, and how many.
type filter struct {
	name   string // in the address; its words are the sentence "desk.filter." + name
	states []request.State
	risk   bool
	// archived keeps what has left the ordinary view.
	archived bool
	// supervisors tells that it is for them alone.
	supervisors bool
	tone        web.Tone
	icon        string
	count       func(c supervise.Counts) supervise.Count
	// rare filters are shown only when they would show something.
	rare bool
}

var filters = []filter{
	{name: "tout", count: func(c supervise.Counts) supervise.Count { return c.All }},
	{name: "a-risque", risk: true, tone: web.Alert, count: func(c supervise.Counts) supervise.Count { return c.AtRisk }},
	{name: "recherche", states: []request.State{request.Searching}, tone: web.Wait, count: func(c supervise.Counts) supervise.Count { return c.Searching }},
	{name: "non-pris", states: []request.State{request.Unfilled}, tone: web.Alert, icon: "ban", count: func(c supervise.Counts) supervise.Count { return c.Unfilled }},
	{name: "en-charge", states: []request.State{request.Accepted, request.Started, request.Suspended}, tone: web.Taken, count: func(c supervise.Counts) supervise.Count { return c.InCharge }},
	{name: "attente", states: []request.State{request.Waitlisted}, tone: web.Wait, icon: "hourglass", rare: true, count: func(c supervise.Counts) supervise.Count { return c.Waitlisted }},
	{name: "terminees", states: []request.State{request.Completed}, tone: web.Done, count: func(c supervise.Counts) supervise.Count { return c.Completed }},
	{name: "annulees", states: []request.State{request.Cancelled}, tone: web.Done, icon: "x", rare: true, count: func(c supervise.Counts) supervise.Count { return c.Cancelled }},
	{name: "archivees", archived: true, tone: web.Calm, icon: "list", rare: true, count: func(c supervise.Counts) supervise.Count { return c.Archived }},
	{name: "erreurs", states: []request.State{request.EnteredInError}, tone: web.Calm, icon: "trash-2", rare: true, supervisors: true, count: func(c supervise.Counts) supervise.Count { return c.Errors }},
}

// whose are the parts of the list by who looks after it, in the order of their links; the
// words of each are the sentence "team.whose." + its name.
var whose = []struct {
	name  string
	owner supervise.Owned
}{{"tous", supervise.AnyOwner}, {"miennes", supervise.Mine}, {"personne", supervise.NoOwner}}

// place is where one is in the console: everything that its address says.
type place struct {
	filter     string
	whose      string
	profession string
	commune    string
	service    string
	text       string
	before     string
	// panel is the request shown beside the list.
	panel string
}

// The longest texts of an address, in characters.
const (
	textMax = 120
	codeMax = 80
)

// readPlace reads an address. What it does not understand it leaves out: an old link still leads somewhere.
func readPlace(v url.Values) place {
	get := func(name string, most int) string {
		f := web.NewForm(name, v.Get(name))
		text := f.Text(name, most)
		if f.Err() != nil {
			return ""
		}
		return text
	}
	return place{
		filter: get("etat", codeMax), whose: get("qui", codeMax), profession: get("profession", codeMax), commune: get("commune", codeMax), service: get("demandeur", codeMax),
		text: get("q", textMax), before: get("avant", codeMax), panel: get("panneau", codeMax),
	}
}

// chosen is the filter of state of the place; the first when there is none.
func (at place) chosen() filter {
	for _, f := range filters {
		if f.name == at.filter {
			return f
		}
	}
	return filters[0]
}

// query is what the place asks of the console.
func (at place) query() supervise.Query {
	f := at.chosen()
	return supervise.Query{
		States: f.states, AtRisk: f.risk, Archived: f.archived, Owner: at.owner(), Profession: nomenclature.ProfessionCode(at.profession), Commune: territory.CommuneCode(at.commune),
		Service: at.service, Text: at.text, Before: supervise.ParseCursor(at.before),
	}
}

// owner is who looks after what the place shows.
func (at place) owner() supervise.Owned {
	for _, w := range whose {
		if w.name == at.whose {
			return w.owner
		}
	}
	return supervise.AnyOwner
}

// href is the address of the place. The bare address opens the reader's first view: what
// says « everything » in so many words does not.
func (at place) href() string {
	v := url.Values{}
	for _, p := range [][2]string{
		{"etat", at.filter}, {"qui", at.whose}, {"profession", at.profession}, {"commune", at.commune}, {"demandeur", at.service}, {"q", at.text}, {"avant", at.before}, {"panneau", at.panel},
	} {
		if p[1] != "" && (p[0] != "etat" || p[1] != filters[0].name) && (p[0] != "qui" || p[1] != whose[0].name) {
			v.Set(p[0], p[1])
		}
	}
	if len(v) == 0 && at.filter == filters[0].name {
		v.Set("etat", at.filter)
	}
	if len(v) == 0 {
		return consolePath
	}
	return consolePath + "?" + v.Encode()
}

// with returns the place after a change, at the top of the list and without its panel.
func (at place) with(change func(at *place)) place {
	at.before, at.panel = "", ""
	change(&at)
	return at
}

// beside returns the place with a request shown beside the list, or none.
func (at place) beside(id request.ID) place {
	at.panel = string(id)
	return at
}

// filtered tells whether something less than everything is asked.
func (at place) filtered() bool {
	return at.owner() != supervise.AnyOwner || at.profession != "" || at.commune != "" || at.service != "" || at.text != ""
}
