package pro

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// amending is the address of the act « modifier ».
const amending = "modifier"

// amendForm answers GET /demandes/{id}/modifier: the need as it is, to be changed.
func (p *Pages) amendForm(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.Requests.Show(r.Context(), here(r))
	if err != nil {
		return err
	}
	v := newRequestView(sh, web.P(r.Context()), web.Actor(r.Context()))
	if !v.may(request.ActAmend) {
		return web.Redirect(w, r, address(v.ID))
	}
	v.form = v.amendable()
	return p.renderAmend(w, r, http.StatusOK, v)
}

// amend answers POST /demandes/{id}/modifier. A refused form comes back with what was typed.
func (p *Pages) amend(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	ctx := request.Once(r.Context(), submission(r, f))
	c := readChange(f)
	if err = f.Err(); err == nil {
		if _, err = p.Requests.Amend(ctx, here(r), c); err == nil {
			return web.Redirect(w, r, afterAct(here(r), amending))
		}
		if !f.Take(err) {
			return err
		}
	}
	sh, shown := p.Requests.Show(r.Context(), here(r))
	if shown != nil {
		return errors.Join(err, shown)
	}
	v := newRequestView(sh, web.P(r.Context()), web.Actor(r.Context())).refusedIn(amending, f)
	if !v.may(request.ActAmend) {
		return p.renderRequest(w, r, web.Status(err), v)
	}
	return p.renderAmend(w, r, web.Status(err), v)
}

func (p *Pages) renderAmend(w http.ResponseWriter, r *http.Request, status int, v requestView) error {
	return p.render(w, r, status, web.Page{Title: v.p.T("pro.modifier"), Lead: communeName(v.Commune), Section: "home", Back: address(v.ID), Narrow: true}, amendBody(v))
}

// readChange reads the need the form asks. Hours are those of the commune it carries.
func readChange(f *web.Form) request.Change {
	c := request.Change{
		Mode: nomenclature.Mode(f.Text("mode", codeMax)), Urgency: nomenclature.Urgency(f.Text("urgency", codeMax)),
		Start: f.Moment("start", placeZoneOf(f)), Motive: f.Text("motive", noteMax), Prescription: request.Prescription(f.Text("prescription", codeMax)),
		Access: &request.Access{
			Building: f.Text("building", nameMax), Floor: f.Text("floor", nameMax), Door: f.Text("door", nameMax), Code: f.Text("code", nameMax), NameOnDoor: f.Text("name_on_door", nameMax),
		},
	}
	c.Acts = amendedActs(f)
	n := need{f: f}
	c.Frequency = n.often(c.Acts)
	c.Days, c.End = n.during()
	c.Blocks = &request.Blocks{Maternity: n.maternity(), Transport: n.journey(), Answers: n.answers(c.Acts)}
	return c
}

// amendable is the form filled with what the request asks.
func (v requestView) amendable() *web.Form {
	f := web.NewForm("mode", string(v.Mode), "urgency", string(v.Urgency), "start", v.field(v.StartAt), "motive", v.motive(),
		"prescription", cmp.Or(string(v.Care.Prescription), string(request.PrescriptionWithPatient)))
	for _, code := range v.Request.Acts {
		f.Set("acts", append(f.Values("acts"), string(code))...)
	}
	need{f: f}.fill(append(oftenOf(v.Care.Frequency), duringOf(v.Care)...))
	need{f: f}.writeBlocks(v.details())
	if v.Patient != nil {
		a := request.AccessOf(v.Patient.Identity)
		f.Set("building", a.Building)
		f.Set("floor", a.Floor)
		f.Set("door", a.Door)
		f.Set("code", a.Code)
		f.Set("name_on_door", a.NameOnDoor)
	}
	return f
}

// amendActs parts the acts of the profession into those asked and the others.
func (v requestView) amendActs() (asked, others []web.Option) {
	for _, a := range nomenclature.ActsFor(v.Profession) {
		o := web.Option{Value: string(a.Code), Label: a.Code.Label(v.p.Lang())}
		if slices.Contains(v.Request.Acts, a.Code) {
			asked = append(asked, o)
		} else {
			others = append(others, o)
		}
	}
	return asked, others
}

