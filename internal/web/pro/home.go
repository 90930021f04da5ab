package pro

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// home answers GET /: what waits for an answer, the day, what was asked. The desk and the
// administration have their own first page.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	who := web.Actor(ctx)
	switch {
	case who.Supervises(), who.Has(actor.RoleOperator):
		return web.Redirect(w, r, "/supervision")
	case who.Has(actor.RoleSecretary) && who.Person == "":
		return web.Redirect(w, r, "/agir")
	case who.Has(actor.RoleStructureManager):
		return web.Redirect(w, r, "/etablissement")
	case who.Person == "" && who.Has(actor.RoleAuditor):
		return web.Redirect(w, r, "/administration/conservation")
	case who.Person == "" && who.Has(actor.RoleTerritoryAdmin, actor.RolePlatformAdmin):
		return web.Redirect(w, r, "/administration/reglages")
	}
	h, err := p.Requests.Home(ctx)
	if err != nil {
		return err
	}
	v := viewHome(ctx, h)
	if err := p.nameColleagues(ctx, v.asks); err != nil {
		return err
	}
	if v.alerts, err = p.alertsOf(ctx); err != nil {
		return err
	}
	if act := r.URL.Query().Get("fait"); v.p.Has("pro.done." + act) {
		v.just = act
	}
	return p.render(w, r, http.StatusOK, web.Page{
		Title: printer(ctx).T("pro.home"), Quiet: true, Section: "home", Tabs: web.WithCount(web.TabsOf(who), "home", len(v.asks)+len(v.handOvers)),
		Live: topics(who), Says: printer(ctx).T("pro.home.says", "n", len(v.asks)+len(v.handOvers)),
	}, homeBody(v))
}

// homeView is the home page in words.
type homeView struct {
	p *i18n.Printer
	// answers tells whether the reader is somebody who may be asked: the empty list then says that nothing waits.
	answers bool
	// just is the act that has just been done, by its address.
	just   string
	alerts request.Alerts
	asks   []web.AskCard
	// handOvers are the requests that a colleague asks the reader to take over.
	handOvers   []web.Row
	today, next []web.NextVisit
	mine, done  []web.Row
	drafts      []web.Row
	orders      []orderCard
}

// asker tells whether the reader only asks: what he asked is then what he comes for.
func (v homeView) asker() bool { return !v.answers && len(v.asks) == 0 }

// longestDone bounds what has ended on the home page: the patients' files hold the rest.
const longestDone = 5

func viewHome(ctx context.Context, h request.Home) homeView {
	p := printer(ctx)
	v := homeView{p: p, answers: web.Actor(ctx).Person != "" || len(h.InCharge)+len(h.Finished) > 0 || len(h.Mine) == 0}
	for _, row := range h.Waiting {
		v.asks = append(v.asks, askCard(p, row, h.Now))
	}
	for _, row := range h.HandOvers {
		v.handOvers = append(v.handOvers, handOverRow(p, row, h.Now))
	}
	for _, row := range h.InCharge {
		if late, at := row.State == request.Accepted && due(row).Before(h.Now), due(row); late || at.Before(endOfDay(h.Now, zone(row))) {
			v.today = append(v.today, dayRow(p, row, h.Now))
		} else {
			v.next = append(v.next, dayRow(p, row, h.Now))
		}
	}
	var alone []request.Row
	v.orders, alone = ordersOf(h.Mine)
	for _, row := range alone {
		if row.State.Terminal() {
			continue
		}
		if row.State == request.Draft {
			v.drafts = append(v.drafts, draftRow(p, row, h.Now))
			continue
		}
		v.mine = append(v.mine, mineRow(p, row, h.Now))
	}
	for _, row := range ended(h) {
		v.done = append(v.done, doneRow(p, row, h.Now))
	}
	return v
}

// ended lists what was carried or asked and is over, the latest first, each once.
func ended(h request.Home) []request.Row {
	all := slices.Clone(h.Finished)
	for _, row := range h.Mine {
		if row.State.Terminal() && !row.Triggered.IsZero() && !slices.ContainsFunc(all, func(o request.Row) bool { return o.ID == row.ID }) {
			all = append(all, row)
		}
	}
	slices.SortStableFunc(all, func(a, b request.Row) int { return b.Ended.Compare(a.Ended) })
	return all[:min(len(all), longestDone)]
}

func askCard(p *i18n.Printer, row request.Row, now time.Time) web.AskCard {
	c := web.AskCard{
		ID: "demande-" + string(row.ID), Commune: communeName(row.Commune), Patient: row.Patient, Acts: row.Sentence(p), When: capital(row.Care.Prescription.Word(p)), Asker: row.From.Role,
		Before: p.T("pro.reply_before", "at", moment(p, row.ReplyBy, now, zone(row))), Until: row.ReplyBy, From: row.Triggered,
		Urgent: immediate(row.Urgency), Open: address(row.ID),
	}
	if o := row.Offer; o != nil {
		c.From = o.Asked
		c.Far = far(p, *o)
		c.Reasons = reasons(p, *o)
		c.Inside = answering{request: row.ID, offer: *o}
		c.Propose = address(row.ID) + "?acte=" + proposing + "#" + proposing
		if o.State == request.OfferProposed {
			c.When = p.T("pro.proposed.waits")
		}
		c.Accept, c.Decline = "/offres/"+string(o.ID)+"/accepter", "/offres/"+string(o.ID)+"/decliner"
	}
	return c
}

