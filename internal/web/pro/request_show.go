package pro

import (
	"net/http"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// requestShow answers GET /demandes/{id}.
func (p *Pages) requestShow(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.Requests.Show(r.Context(), request.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	if !web.Refreshing(r) {
		if err := p.Supervise.ReadItem(r.Context(), sh.ID); err != nil {
			return err
		}
	}
	return p.renderRequest(w, r, http.StatusOK, newRequestView(sh, web.P(r.Context()), web.Actor(r.Context())).justDone(r.URL.Query().Get("fait")).unfold(r.URL.Query().Get("acte")))
}

func (p *Pages) renderRequest(w http.ResponseWriter, r *http.Request, status int, v requestView) (err error) {
	if v.owner, v.shared, err = p.Supervise.OwnerFor(r.Context(), v.ID); err != nil {
		return err
	}
	if v.colleagues, err = p.colleagues(r.Context(), v.Offer, v.Request.Provider); err != nil {
		return err
	}
	page := web.Page{
		Title: communeName(v.Commune), Lead: v.lead(), Section: "home", Back: "/",
		State: web.StatePill(v.p, v.State), Says: v.says(),
	}
	if v.refused == "" {
		page.Live = []string{"request:" + string(v.ID)}
		if len(v.Lines) > 1 {
			page.Live = append(page.Live, "order:"+string(v.Order))
		}
	}
	return p.render(w, r, status, page, requestBody(v))
}

// requestView is one request in words, for one reader.
type requestView struct {
	request.Sheet
	p   *i18n.Printer
	me  actor.Actor
	loc *time.Location
	// done is the act that has just been done, by its address; refused the one that was
	// refused, whose form holds what was written and why.
	done    string
	refused string
	form    *web.Form
	// unfolded is the act whose form is open at first; placeable whom the name in the form may mean.
	unfolded  string
	placeable []web.Option
	// owner is who looks after the request for the reader's desk or service; shared tells that he has one.
	owner  supervise.Owner
	shared bool
	// colleagues are those who may come for the structure of the reader.
	colleagues []web.Option
}

func newRequestView(sh request.Sheet, p *i18n.Printer, me actor.Actor) requestView {
	return requestView{Sheet: sh, p: p, me: me, loc: placeZone(sh.Commune), form: web.NewForm()}
}

// justDone makes the page say what has just been done.
func (v requestView) justDone(act string) requestView {
	if v.p.Has("pro.done." + act) {
		v.done = act
	}
	return v
}

// unfold opens the form of an act at first: where a link of the desk leads.
func (v requestView) unfold(act string) requestView {
	v.unfolded = act
	return v
}

// refusedIn makes the page show again the form of an act with its faults.
func (v requestView) refusedIn(act string, form *web.Form) requestView {
	v.refused, v.form = act, form
	return v
}

// of returns the form of an act: what was sent when it was refused, an empty one otherwise.
func (v requestView) of(act string) *web.Form {
	if v.refused == act {
		return v.form
	}
	return web.NewForm()
}

// may tells whether the reader may do act now.
func (v requestView) may(act request.Act) bool {
	for _, a := range v.Acts {
		if a == act {
			return true
		}
	}
	return false
}

// mayWrite tells whether the thread is open to the reader: the two sides, once somebody is in charge.
func (v requestView) mayWrite() bool {
	return v.Request.Provider.ID != "" && (v.Relation.Provider || v.Relation.Stands || v.Relation.Requester || v.Relation.Operator)
}

func (v requestView) lead() string {
	if !v.Sight.Need {
		return ""
	}
	return v.p.T("pro.at_place", "what", v.Profession.Label(v.p.Lang()), "place", v.Urgency.Label(v.p.Lang()))
}

// says is what is announced when the page changes by itself.
func (v requestView) says() string {
	state := v.p.T("request.state." + string(v.State))
	switch {
	case v.State == request.Searching && len(v.Rounds) > 0:
		return v.p.T("pro.says", "state", state, "more", v.counts(v.Rounds[0].Counts))
	case v.State.InCharge() && v.Request.Provider.Name != "" && v.Sight.Timeline:
		return v.p.T("pro.says", "state", state, "more", v.Request.Provider.Name)
	}
	return state
}

// waiting tells whether the reader is asked and has not answered.
func (v requestView) waiting() bool { return v.Offer != nil && v.may(request.ActAccept) }

// lost says what became of a request the reader was asked about and does not carry; "" otherwise.
func (v requestView) lost() string {
	if v.Offer == nil || v.waiting() || v.Relation.Provider || v.Relation.Requester || v.Relation.Colleague {
		return ""
	}
	switch v.Offer.State {
	case request.OfferDeclined:
		return v.p.T("pro.lost.declined")
	case request.OfferTakenByOther:
		return v.p.T("pro.lost.taken")
	case request.OfferWithdrawn:
		return v.p.T("pro.lost.withdrawn")
	case request.OfferExpired:
		return v.p.T("pro.lost.expired")
	}
	return ""
}

func (v requestView) ask() web.AskCard {
	row := request.Row{Request: v.Request, Sight: v.Sight, Acts: v.Acts, Offer: v.Offer}
	c := askCard(v.p, row, v.Now)
	c.Patient, c.Open, c.Propose = v.Name, "", ""
	f := v.of("accepter")
	c.Key = f.Key()
	c.Inside = answering{request: v.ID, offer: *v.Offer, sent: f, colleagues: v.colleagues}
	return c
}

// sentence is the structured care; the motive stands beside it, for those who may read it.
func (v requestView) sentence() string { return v.Sentence(v.p) }

func (v requestView) motive() string { return v.details().Motive }

// details are the clinical texts, empty for who may not read them.
func (v requestView) details() request.Details {
	if v.Details == nil {
		return request.Details{}
	}
	return *v.Details
}

// blocks are what was written besides the motive, for those who may read it.
func (v requestView) blocks() (facts []web.Fact) {
	d := v.details()
	if said := d.Answers.Sentence(v.p, v.Request.Acts); said != "" {
		facts = append(facts, web.Fact{Label: v.p.T("pro.need.answers"), Text: said})
	}
	if !d.Maternity.Empty() {
		facts = append(facts, web.Fact{Label: v.p.T("pro.need.maternity"), Text: d.Maternity.Sentence(v.p)})
	}
	if !d.Transport.Empty() {
		facts = append(facts, web.Fact{Label: v.p.T("pro.need.journey"), Text: d.Transport.Sentence(v.p)})
	}
	return facts
}

// need lists the facts of the care asked.
func (v requestView) need() []web.Fact {
	facts := []web.Fact{
		{Label: v.p.T("pro.need.start"), Text: v.start()},
		{Label: v.p.T("pro.need.delay"), Text: v.Urgency.Label(v.p.Lang())},
	}
	if end := v.seriesEnd(); end != "" {
		facts = append(facts, web.Fact{Label: v.p.T("order.series_end"), Text: end})
	}
	if v.motive() != "" {
		facts = append([]web.Fact{{Label: v.p.T("pro.need.motive"), Text: v.motive()}}, facts...)
	}
	facts = append(facts, v.blocks()...)
	if where := v.prescription(); where != "" {
		facts = append(facts, web.Fact{Label: v.p.T("document.prescription"), Text: where})
	}
	if len(v.Care.Networks) > 0 {
		facts = append(facts, web.Fact{Label: v.p.T("targeting.networks"), Text: v.p.Join(v.Care.Networks)})
	}
	asker := []string{v.From.Role, v.From.Name}
	if v.From.Role == v.From.Name || !v.Sight.Timeline {
		asker = asker[:1]
	}
	facts = append(facts, web.Fact{Label: v.p.T("pro.need.asker"), Body: askerWords(joined(asker), v.askerPhone())})
	if v.Request.Provider.Name != "" && v.Sight.Timeline {
		facts = append(facts, v.provider())
	}
	if v.Avoidance != "" {
		facts = append(facts, web.Fact{Label: v.p.T("pro.avoidance.said"), Text: v.p.T("request.avoidance." + string(v.Avoidance))})
	}
	return facts
}

// provider is who carries the request, with the phone of whoever the directory does not know.
func (v requestView) provider() web.Fact {
	fact := web.Fact{Label: v.p.T("pro.need.provider"), Body: providerWords(v.Request.Provider.Name, v.providerPhone())}
	if o := v.Outsider; o != nil {
		fact.Body = askerWords(joined([]string{o.Name, o.Profession.Label(v.p.Lang())}), o.Phone)
	}
	return fact
}

// askerPhone is given to whoever carries the request, and to those who may read everything.
func (v requestView) askerPhone() directory.Phone {
	if !v.Sight.Identity {
		return ""
	}
	phone, err := directory.ParsePhone(v.From.Phone)
	if err != nil {
		return "" // nothing to call
	}
	return phone
}

// start says when care is wanted; a day without an hour is a day.
func (v requestView) start() string {
	if v.StartAt.IsZero() {
		return ""
	}
	at := v.StartAt.In(v.loc)
	if at.Hour() == 0 && at.Minute() == 0 {
		return v.p.Day(at, v.loc)
	}
	return v.p.Moment(at, v.Now, v.loc)
}

// outcomes are what a visit may have been.
func (v requestView) outcomes() []web.Option {
	options := []web.Option{{Value: request.VisitDone, Label: v.p.T("pro.visit.done"), Group: v.p.T("pro.visit.done.group")}}
	for _, o := range reasonOptions(v.p, nomenclature.VisitNotDoneReasons) {
		o.Group = v.p.T("pro.visit.not_done.group")
		options = append(options, o)
	}
	return options
}

func reasonOptions(p *i18n.Printer, list nomenclature.ReasonList) []web.Option {
	return optionsOf(p, nomenclature.Reasons(list))
}

func optionsOf(p *i18n.Printer, reasons []nomenclature.Reason) []web.Option {
	var options []web.Option
	for _, r := range reasons {
		options = append(options, web.Option{Value: string(r.Code), Label: r.Label(p.Lang())})
	}
	return options
}

// field writes an instant as a field of a form reads it.
func (v requestView) field(t time.Time) string { return t.In(v.loc).Format("2006-01-02T15:04") }

// post is the address of an act.
func (v requestView) post(act string) templ.SafeURL { return templ.SafeURL(address(v.ID) + "/" + act) }

// next says when somebody comes next.
func (v requestView) next() string {
	switch {
	case !v.NextVisit.IsZero():
		return v.p.Moment(v.NextVisit, v.Now, v.loc)
	case v.State == request.Accepted:
		return v.p.T("pro.next.start", "at", v.start())
	}
	return v.p.T("pro.next.none")
}

// contactLabel tells whether the first visit is agreed already.
func (v requestView) contactLabel() string {
	if v.NextVisit.IsZero() {
		return v.p.T("pro.contact")
	}
	return v.p.T("pro.contact.again")
}

// resumes says what taking the request up means: a search again, or the same provider.
func (v requestView) resumes(part string) string {
	if v.CameFrom == request.Searching {
		return v.p.T("pro.reprendre.search." + part)
	}
	return v.p.T("pro.reprendre.carried." + part)
}

// startNeeded tells whether a search cannot be taken up « as soon as possible ».
func (v requestView) startNeeded() bool {
	return v.CameFrom == request.Searching && v.Urgency == nomenclature.Planned
}

// suspended says why the request stopped for a while.
func (v requestView) suspended() string {
	return nomenclature.SuspendReasons.Label(nomenclature.ReasonCode(v.Reason), v.p.Lang())
}

func (v requestView) unfilled() string {
	return nomenclature.UnfilledReasons.Label(nomenclature.ReasonCode(v.Reason), v.p.Lang())
}

func (v requestView) declineReasons() []web.Option {
	return reasonOptions(v.p, nomenclature.DeclineReasons)
}

func (v requestView) hasOtherActs() bool {
	return v.Renewable() || v.Relation.Requester || v.mayAddLine() || slices.ContainsFunc([]request.Act{
		request.ActTrigger, request.ActNameComing, request.ActRetry, request.ActWiden, request.ActComplete, request.ActRelease, request.ActHandBack, request.ActOfferHandOver, request.ActAmend, request.ActSuspend, request.ActResume, request.ActWaitlist, request.ActMarkError, request.ActPlace, request.ActCancel,
	}, v.may)
}

func (v requestView) bubbles() []web.Bubble {
	var out []web.Bubble
	for _, m := range v.Messages {
		b := web.Bubble{From: v.writer(m), At: moment(v.p, m.At, v.Now, v.loc), Text: m.Text, Mine: m.Mine}
		out = append(out, b)
	}
	return out
}

// writer is who wrote a message, and for which service.
func (v requestView) writer(m request.Message) string {
	if name := v.service(m.OnBehalf); name != "" && name != m.Name {
		return v.p.T("pro.story.for", "who", m.Name, "name", name)
	}
	return m.Name
}

func (v requestView) noted(at time.Time, name string) string {
	return v.p.T("pro.story.at", "at", moment(v.p, at, v.Now, v.loc), "who", name)
}

func (v requestView) roundTitle(d request.RoundSheet) string {
	return v.p.T("pro.round", "n", d.Number)
}

func (v requestView) roundPill(d request.RoundSheet) web.Pill {
	pill := web.Pill{Label: v.p.T("pro.round." + string(d.State)), Tone: web.Done}
	switch {
	case d.Undone():
		pill.Label = v.p.T("pro.round.undone")
	case d.Amended():
		pill.Label = v.p.T("pro.round.amended")
	case d.HandedOver():
		pill.Label = v.p.T("pro.round.handed_over")
	}
	switch d.State {
	case request.RoundOpen:
		pill.Tone = web.Wait
	case request.RoundTaken:
		pill.Tone = web.Taken
	case request.RoundFailed:
		pill.Tone = web.Alert
	}
	return pill
}

// notAsked counts the people who were not asked, by reason.
func (v requestView) notAsked(d request.RoundSheet) string {
	var words []string
	for code, n := range d.Planned.Counts {
		if n > 0 {
			words = append(words, v.p.T("pro.not_asked", "n", n, "why", v.verdict(code)))
		}
	}
	slices.Sort(words)
	return joinedBy(" · ", words...)
}

// hasFacts tells whether one fact at least has a value.
func hasFacts(facts []web.Fact) bool {
	return slices.ContainsFunc(facts, func(f web.Fact) bool { return f.Text != "" || f.Body != nil })
}
