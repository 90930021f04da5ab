package pro

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// shortAsk is a request that follows another one or completes an order: the patient is
// known, and a few fields say the rest.
type shortAsk struct {
	p *i18n.Printer
	// kind begins the keys of its sentences: order.add, order.suite, order.renew.
	kind string
	to   string
	back string
	name string
	ask  request.Ask
	form *web.Form
	now  time.Time
	loc  *time.Location
	// sentence is the care asked again; empty when the form asks what is wanted.
	sentence string
	// documents is the part of the form about the prescription and what else is attached.
	documents askView
	// ends is until when the series lasts that is renewed, while somebody carries it.
	ends string
}

// line tells whether what is asked belongs to an order.
func (v shortAsk) line() bool { return v.ask.Order != "" }

// renewal tells whether the same care is asked again.
func (v shortAsk) renewal() bool { return v.ask.Kind == request.KindRenewal }

func (v shortAsk) t(part string) string { return v.p.T(v.kind + "." + part) }

// at writes an instant as a field of a form reads it; "" for none.
func (v shortAsk) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(v.loc).Format("2006-01-02T15:04")
}

func (v shortAsk) askable() []web.Option {
	var options []web.Option
	for _, one := range nomenclature.Dispatchable() {
		options = append(options, web.Option{Value: string(one.Code), Label: one.Label(v.p.Lang())})
	}
	slices.SortFunc(options, func(a, b web.Option) int { return strings.Compare(fold.Key(a.Label), fold.Key(b.Label)) })
	return options
}

func (v shortAsk) urgencies() []web.Option {
	var options []web.Option
	for _, u := range nomenclature.Urgencies() {
		options = append(options, web.Option{Value: string(u.Code), Label: u.Code.Label(v.p.Lang())})
	}
	return options
}

func (v shortAsk) modes() []web.Option {
	var options []web.Option
	for _, m := range nomenclature.Modes() {
		options = append(options, web.Option{Value: string(m.Code), Label: m.Code.Label(v.p.Lang())})
	}
	return options
}

func (v shortAsk) frequencies() []web.Option {
	var options []web.Option
	for _, value := range oftenValues {
		f, err := nomenclature.ParseFrequency(value)
		if err != nil {
			continue
		}
		options = append(options, web.Option{Value: value, Label: capital(f.Label(v.p))})
	}
	if own := v.ask.Care.Frequency; !slices.Contains(oftenValues, own.String()) {
		options = append(options, web.Option{Value: own.String(), Label: capital(own.Label(v.p))})
	}
	return options
}

// value is what was sent, or what is proposed at first.
func (v shortAsk) value(name, proposed string) string {
	if v.form.Has(name) {
		return v.form.Value(name)
	}
	return proposed
}

func (v shortAsk) labels(ctx context.Context) map[string]string {
	t := v.p.T
	labels := map[string]string{
		"profession": t("order.profession"), "urgency": t("order.urgency"), "mode": t("order.mode"), "motive": t("order.motive"), "acts": t("order.motive"),
		"start": t("order.start"), "days": t("order.days"), "often": t("order.often"), "frequency": t("order.often"), "consent": t("order.consent"),
	}
	maps.Copy(labels, documentLabels(ctx))
	return labels
}

// read writes what the form says into the request to be asked.
func (v shortAsk) read() request.Ask {
	f, a := v.form, v.ask
	a.Once, a.Consent = f.Key(), f.Bool("consent")
	a.Start = f.Moment("start", v.loc)
	a.Details.Motive = f.Text("motive", noteMax)
	a.Care.Days = f.Int("days", 0, 730)
	if text := f.Text("often", codeMax); text != a.Care.Frequency.String() {
		often, err := nomenclature.ParseFrequency(text)
		if err != nil {
			f.Refuse(fault.Invalid("form.unknown_choice", "often"))
		}
		a.Care.Frequency = often
	}
	if v.renewal() {
		a.EndsFollowed = f.Bool("ends")
		if a.Urgency = nomenclature.U3; !a.Start.IsZero() {
			a.Urgency = nomenclature.Planned
		}
		return a
	}
	a.Profession, a.Urgency = nomenclature.ProfessionCode(f.Text("profession", codeMax)), nomenclature.Urgency(f.Text("urgency", codeMax))
	if a.Mode = nomenclature.Mode(f.Text("mode", codeMax)); a.Mode == "" {
		a.Mode = (need{f: f}).mode(nil)
	}
	if v.line() {
		a.Mandatory = f.Bool("mandatory")
	}
	return a
}