func (v requestView) modes() []web.Option {
	p, _ := nomenclature.ProfessionOf(v.Profession)
	var options []web.Option
	for _, m := range p.Modes {
		options = append(options, web.Option{Value: string(m), Label: m.Label(v.p.Lang())})
	}
	return options
}

func (v requestView) urgencies() []web.Option {
	var options []web.Option
	for _, u := range nomenclature.Urgencies() {
		options = append(options, web.Option{Value: string(u.Code), Label: u.Label(v.p.Lang())})
	}
	return options
}

// amendedActs are the acts that the form asks at this moment.
func amendedActs(f *web.Form) (acts []nomenclature.ActCode) {
	for _, code := range slices.Concat(f.Values("acts"), f.Values("more_acts")) {
		acts = append(acts, nomenclature.ActCode(code))
	}
	return acts
}

// birth tells whether the form asks about a birth, and journey about a journey.
func (v requestView) birth() bool {
	return slices.Contains(births, v.Profession) || !v.details().Maternity.Empty()
}

func (v requestView) journey() bool {
	return request.IsJourney(v.Profession, v.Mode) || !v.details().Transport.Empty()
}

// amendSays tells what follows a change, before it is made.
func (v requestView) amendSays() string {
	switch {
	case v.State == request.Searching:
		return v.p.T("pro.modifier.searching")
	case v.Request.Provider.Name != "":
		return v.p.T("pro.modifier.carried", "name", v.Request.Provider.Name)
	}
	return v.p.T("pro.modifier.nobody")
}

// amendLabels names the fields of the form, for the summary of its faults.
func (v requestView) amendLabels() map[string]string {
	labels := map[string]string{}
	for name, key := range map[string]string{"frequency": "ask.often", "often_n": "ask.often", "on": "ask.on", "days_n": "ask.on.n", "days": "ask.during", "during_n": "ask.during"} {
		labels[name] = v.p.T(key)
	}
	for _, name := range []string{"acts", "mode", "urgency", "start", "motive", "building", "floor", "door", "code"} {
		labels[name] = v.p.T("pro.modifier." + name)
	}
	labels["name_on_door"] = v.p.T("pro.modifier.name")
	labels["prescription"] = v.p.T("document.prescription")
	return labels
}

// changed names the parts of the need that the last amendment changed.
func (v requestView) changed() string {
	for _, a := range slices.Backward(v.Timeline) {
		if a.Act == request.ActAmend {
			return parts(v.p, a)
		}
	}
	return ""
}

func parts(p *i18n.Printer, a request.Done) string {
	var words []string
	for _, part := range a.Changed() {
		words = append(words, p.T("pro.part."+part))
	}
	return strings.Join(words, ", ")
}

// before says what was asked before a change: the care, and the motive when it was another.
func (v requestView) before(i int) []web.Fact {
	was, next := v.Versions[i], v.motive()
	if i > 0 {
		next = v.Versions[i-1].Details.Motive
	}
	facts := []web.Fact{
		{Label: v.p.T("pro.reconfirm.before"), Text: was.Asked.Sentence(v.p)},
		{Label: v.p.T("pro.need.start"), Text: v.p.Moment(was.Asked.StartAt, v.Now, v.loc)},
		{Label: v.p.T("pro.need.delay"), Text: was.Asked.Urgency.Label(v.p.Lang())},
	}
	if !v.Sight.Motive {
		return facts
	}
	if was.Details.Motive != next {
		facts = append(facts, web.Fact{Label: v.p.T("pro.reconfirm.motive"), Text: was.Details.Motive})
	}
	for _, said := range was.Details.Blocks(v.p, was.Asked.Acts) {
		facts = append(facts, web.Fact{Label: v.p.T("pro.reconfirm.blocks"), Text: said})
	}
	return facts
}

func (v requestView) amendedAt(i int) string {
	at := v.Versions[i].Until
	return v.p.T("pro.amended", "day", v.p.Day(at, v.loc), "hour", v.p.Hour(at, v.loc))
}
