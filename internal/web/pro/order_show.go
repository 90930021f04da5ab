package pro

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// orderAddress is the page of an order.
func orderAddress(id request.OrderID) string { return "/ordonnances/" + string(id) }

// orderShow answers GET /ordonnances/{id}: the requests made together, and how far each went.
func (p *Pages) orderShow(w http.ResponseWriter, r *http.Request) error {
	o, err := p.Requests.Order(r.Context(), request.OrderID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := orderView{OrderSheet: o, p: web.P(r.Context())}
	page := web.Page{
		Title: or(o.Name, v.p.T("order.title")), Lead: v.lead(), Section: "home", Back: "/", State: v.light(), Says: v.says(),
		Live: []string{"order:" + string(o.ID)},
	}
	return p.render(w, r, http.StatusOK, page, orderBody(v))
}

// orderRule answers POST /ordonnances/{id}/regle: what is done when a mandatory request finds nobody.
func (p *Pages) orderRule(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := request.OrderID(r.PathValue("id"))
	if err := p.Requests.SetPartial(r.Context(), id, request.Partial(f.Text("partial", codeMax))); err != nil {
		return err
	}
	return web.Redirect(w, r, orderAddress(id)+"#regle")
}

// orderView is one order in words, for one reader.
type orderView struct {
	request.OrderSheet
	p *i18n.Printer
}

func (v orderView) lead() string {
	return v.p.T("order.lead", "who", v.Asker, "place", communeName(v.Commune), "when", moment(v.p, v.Created, v.Now, placeZone(v.Commune)))
}

// light says whether the patient may leave.
func (v orderView) light() web.Pill {
	if v.Ready {
		return web.Pill{Tone: web.Taken, Label: v.p.T("order.ready"), Icon: "circle-check", Big: true}
	}
	if v.Incomplete {
		return web.Pill{Tone: web.Alert, Label: v.p.T("order.incomplete"), Big: true}
	}
	return web.Pill{Tone: web.Wait, Label: v.p.T("order.filled", "n", filledOf(v.Lines), "all", len(v.Lines)), Big: true}
}

func (v orderView) says() string { return v.light().Label }

func (v orderView) bar() web.Progress { return orderBar(v.p, v.Lines, "") }

// row is one line in the list: what is asked, and how far it went, for those who may read it.
func (v orderView) row(l request.Line) web.Row {
	row := web.Row{Title: l.Profession.Label(v.p.Lang()), Tail: web.StatePill(v.p, l.State)}
	if l.Mandatory {
		row.Title = v.p.T("order.line.must", "who", row.Title)
	}
	if l.Row == nil {
		row.Detail = v.p.T("order.line.closed")
		return row
	}
	row.Detail, row.More, row.Href = l.Row.Sentence(v.p), progress(v.p, *l.Row, v.Now), address(l.Request)
	return row
}

// mayAddLine tells whether the reader may ask another profession in the same order: those
// who asked and the desk, as long as the request lives.
func (v requestView) mayAddLine() bool {
	return (v.Relation.Requester || v.Relation.Operator || v.Relation.Supervisor) && v.State != request.Draft && !v.State.Terminal()
}

// seriesEnd is the last day planned of a series that somebody carries.
func (v requestView) seriesEnd() string {
	end := request.SeriesEnd(v.Request)
	if end.IsZero() || !v.State.InCharge() {
		return ""
	}
	return v.p.Day(end.Add(-time.Minute), v.loc)
}

// linked is a request that the one shown follows, or that follows it.
func (v requestView) linked(l request.Linked, side string) web.Row {
	row := web.Row{
		Title: l.Profession.Label(v.p.Lang()), Detail: v.p.T("order.link." + side + "." + string(l.Kind)), More: v.p.Moment(l.Created, v.Now, v.loc), Tail: web.StatePill(v.p, l.State),
	}
	if l.Request != "" {
		row.Href = address(l.Request)
	}
	return row
}

// rules are what may be done when a mandatory request finds nobody.
func (v orderView) rules() []web.Option {
	var options []web.Option
	for _, rule := range request.Partials() {
		options = append(options, web.Option{Value: string(rule), Label: v.p.T("order.rule." + string(rule))})
	}
	return options
}

// missing says what is done about a mandatory line that found nobody.
func (v orderView) missing() string { return v.p.T("order.partial." + string(v.Partial)) }

func filledOf(lines []request.Line) int {
	n := 0
	for _, l := range lines {
		if l.Filled {
			n++
		}
	}
	return n
}

// orderBar is the bar of an order; here is the request whose page is shown.
func orderBar(p *i18n.Printer, lines []request.Line, here request.ID) web.Progress {
	bar := web.Progress{Label: p.T("order.bar", "n", filledOf(lines), "all", len(lines))}
	seen := map[nomenclature.ProfessionCode]int{}
	for _, l := range lines {
		part := web.Part{Label: l.Profession.Label(p.Lang()), State: web.StatePill(p, l.State), Must: l.Mandatory, Here: here != "" && l.Request == here}
		if seen[l.Profession]++; seen[l.Profession] > 1 {
			part.Label += " " + strconv.Itoa(seen[l.Profession])
		}
		if l.Request != "" {
			part.Href = address(l.Request)
		}
		bar.Parts = append(bar.Parts, part)
	}
	return bar
}

// orderCard is one order of the home page.
type orderCard struct {
	id    request.OrderID
	title string
	lines []request.Line
	ready bool
}

// templatesLink is where the templates are found from the orders, when no list of
// requests leads there.
func (v homeView) templatesLink() string {
	if len(v.mine) > 0 {
		return ""
	}
	return templatesPath
}

// ordersOf takes the requests of orders still going on out of a list: each order is one bar.
func ordersOf(rows []request.Row) (orders []orderCard, alone []request.Row) {
	by, going, shown := map[request.OrderID][]request.Row{}, map[request.OrderID]bool{}, map[request.OrderID]bool{}
	for _, row := range rows {
		by[row.Order] = append(by[row.Order], row)
		going[row.Order] = going[row.Order] || !row.State.Terminal()
	}
	for _, row := range rows {
		all := by[row.Order]
		if len(all) < 2 || !going[row.Order] {
			alone = append(alone, row)
			continue
		}
		if shown[row.Order] {
			continue
		}
		shown[row.Order] = true
		card := orderCard{id: row.Order, title: or(row.Patient, communeName(row.Commune))}
		slices.SortFunc(all, func(a, b request.Row) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
		whole := make([]request.Request, len(all))
		for i, r := range all {
			whole[i] = r.Request
			card.lines = append(card.lines, request.Line{Request: r.ID, Profession: r.Profession, State: r.State, Mandatory: r.Mandatory, Filled: r.Filled()})
		}
		card.ready = request.Ready(whole)
		orders = append(orders, card)
	}
	return orders, alone
}
