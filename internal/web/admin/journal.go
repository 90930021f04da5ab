package admin

import (
	"net/http"
	"slices"
	"strconv"

	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// journal answers GET /administration/reglages/journal: every change of every rule, the
// latest first, of one group when « part » names it.
func (p *Pages) journal(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	rules, err := p.Territories.Rules(r.Context(), at.id)
	if err != nil {
		return err
	}
	v := journalView{rulesView: rulesView{p: web.P(r.Context()), rules: rules, at: at}, part: f.Text("part", 40)}
	v.show(max(1, f.Int("page", 1, 10_000)))
	return web.Render(w, r, http.StatusOK, web.Page{
		Title: v.p.T("admin.journal.title"), Lead: rules.Territory.Name, Section: "rules", Back: at.href(settingsPath),
	}, journalBody(v))
}

type journalView struct {
	rulesView
	part    string
	page    int
	total   int
	changes []territory.Version
}

// show keeps the changes of a group, and of them one page.
func (v *journalView) show(page int) {
	list := v.rules.History
	if g, ok := groupOf(v.part); ok {
		list = slices.DeleteFunc(slices.Clone(list), func(c territory.Version) bool { return !g.has(c.Key) })
	} else {
		v.part = ""
	}
	v.total = len(list)
	v.page = min(page, max(1, (v.total+web.PageSize-1)/web.PageSize))
	from := (v.page - 1) * web.PageSize
	v.changes = list[from:min(v.total, from+web.PageSize)]
}

// has tells whether a setting stands in the group.
func (g group) has(key string) bool {
	return slices.ContainsFunc(g.Options, func(o territory.Option) bool { return o.Key == key })
}

func (v journalView) filters() []web.Filter {
	list := []web.Filter{{Label: v.p.T("admin.journal.all"), Href: v.at.href(journalPath), On: v.part == "", Count: len(v.rules.History)}}
	for _, g := range groups() {
		n := 0
		for _, c := range v.rules.History {
			if g.has(c.Key) {
				n++
			}
		}
		list = append(list, web.Filter{Label: v.p.T("admin.group." + g.Slug), Icon: g.Icon, Href: v.at.href(journalPath, "part", g.Slug), On: v.part == g.Slug, Count: n})
	}
	return list
}

func (v journalView) href(page int) string {
	return v.at.href(journalPath, "part", v.part, "page", strconv.Itoa(page))
}