// reasons says why somebody is asked; a code without words is left out.
func reasons(p *i18n.Printer, o request.Offer) []string {
	var out []string
	for _, code := range o.Why {
		if key := "request.why." + code; p.Has(key) {
			out = append(out, p.T(key, "name", o.Replaces))
		}
	}
	return out
}

// answering is what an answer carries beside the offer. Structures say who will come.
type answering struct {
	request request.ID
	offer   request.Offer
	// sent is what was sent and refused; colleagues are those who may come.
	sent       *web.Form
	colleagues []web.Option
}

// form is what was sent when the answer was refused, an empty one otherwise.
func (a answering) form() *web.Form {
	if a.sent == nil {
		return web.NewForm()
	}
	return a.sent
}

func (a answering) structure() bool { return a.offer.To.Kind == directory.KindStructure }

func far(p *i18n.Printer, o request.Offer) string {
	if o.Km <= 0 {
		return ""
	}
	return p.T("pro.far", "km", p.Km(o.Km))
}

// dayRow is one visit of the round: when, whom, what, where.
func dayRow(p *i18n.Printer, row request.Row, now time.Time) web.NextVisit {
	return web.NextVisit{
		Hour: shortMoment(p, due(row), now, zone(row)), Patient: or(row.Patient, row.Profession.Label(p.Lang())), Care: acts(p, row.Request), Where: communeName(row.Commune),
		Pill: dayPill(p, row, now), Href: address(row.ID),
	}
}

func dayPill(p *i18n.Printer, row request.Row, now time.Time) web.Pill {
	switch {
	case row.State == request.Started && !row.NextVisit.IsZero() && row.NextVisit.Before(now):
		return web.Pill{Tone: web.Wait, Label: p.T("pro.day.to_note")}
	case row.State == request.Started:
		return web.Pill{Tone: web.Taken, Label: p.T("pro.day.started")}
	case row.State == request.Accepted && due(row).Before(now):
		return web.Pill{Tone: web.Alert, Label: p.T("pro.day.late")}
	case row.State == request.Accepted:
		return web.Pill{Tone: web.Wait, Label: p.T("pro.day.to_come")}
	}
	return web.StatePill(p, row.State)
}

// due is when somebody is expected next.
func due(row request.Row) time.Time {
	if !row.NextVisit.IsZero() {
		return row.NextVisit
	}
	return row.StartAt
}

// mineRow is one request asked: for whom, from whom, and how far it went.
func mineRow(p *i18n.Printer, row request.Row, now time.Time) web.Row {
	return web.Row{
		Title: or(row.Patient, communeName(row.Commune)), Detail: p.T("pro.at_place", "what", row.Profession.Label(p.Lang()), "place", communeName(row.Commune)), More: progress(p, row, now),
		Href: address(row.ID), Tail: web.StatePill(p, row.State),
	}
}

// draftRow is one form begun and not sent; it opens where it was left.
func draftRow(p *i18n.Printer, row request.Row, now time.Time) web.Row {
	return web.Row{
		Title: or(row.Patient, communeName(row.Commune)), Detail: p.T("pro.at_place", "what", row.Profession.Label(p.Lang()), "place", communeName(row.Commune)),
		More: p.T("pro.home.draft", "when", p.Moment(row.Created, now, zone(row))), Href: draftAddress(row.ID), Tail: web.StatePill(p, row.State),
	}
}

// draftAddress is the form of a draft.
func draftAddress(id request.ID) string {
	return askPath + "?brouillon=" + url.QueryEscape(string(id))
}

// progress says the last step of a request to whoever asked.
func progress(p *i18n.Printer, row request.Row, now time.Time) string {
	switch {
	case row.State == request.Searching:
		return joined([]string{p.T("pro.asked", "n", row.Asked), seen(p, row.Seen)})
	case row.State == request.Unfilled || row.State == request.Waitlisted:
		return nomenclature.UnfilledReasons.Label(nomenclature.ReasonCode(row.Reason), p.Lang())
	case row.State.InCharge() && !due(row).IsZero() && due(row).After(now):
		return p.T("pro.by_and_next", "name", row.Provider.Name, "at", moment(p, due(row), now, zone(row)))
	}
	return row.Provider.Name
}

func doneRow(p *i18n.Printer, row request.Row, now time.Time) web.Row {
	return web.Row{
		Title: or(row.Patient, communeName(row.Commune)), Detail: p.T("pro.at_place", "what", row.Profession.Label(p.Lang()), "place", communeName(row.Commune)),
		More: p.Moment(row.Ended, now, zone(row)), Href: address(row.ID), Tail: web.StatePill(p, row.State),
	}
}

func endOfDay(now time.Time, loc *time.Location) time.Time { return civil.DayOf(now, loc).End(loc) }

// seen says how many have opened a request.
func seen(p *i18n.Printer, n int) string {
	if n == 0 {
		return p.T("pro.seen.none")
	}
	return p.T("pro.seen", "n", n)
}
