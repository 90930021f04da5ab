package admin

import (
	"net/http"
	"strings"

	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// settings answers GET /administration/reglages: every rule, its value and since when.
func (p *Pages) settings(w http.ResponseWriter, r *http.Request) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	rules, err := p.Territories.Rules(r.Context(), at.id)
	if err != nil {
		return err
	}
	v := settingsView{rulesView: rulesView{p: web.P(r.Context()), rules: rules, at: at}, saved: r.URL.Query().Get("fait") == "1"}
	err = p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		v.texts, err = p.Notify.Texts(tx, at.id)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Page{
		Title: v.p.T("admin.settings.title"), Lead: rules.Territory.Name, Section: "rules", Actions: settingsActions(v),
	}, settingsBody(v))
}

// rulesView is what every page of the rules shows.
type rulesView struct {
	p     *i18n.Printer
	rules territory.Rules
	at    place
	// public tells that anybody reads the page.
	public bool
}

type settingsView struct {
	rulesView
	saved bool
	texts notify.Texts
}

// value says what a setting is now.
func (v rulesView) value(o territory.Option) string {
	return words(v.p, o, v.rules.Settings.Get(o.Key))
}

// usual says what a setting is where nothing was chosen.
func (v rulesView) usual(o territory.Option) string { return words(v.p, o, o.Default) }

// moved tells whether a setting is not what it is where nothing was chosen.
func (v rulesView) moved(o territory.Option) bool {
	d := territory.Defaults()
	return v.rules.Settings.Get(o.Key) != d.Get(o.Key)
}

// movedIn counts the settings of a group that were chosen.
func (v rulesView) movedIn(g group) (n int) {
	for _, o := range g.Options {
		if v.moved(o) {
			n++
		}
	}
	return n
}

// since says when a setting got its value.
func (v rulesView) since(key string) string {
	last, ok := v.rules.Latest(key)
	if !ok {
		return v.p.T("admin.since.start")
	}
	return v.moment(last)
}

func (v rulesView) moment(c territory.Version) string {
	return v.p.Moment(c.At, v.rules.Now, v.rules.Territory.Location())
}

// by says who gave a setting its value: a name where names are given, a function elsewhere.
func (v rulesView) by(key string) string {
	last, ok := v.rules.Latest(key)
	if !ok {
		return ""
	}
	return v.author(last)
}

func (v rulesView) author(c territory.Version) string {
	if c.Name != "" {
		return c.Name
	}
	return function(v.p, c.Role)
}

// change says « 2 h → 3 h ».
func (v rulesView) change(c territory.Version) string {
	o, _ := optionOf(c.Key)
	return v.p.T("admin.change", "before", words(v.p, o, c.Before), "after", words(v.p, o, c.Value))
}

// decision is what one person changed at once, for one reason.
type decision struct {
	territory.Version
	changes []territory.Version
}

// decisions puts together the changes of one act, the latest first.
func decisions(history []territory.Version) []decision {
	var list []decision
	for _, c := range history {
		if n := len(list) - 1; n >= 0 && list[n].At.Equal(c.At) && list[n].Account == c.Account {
			list[n].changes = append(list[n].changes, c)
			continue
		}
		list = append(list, decision{c, []territory.Version{c}})
	}
	return list
}

// title names a decision: its reason, or what it changed.
func (v rulesView) title(d decision) string {
	if d.Why != "" {
		return d.Why
	}
	return v.p.T("admin.decision", "n", len(d.changes))
}

// lower begins a name as it stands inside a sentence.
func lower(s string) string {
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// spending says what the text messages cost beside their budget.
func (v settingsView) spending() []web.Fact {
	p, t := v.p, v.texts
	of := func(segments int) string {
		return p.T("admin.texts.spent", "n", segments, "cost", web.Euros(p, segments*t.Price))
	}
	day := of(t.Today)
	if t.PerDay > 0 {
		day = p.T("admin.texts.of", "spent", day, "share", min(999, int(100*t.Used())), "budget", p.Number(t.PerDay))
	}
	facts := []web.Fact{{Label: p.T("admin.texts.today"), Text: day}, {Label: p.T("admin.texts.month"), Text: of(t.Month)}}
	if t.HeldRequests > 0 {
		facts = append(facts, web.Fact{Label: p.T("admin.texts.held"), Text: p.T("admin.texts.held.n", "n", t.HeldRequests)})
	}
	return facts
}

// textsTone is how near the budget of the day is.
func (v settingsView) textsTone() web.Tone {
	switch {
	case v.texts.DayHeld:
		return web.Alert
	case v.texts.Used() >= 0.8:
		return web.Wait
	}
	return web.Calm
}
