package admin

import (
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/security/audit"
	"entractes/internal/web"
)

const trailPath = "/administration/traces"

// trailActions are what a search may be narrowed to: how the names of acts begin.
var trailActions = []string{"", "session.", "account.", "patient.", "request.", "document.", "audit.", "enrol.", "retention.", "territory."}

// trailView is a search of the trail. Nothing of what was read is in it.
type trailView struct {
	p     *i18n.Printer
	f     *web.Form
	lines []audit.Line
	next  string
	zone  *time.Location
}

// traces answers GET /administration/traces: today, or the days asked for.
func (p *Pages) traces(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	zone := civil.Paris()
	if t := web.Actor(ctx).Territory; t != "" {
		rules, err := p.Territories.Rules(ctx, t)
		if err != nil {
			return err
		}
		zone = rules.Territory.Location()
	}
	v := trailView{p: web.P(ctx), f: f, zone: zone}
	if !f.Has("du") {
		today := civil.DayOf(web.Now(ctx), zone).String()
		f.Set("du", today)
		f.Set("au", today)
	}
	q := audit.Query{From: f.Date("du", zone), To: f.Date("au", zone), Action: f.OneOf("quoi", trailActions...), Name: f.Text("qui", 100), Refused: f.Bool("refus"), Before: f.Text("avant", 64)}
	if !q.To.IsZero() {
		q.To = civil.DayOf(q.To, zone).End(zone)
	}
	status := http.StatusOK
	if f.Err() == nil {
		v.lines, v.next, err = p.Trail.Search(ctx, q)
		if err != nil && !f.Take(err) {
			return err
		}
	}
	if f.Err() != nil {
		status = http.StatusUnprocessableEntity
	}
	page := web.Page{Title: v.p.T("trail.title"), Lead: v.p.T("trail.lead"), Section: "trail", Wide: true}
	return web.Render(w, r, status, page, trailBody(v))
}

func (v trailView) actions() (out []web.Option) {
	for _, a := range trailActions {
		key := "trail.all"
		if a != "" {
			key = "trail.of." + a[:len(a)-1]
		}
		out = append(out, web.Option{Value: a, Label: v.p.T(key)})
	}
	return out
}

// more is the address of the next page.
func (v trailView) more() string {
	q := url.Values{}
	for _, name := range []string{"du", "au", "quoi", "qui", "refus"} {
		if value := v.f.Value(name); value != "" {
			q.Set(name, value)
		}
	}
	q.Set("avant", v.next)
	return trailPath + "?" + q.Encode()
}

func (v trailView) pill(l audit.Line) web.Pill {
	switch l.Outcome {
	case audit.Refused:
		return web.Pill{Tone: web.Alert, Icon: "ban", Label: v.p.T("trail.refused")}
	case audit.Failed:
		return web.Pill{Tone: web.Wait, Icon: "circle-x", Label: v.p.T("trail.failed")}
	}
	return web.Pill{Tone: web.Done, Icon: "check", Label: v.p.T("trail.ok")}
}

// about names what an act was on, by its identifier.
func about(l audit.Line) []string {
	var out []string
	for _, text := range []string{l.Object + " " + l.ObjectID, l.Detail} {
		if text != " " && text != "" {
			out = append(out, text)
		}
	}
	return out
}
