package pro

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// shares tells whether somebody reads the inbox of a service with others. The desk has its console.
func shares(a actor.Actor) bool {
	return a.Structure != "" && !a.Supervises() && !a.Has(actor.RoleOperator)
}

// servesOnly tells whether what somebody is told is told to his service alone: its inbox
// then comes first. Who is also told things himself finds it beside them.
func servesOnly(a actor.Actor) bool { return shares(a) && a.Person == "" }

// showItems shows what concerns the service of the reader; v holds what an act has to say.
func (p *Pages) showItems(w http.ResponseWriter, r *http.Request, v itemsView) error {
	ctx := r.Context()
	box, err := p.Supervise.ReadInbox(ctx, filterOf(v.keep))
	if err != nil {
		return err
	}
	ids := make([]request.ID, len(box.Items))
	for n, i := range box.Items {
		ids[n] = i.Request
	}
	rows, err := p.Requests.List(ctx, ids)
	if err != nil {
		return err
	}
	v = v.fill(web.P(ctx), box, rows)
	page := web.Page{Title: v.p.T("pro.inbox"), Section: "home", Back: "/", Says: v.p.T("team.inbox.says", "n", box.Unread)}
	if v.refused == nil {
		page.Live = topics(web.Actor(ctx))
	}
	return p.render(w, r, web.Status(v.refused), page, itemsBody(v))
}

// takeItem answers POST /notifications/{id}/prendre: « je m’en occupe », for the service.
func (p *Pages) takeItem(w http.ResponseWriter, r *http.Request) error {
	return p.own(w, r, "prendre", func(*web.Form, request.ID) error {
		_, err := p.Supervise.Take(r.Context(), here(r))
		return err
	})
}

func (p *Pages) leaveItem(w http.ResponseWriter, r *http.Request) error {
	return p.own(w, r, "laisser", func(*web.Form, request.ID) error {
		_, err := p.Supervise.Leave(r.Context(), here(r))
		return err
	})
}

// giveItem answers POST /notifications/{id}/confier: to a colleague, as the item was seen.
func (p *Pages) giveItem(w http.ResponseWriter, r *http.Request) error {
	return p.own(w, r, "confier", func(f *web.Form, id request.ID) error {
		to := f.Required("to", codeMax)
		seen, err := strconv.ParseInt(f.Text("vu", codeMax), 10, 64)
		if err != nil {
			seen = -1 // a form that nobody sent: met as one that is no longer right
		}
		if err := f.Err(); err != nil {
			return err
		}
		_, err = p.Supervise.Give(r.Context(), id, to, seen)
		return err
	})
}

// own changes who looks after an item and leads back to it. A refusal is told above the list.
func (p *Pages) own(w http.ResponseWriter, r *http.Request, name string, do func(f *web.Form, id request.ID) error) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	keep := f.Text("garder", codeMax)
	err = do(f, here(r))
	if f.Text("suite", codeMax) == readRequest {
		return p.owned(w, r, name, err)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return web.Redirect(w, r, inboxPath+"?"+url.Values{"vue": {readService}, "garder": {keep}, "fait": {name}}.Encode()+"#i-"+string(here(r)))
	case kind != fault.KindConflict && kind != fault.KindInvalid:
		return err
	}
	return p.showItems(w, r, itemsView{keep: keep, refused: err, at: here(r)})
}

// owned leads back to the page of the request that the form stood on, or tells there why nothing changed.
func (p *Pages) owned(w http.ResponseWriter, r *http.Request, name string, err error) error {
	if err == nil {
		return web.Redirect(w, r, afterAct(here(r), name))
	}
	f := web.NewForm()
	if !f.Take(err) {
		return err
	}
	sh, shown := p.Requests.Show(r.Context(), here(r))
	if shown != nil {
		return err
	}
	return p.renderRequest(w, r, web.Status(err), newRequestView(sh, web.P(r.Context()), web.Actor(r.Context())).refusedIn(name, f))
}

