package pro

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// Addresses of the form and of what it searches.
const (
	askPath      = "/demandes/nouvelle"
	communesPath = "/communes"
	actsPath     = "/actes"
	peoplePath   = "/annuaire"
)

// partHeader is sent by the script that wants one part of the page only: the preview, or
// the questions of the acts chosen.
const partHeader = "X-Part"

// askForm answers GET /demandes/nouvelle: ?brouillon= opens a draft, ?comme= proposes what
// another request asked, ?modele= what a template holds, ?patient= the patient; ?suite=
// follows another request, as another profession or, with &genre=renouvellement, as the same care again.
func (p *Pages) askForm(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	f := web.NewForm("often", asUsual, "during", "0", "from", fromSoon, "urgency", string(nomenclature.U3), "sex", string(patient.UnknownSex),
		"prescription", string(request.PrescriptionWithPatient))
	with := patient.ID(q.Text("patient", 64))
	house, err := p.askHouse(r.Context(), with)
	if err != nil {
		return err
	}
	draft := q.Text("brouillon", 64)
	switch from := or(draft, q.Text("comme", 64)); {
	case from != "":
		sheet, err := p.Requests.Show(r.Context(), request.ID(from))
		if err != nil {
			return err
		}
		if draft != "" && sheet.State != request.Draft {
			return web.Redirect(w, r, address(sheet.ID))
		}
		writeAsk(f, sheet, house.settings)
		if draft != "" {
			writeDocuments(f, sheet)
		}
		if asked := or(sheet.From.Service, sheet.From.Person); draft != "" && desks(r.Context()) && asked != "" {
			f.Set("caller", sheet.From.Name)
			f.Set("caller_id", asked)
		}
	case q.Has("suite"):
		if err := p.writeFollowing(r.Context(), f, request.ID(q.Text("suite", 64)), q.Value("genre")); err != nil {
			return err
		}
	case q.Has("modele"):
		house.propose(f)
		proposed, err := p.Requests.FromTemplate(r.Context(), request.TemplateID(q.Text("modele", 64)))
		if err != nil {
			return err
		}
		writeTemplate(f, proposed)
	default:
		house.propose(f)
	}
	if known := patient.ID(knownIn(f)); known != "" && known != with {
		if house, err = p.askHouse(r.Context(), known); err != nil {
			return err
		}
	}
	if with != "" {
		f.Set("patient", string(with))
	}
	if draft != "" {
		f.Set("draft", draft)
	}
	return p.showAsk(w, r, http.StatusOK, house, f)
}

// ask answers POST /demandes/nouvelle: the button pressed says what is wanted.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	ctx, action := r.Context(), f.Value("action")
	if action == "discard" {
		return p.discard(w, r, request.ID(f.Text("draft", 64)))
	}
	if changed := p.changeAsk(ctx, f, action); changed != nil || r.Header.Get(partHeader) == "questions" {
		return p.showNeeds(w, r, f, changed)
	}
	a, err := p.readForm(ctx, f)
	if err != nil {
		return err
	}
	if r.Header.Get(partHeader) == "preview" {
		return web.Fragment(w, r, http.StatusOK, p.previews(ctx, a))
	}
	if done, err := p.doAsk(ctx, action, f, a); err == nil && done.ID != "" {
		return web.Redirect(w, r, afterAsk(action, a, done))
	} else if err != nil && !f.Take(err) {
		return err
	}
	house, err := p.askHouse(ctx, a.Patient)
	if err != nil {
		return err
	}
	house.communes, house.read = a.Communes, &a
	status := http.StatusOK
	if err := f.Err(); err != nil {
		status = web.Status(err)
	}
	return p.showAsk(w, r, status, house, f)
}

// readForm reads everything the form says.
func (p *Pages) readForm(ctx context.Context, f *web.Form) (a askRead, err error) {
	near, err := p.near(ctx)
	if err != nil {
		return a, err
	}
	a = readAsk(f, near, p.placeOfKnown(ctx, patient.ID(f.Value("patient"))), web.Now(ctx))
	if err := p.readDocuments(ctx, f, &a.Ask); err != nil {
		return a, err
	}
	return a, p.readCaller(ctx, f, &a)
}

// changeAsk does what changes the form itself: one need more, one less, what was asked
// another time. It returns where to go on, nil for any other button.
func (p *Pages) changeAsk(ctx context.Context, f *web.Form, action string) *string {
	needs := needsIn(f)
	switch what, which, _ := strings.Cut(action, ":"); what {
	case "add":
		if len(needs) == maxNeeds {
			return &needs[len(needs)-1].prefix
		}
		f.Set("lines", strconv.Itoa(len(needs)+1))
		if len(needs) == 1 {
			f.Set("mandatory", "1")
		}
		n := needsIn(f)[len(needs)]
		for field, value := range newNeed {
			n.set(field, value)
		}
		return &n.prefix
	case "remove":
		f.Set("lines", strconv.Itoa(max(1, len(needs)-1)))
		return &needs[max(0, len(needs)-2)].prefix
	case "again":
		prefix, index, _ := strings.Cut(which, "/")
		habits, err := p.Requests.Habits(ctx)
		i, bad := strconv.Atoi(index)
		at := slices.IndexFunc(needs, func(n need) bool { return n.prefix == prefix })
		if err != nil || bad != nil || i < 0 || i >= len(habits) || at < 0 {
			return &needs[0].prefix
		}
		needs[at].fill(careOf(habits[i]))
		return &needs[at].prefix
	}
	return nil
}