// showShort shows the form, empty at first.
func (p *Pages) showShort(w http.ResponseWriter, r *http.Request, status int, v shortAsk) error {
	var err error
	if v.documents, err = p.documentsView(r.Context(), v.form); err != nil {
		return err
	}
	page := web.Page{Title: v.t("title"), Lead: v.name, Section: "ask", Back: v.back, Narrow: true}
	return p.render(w, r, status, page, shortAskBody(v))
}

// sendShort triggers what the form asks, and leads to the new request.
func (p *Pages) sendShort(w http.ResponseWriter, r *http.Request, v shortAsk) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	v.form = f
	a := v.read()
	if err := p.readDocuments(r.Context(), f, &a); err != nil {
		return err
	}
	if err = f.Err(); err == nil {
		var done request.Request
		if done, err = p.Requests.Trigger(r.Context(), a); err == nil {
			return web.Redirect(w, r, address(done.ID)+"?fait=declencher")
		}
	} else if also := p.Requests.Check(r.Context(), a); fault.KindOf(also) == fault.KindInvalid {
		takeOthers(r.Context(), f, also)
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.showShort(w, r, web.Status(err), v)
}

// takeOthers adds the faults of the fields that could be read.
func takeOthers(ctx context.Context, f *web.Form, err error) {
	for _, e := range fault.Fields(err) {
		if f.Fault(ctx, e.Field) == "" {
			f.Refuse(e)
		}
	}
}

// newShort is an empty form about a patient of a commune.
func newShort(ctx context.Context, kind string, commune territory.CommuneCode, a request.Ask) shortAsk {
	return shortAsk{p: web.P(ctx), kind: kind, ask: a, form: web.NewForm("prescription", string(request.PrescriptionWithPatient)), now: web.Now(ctx), loc: placeZone(commune)}
}

// orderAddForm answers GET /ordonnances/{id}/ligne.
func (p *Pages) orderAddForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.orderLine(r)
	if err != nil {
		return err
	}
	return p.showShort(w, r, http.StatusOK, v)
}

// orderAdd answers POST /ordonnances/{id}/ligne: one more profession for the same patient.
func (p *Pages) orderAdd(w http.ResponseWriter, r *http.Request) error {
	v, err := p.orderLine(r)
	if err != nil {
		return err
	}
	return p.sendShort(w, r, v)
}

func (p *Pages) orderLine(r *http.Request) (shortAsk, error) {
	a, o, err := p.Requests.NextLine(r.Context(), request.OrderID(r.PathValue("id")))
	if err != nil {
		return shortAsk{}, err
	}
	v := newShort(r.Context(), "order.add", o.Commune, a)
	v.back, v.name, v.to = orderAddress(o.ID), o.Name, orderAddress(o.ID)+"/ligne"
	v.form.Set("mandatory", "1")
	return v, nil
}

// followForm answers GET /demandes/{id}/suite: from the bedside, another profession (EA-110).
func (p *Pages) followForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.following(r, request.KindFollowOn)
	if err != nil {
		return err
	}
	return p.showShort(w, r, http.StatusOK, v)
}

// follow answers POST /demandes/{id}/suite.
func (p *Pages) follow(w http.ResponseWriter, r *http.Request) error {
	v, err := p.following(r, request.KindFollowOn)
	if err != nil {
		return err
	}
	return p.sendShort(w, r, v)
}

// renewForm answers GET /demandes/{id}/renouveler: the same care on a new prescription.
func (p *Pages) renewForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.following(r, request.KindRenewal)
	if err != nil {
		return err
	}
	return p.showShort(w, r, http.StatusOK, v)
}

// renew answers POST /demandes/{id}/renouveler.
func (p *Pages) renew(w http.ResponseWriter, r *http.Request) error {
	v, err := p.following(r, request.KindRenewal)
	if err != nil {
		return err
	}
	return p.sendShort(w, r, v)
}

// following prepares the form of a request that follows the one of the address.
func (p *Pages) following(r *http.Request, kind request.Kind) (shortAsk, error) {
	ctx := r.Context()
	a, before, err := p.Requests.Follow(ctx, here(r), kind)
	if err != nil {
		return shortAsk{}, err
	}
	key, path := "order.suite", "/suite"
	if kind == request.KindRenewal {
		key, path = "order.renew", "/renouveler"
	}
	v := newShort(ctx, key, before.Commune, a)
	v.back, v.name, v.to = address(before.ID), before.Name, address(before.ID)+path
	if v.renewal() {
		v.sentence = before.Sentence(v.p)
		if before.State.InCharge() {
			v.ends = v.p.Day(request.SeriesEnd(before.Request).Add(-time.Minute), v.loc)
			v.form.Set("ends", "1")
		}
	}
	return v, nil
}