// keeps are the parts of the inbox, in the order of their links.
var keeps = []struct {
	name   string
	filter supervise.InboxFilter
	count  func(b supervise.Inbox) int
}{
	{"tout", supervise.InboxAll, func(b supervise.Inbox) int { return b.All }},
	{"non-lues", supervise.InboxUnread, func(b supervise.Inbox) int { return b.Unread }},
	{"miennes", supervise.InboxMine, func(b supervise.Inbox) int { return b.Mine }},
	{"personne", supervise.InboxNobody, func(b supervise.Inbox) int { return b.Nobody }},
}

func filterOf(name string) supervise.InboxFilter {
	for _, k := range keeps {
		if k.name == name {
			return k.filter
		}
	}
	return supervise.InboxAll
}

// itemsView is the shared inbox in words.
type itemsView struct {
	p     *i18n.Printer
	box   supervise.Inbox
	items []itemView
	keep  string
	// done names the act just done; refused is why one was not, about the item at.
	done    string
	refused error
	at      request.ID
}

func (v itemsView) fill(p *i18n.Printer, box supervise.Inbox, rows map[request.ID]request.Row) itemsView {
	v.p, v.box = p, box
	for _, i := range box.Items {
		if row, ok := rows[i.Request]; ok {
			v.items = append(v.items, itemView{Item: i, row: row, v: v})
		}
	}
	return v
}

// filters are the parts of the inbox, with how much each holds.
func (v itemsView) filters() []web.Filter {
	out := make([]web.Filter, len(keeps))
	for n, k := range keeps {
		out[n] = web.Filter{
			Label: v.p.T("team.inbox." + k.name), Count: k.count(v.box), On: k.filter == filterOf(v.keep),
			Href: inboxPath + "?" + url.Values{"vue": {readService}, "garder": {k.name}}.Encode(),
		}
	}
	return out
}

// itemView is one request that concerns the service.
type itemView struct {
	supervise.Item
	row request.Row
	v   itemsView
}

func (i itemView) id() string { return "i-" + string(i.Request) }

// title is whom it is about, as far as the reader may know.
func (i itemView) title() string {
	return joinedBy(" · ", or(i.row.Patient, i.v.p.T("team.inbox.patient")), communeName(i.row.Commune))
}

func (i itemView) what() string {
	return joinedBy(" · ", i.row.Profession.Label(i.v.p.Lang()), acts(i.v.p, i.row.Request), i.row.From.Role)
}

// last is what the service was told last, and when.
func (i itemView) last() string {
	if i.Last.ID == "" {
		return i.v.p.T("pro.story.at", "at", i.moment(i.At), "who", i.v.p.T("team.inbox.asked"))
	}
	return i.v.p.T("pro.story.at", "at", i.moment(i.Last.At), "who", i.Last.Words(i.v.p).Title)
}

func (i itemView) moment(t time.Time) string { return moment(i.v.p, t, i.v.box.Now, zone(i.row)) }

func (i itemView) mine() bool { return !i.Owner.Nobody() && i.Owner.Account == i.v.box.Reader }

// read names who has opened it since.
func (i itemView) read() string {
	names := make([]string, len(i.Readers))
	for n, r := range i.Readers {
		names[n] = i.v.p.T("team.seen.by", "name", r.Name, "at", i.moment(r.At))
	}
	if len(names) == 0 {
		return i.v.p.T("team.inbox.read.none")
	}
	return i.v.p.T("team.inbox.read", "names", joined(names))
}

func (i itemView) post(act string) string {
	return inboxPath + "/" + string(i.Request) + "/" + act
}

// colleagues are those it may be given to; whoever has it is left out, and the reader
// where he has a button of his own.
func (i itemView) colleagues() []web.Option {
	var out []web.Option
	for _, c := range i.v.box.Colleagues {
		if c.Account != i.Owner.Account && (c.Account != i.v.box.Reader || !i.Owner.Nobody()) {
			out = append(out, web.Option{Value: c.Account, Label: c.Name})
		}
	}
	return out
}