// newNeed is what a further need proposes before anything is chosen.
var newNeed = map[string]string{"often": asUsual, "during": "0", "from": fromSoon, "urgency": string(nomenclature.U3), "mandatory": "1"}

// showNeeds shows the form as it now is, at one of its needs; to the script that follows
// the acts chosen, their questions alone.
func (p *Pages) showNeeds(w http.ResponseWriter, r *http.Request, f *web.Form, at *string) error {
	ctx := r.Context()
	if at == nil {
		n := need{f, f.Value("need")}
		if !slices.ContainsFunc(needsIn(f), func(o need) bool { return o.prefix == n.prefix }) {
			n.prefix = ""
		}
		return web.Fragment(w, r, http.StatusOK, askQuestions(questionsOf(ctx, n, n.acts())))
	}
	if err := p.readDocuments(ctx, f, &request.Ask{}); err != nil {
		return err
	}
	house, err := p.askHouse(ctx, patient.ID(knownIn(f)))
	if err != nil {
		return err
	}
	f.Set("open", stepOf(*at))
	return p.showAsk(w, r, http.StatusOK, house, f)
}

// knownIn is the patient chosen in the form, "" for somebody new or nobody.
func knownIn(f *web.Form) string {
	if id := f.Text("patient", 64); id != newPatient {
		return id
	}
	return ""
}

// discard throws a draft away: whoever began it wants none of it.
func (p *Pages) discard(w http.ResponseWriter, r *http.Request, id request.ID) error {
	const mistake = "typing_error"
	if id != "" {
		if _, err := p.Requests.Cancel(r.Context(), id, mistake); err != nil {
			return err
		}
	}
	return web.Redirect(w, r, "/?fait=brouillon")
}

// readCaller reads for whom the call desk asks: chosen in the directory, or typed so
// that it names one. It says nothing for other people, who ask for themselves.
func (p *Pages) readCaller(ctx context.Context, f *web.Form, a *askRead) error {
	name, id := f.Chosen("caller", "caller_id")
	if !desks(ctx) || name == "" {
		return nil
	}
	if id == "" {
		found, err := p.placeable(ctx, name)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			f.Refuse(fault.Invalid("request.caller", "caller"))
			return nil
		}
		id = found[0].Value
	}
	a.For.ID = id
	return nil
}

// desks tells whether the reader answers the calls of those who have no application.
func desks(ctx context.Context) bool { return web.Actor(ctx).Has(actor.RoleOperator) }

// doAsk does what the button says. It returns the zero Request, and no error, when only
// the preview was wanted or when the form itself is at fault.
func (p *Pages) doAsk(ctx context.Context, action string, f *web.Form, a askRead) (request.Request, error) {
	if a.Nobody && action != "preview" {
		f.Refuse(fault.Invalid("ask.patient", "patient"))
	}
	switch action {
	case "trigger":
		if f.Err() != nil {
			return request.Request{}, p.alsoWrong(ctx, f, a)
		}
		if len(a.More) == 0 {
			return p.Requests.Trigger(ctx, a.Ask)
		}
		all, err := p.Requests.TriggerOrder(ctx, a.lines())
		if err != nil {
			return request.Request{}, err
		}
		return all[0], nil
	case "save":
		return p.saveDraft(ctx, f, a)
	}
	return request.Request{}, nil
}

// saveDraft keeps the form as it is: what is still wrong in the need waits for the
// sending, what is wrong in the person cannot.
func (p *Pages) saveDraft(ctx context.Context, f *web.Form, a askRead) (request.Request, error) {
	if slices.ContainsFunc(f.Faults(), func(e *fault.Error) bool { return !aboutNeed(e.Field) }) {
		return request.Request{}, nil
	}
	a.Details.Form = draftOf(f, web.Now(ctx), civil.ZoneOf(string(a.Place)).Loc)
	done, err := p.Requests.Save(ctx, a.Ask)
	return done, err
}

// alsoWrong is what the use case would refuse besides what could not be read: one fault
// for a field, and nothing about a person when nobody was chosen.
func (p *Pages) alsoWrong(ctx context.Context, f *web.Form, a askRead) error {
	err := p.Requests.CheckOrder(ctx, a.lines())
	if fault.KindOf(err) != fault.KindInvalid {
		return err
	}
	var l fault.List
	for _, e := range fault.Fields(err) {
		if f.Fault(ctx, e.Field) == "" && (!a.Nobody || aboutNeed(e.Field)) {
			l.Add(e)
		}
	}
	return l.Err()
}

// afterAsk is the page that follows: the request, or the order of several.
func afterAsk(action string, a askRead, done request.Request) string {
	if action == "trigger" && len(a.More) > 0 {
		return orderAddress(done.Order)
	}
	return address(done.ID)
}

func (p *Pages) showAsk(w http.ResponseWriter, r *http.Request, status int, house askHouse, f *web.Form) (err error) {
	ctx := r.Context()
	if house.read == nil {
		a := readAsk(web.CopyForm(f), house.center, p.placeOfKnown(ctx, patient.ID(knownIn(f))), web.Now(ctx))
		house.read = &a
	}
	v := house.view(ctx, f)
	if v.Documents, err = p.given(ctx, f); err != nil {
		return err
	}
	v.Preview = p.previews(ctx, *house.read)
	return p.render(w, r, status, web.Page{Title: printer(ctx).T("ask.title"), Section: "ask", Back: "/", Actions: templatesLink(ctx)}, requestNew(v))
}
