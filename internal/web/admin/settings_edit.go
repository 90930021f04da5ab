package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// settingsForm answers GET /administration/reglages/{group}: a part of the rules, to change it.
func (p *Pages) settingsForm(w http.ResponseWriter, r *http.Request) error {
	return p.showSettingsForm(w, r, nil)
}

// settingsSave answers POST /administration/reglages/{group}. A button « valeur par
// défaut » only fills its field: nothing changes before the form is saved.
func (p *Pages) settingsSave(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	g, ok := groupOf(r.PathValue("group"))
	if !ok {
		return fault.NotFound("page")
	}
	if key := f.Value("defaut"); key != "" {
		g.reset(f, key)
		return p.showSettingsForm(w, r, f)
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	e := g.read(f)
	if f.Err() == nil {
		if _, err := p.Territories.Save(r.Context(), at.id, e); err == nil {
			return web.Redirect(w, r, at.href(settingsPath, "fait", "1")+"#g-"+g.Slug)
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showSettingsForm(w, r, f)
}

// showSettingsForm shows what is kept, or what was sent. What only the platform decides is
// read on the page of the rules and is no field here for others.
func (p *Pages) showSettingsForm(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	g, ok := groupOf(r.PathValue("group"))
	if !ok {
		return fault.NotFound("page")
	}
	if !web.Actor(r.Context()).Has(actor.RolePlatformAdmin) {
		g.Options = slices.DeleteFunc(g.Options, func(o territory.Option) bool { return o.Platform })
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	rules, err := p.Territories.Rules(r.Context(), at.id)
	if err != nil {
		return err
	}
	v := editView{rulesView: rulesView{p: web.P(r.Context()), rules: rules, at: at}, g: g, f: f}
	if f == nil {
		v.f = web.NewForm()
		for _, o := range g.Options {
			fill(v.f, o, rules.Settings.Get(o.Key))
			v.f.Set(wasName(o.Key), rules.Settings.Get(o.Key))
		}
	}
	return web.Render(w, r, web.Status(v.f.Err()), web.Page{
		Title: v.p.T("admin.group." + g.Slug), Lead: rules.Territory.Name, Section: "rules", Back: at.href(settingsPath), Narrow: true,
	}, settingsEditBody(v))
}

// editView is the form of a part of the rules.
type editView struct {
	rulesView
	g group
	f *web.Form
}

// The names of the parts of one setting in the form.
func wasName(key string) string  { return key + ".was" }
func unitName(key string) string { return key + ".unit" }
func toName(key string) string   { return key + ".to" }

// unit is a unit in which a delay is written, as time.ParseDuration names it; a day is 24 h.
type unit struct {
	code string
	size time.Duration
}

var units = []unit{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// fill writes a value into the fields of its setting.
func fill(f *web.Form, o territory.Option, value string) {
	switch o.Kind {
	case "duration":
		d, _ := time.ParseDuration(value)
		u := unitOf(d)
		f.Set(o.Key, strconv.FormatInt(int64(d/u.size), 10))
		f.Set(unitName(o.Key), u.code)
	case "night":
		from, to, _ := strings.Cut(value, "-")
		f.Set(o.Key, from)
		f.Set(toName(o.Key), to)
	case "list":
		f.Set(o.Key, strings.ReplaceAll(value, ",", ", "))
	default:
		f.Set(o.Key, value)
	}
}

// unitOf is the largest unit that writes d as a whole number; hours up to two days.
func unitOf(d time.Duration) unit {
	best := units[1]
	if d%time.Minute != 0 {
		best = units[0]
	}
	for _, u := range units[2:] {
		if d != 0 && d%u.size == 0 && (u.size <= time.Hour || d > 48*time.Hour) {
			best = u
		}
	}
	return best
}

// written reads the fields of a setting as territory.Settings.Set reads it.
func written(f *web.Form, o territory.Option) string {
	const longest = 200
	text := f.Text(o.Key, longest)
	switch o.Kind {
	case "duration":
		text = strings.ReplaceAll(strings.Replace(text, ",", ".", 1), " ", "")
		code := f.Value(unitName(o.Key))
		if n, err := strconv.ParseFloat(text, 64); err == nil && code == "d" {
			return strconv.FormatFloat(n*24, 'f', -1, 64) + "h"
		}
		return text + code
	case "hour":
		return clock(text)
	case "night":
		return clock(text) + "-" + clock(f.Text(toName(o.Key), longest))
	case "yes_no":
		return strconv.FormatBool(text == "true")
	}
	return text
}

// clock reads an hour as browsers send it, with or without seconds.
func clock(text string) string {
	if minute, err := civil.ParseHour(text); err == nil {
		return civil.FormatHour(minute)
	}
	if t, err := time.Parse("15:04:05", text); err == nil {
		return t.Format("15:04")
	}
	return text
}

// read is what a form of this group decides.
func (g group) read(f *web.Form) territory.Edit {
	e := territory.Edit{Values: map[string]string{}, Seen: map[string]string{}, Why: f.Text("why", territory.WhyMax)}
	for _, o := range g.Options {
		if !f.Has(o.Key) {
			continue
		}
		value, was := written(f, o), f.Value(wasName(o.Key))
		if same(o, value, was) {
			continue // not his decision: whatever it has become meanwhile stays
		}
		e.Values[o.Key], e.Seen[o.Key] = value, was
	}
	return e
}

// same tells whether two writings of a setting are the same value.
func same(o territory.Option, a, b string) bool {
	s := territory.Defaults()
	if s.Set(o.Key, a) != nil {
		return false
	}
	a = s.Get(o.Key)
	return s.Set(o.Key, b) == nil && a == s.Get(o.Key)
}

// reset fills the field of one setting of the group, or of all of them, with its default.
func (g group) reset(f *web.Form, key string) {
	for _, o := range g.Options {
		if key == o.Key || key == "*" {
			fill(f, o, o.Default)
		}
	}
}

// back tells whether a field may go back to its default: it does not hold it.
func (v editView) back(o territory.Option) bool {
	return !same(o, written(web.CopyForm(v.f), o), o.Default)
}

// anyBack tells whether some field may.
func (v editView) anyBack() bool {
	for _, o := range v.g.Options {
		if v.back(o) {
			return true
		}
	}
	return false
}

// fault is the sentence of what was refused in a setting.
func (v editView) fault(key string) string {
	for _, e := range v.f.Faults() {
		if e.Field == key {
			return v.p.Fault(say(v.p, e))
		}
	}
	return ""
}

// faults are those above the form.
func (v editView) faults() (list []*fault.Error) {
	for _, e := range v.f.Faults() {
		list = append(list, say(v.p, e))
	}
	return list
}

// labels name the fields for the summary.
func (v editView) labels() map[string]string {
	names := map[string]string{"why": v.p.T("admin.why")}
	for _, o := range v.g.Options {
		names[o.Key] = label(v.p, o.Key)
	}
	return names
}

// facts say what a setting may be and since when it is what it is.
func (v editView) facts(o territory.Option) []web.MetaItem {
	items := []web.MetaItem{{Icon: "rotate-ccw", Text: v.p.T("admin.default", "value", v.usual(o))}}
	if b := bounds(v.p, o); b != "" {
		items = append(items, web.MetaItem{Icon: "minus", Text: b})
	}
	if last, ok := v.rules.Latest(o.Key); ok {
		items = append(items, web.MetaItem{Icon: "history", Text: v.p.T("admin.since", "when", v.moment(last), "who", v.author(last))})
	}
	return items
}
