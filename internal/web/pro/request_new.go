package pro

import (
	"context"
	"net/http"
	"net/url"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// Addresses of the form and of what it searches.
const (
	askPath      = "/demandes/nouvelle"
	communesPath = "/communes"
	actsPath     = "/actes"
	peoplePath   = "/annuaire"
)

// previewHeader is sent by the script that only wants the preview.
const previewHeader = "X-Part"

// askForm answers GET /demandes/nouvelle: ?brouillon= opens a draft, ?comme= proposes what
// another request asked, ?patient= the patient.
func (p *Pages) askForm(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	f := web.NewForm("often", asUsual, "during", "0", "from", fromSoon, "urgency", string(nomenclature.U3), "sex", string(patient.UnknownSex))
	house, err := p.askHouse(r.Context(), patient.ID(q.Text("patient", 64)))
	if err != nil {
		return err
	}
	house.propose(f)
	from := q.Text("brouillon", 64) + q.Text("comme", 64)
	if from != "" {
		sheet, err := p.Requests.Show(r.Context(), request.ID(from))
		if err != nil {
			return err
		}
		writeAsk(f, sheet.Request, sheet.Details, civil.ZoneOf(string(sheet.Commune)).Loc)
		if house, err = p.askHouse(r.Context(), sheet.Request.Patient); err != nil {
			return err
		}
	}
	if id := q.Text("patient", 64); id != "" {
		f.Set("patient", id)
	}
	if id := q.Text("brouillon", 64); id != "" {
		f.Set("draft", id)
	}
	return p.showAsk(w, r, http.StatusOK, house, f)
}

// ask answers POST /demandes/nouvelle: the button pressed says what is wanted.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	near, err := p.near(r.Context())
	if err != nil {
		return err
	}
	a := readAsk(f, near, web.Now(r.Context()))
	if err := p.readCaller(r.Context(), f, &a); err != nil {
		return err
	}
	action := f.Value("action")
	if r.Header.Get(previewHeader) == "preview" {
		return web.Fragment(w, r, http.StatusOK, p.preview(r.Context(), a))
	}
	if done, err := p.doAsk(r.Context(), action, f, a); err == nil && done.ID != "" {
		return web.Redirect(w, r, afterAsk(action, done))
	} else if err != nil && !f.Take(err) {
		return err
	}
	house, err := p.askHouse(r.Context(), a.Patient)
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
	case "trigger", "trigger_more":
		if f.Err() != nil {
			return request.Request{}, p.alsoWrong(ctx, f, a)
		}
		return p.Requests.Trigger(ctx, a.Ask)
	case "save":
		if f.Err() != nil {
			return request.Request{}, nil //nolint:nilerr // the form says what is wrong
		}
		return p.Requests.Save(ctx, a.Ask)
	}
	return request.Request{}, nil
}

// alsoWrong is what the use case would refuse besides what could not be read: one fault
// for a field, and nothing about a person when nobody was chosen.
func (p *Pages) alsoWrong(ctx context.Context, f *web.Form, a askRead) error {
	err := p.Requests.Check(ctx, a.Ask)
	if fault.KindOf(err) != fault.KindInvalid {
		return err
	}
	var l fault.List
	for _, e := range fault.Fields(err) {
		if f.Fault(ctx, e.Field) == "" && (!a.Nobody || careFields[e.Field]) {
			l.Add(e)
		}
	}
	return l.Err()
}

// careFields are those that are not about the person.
var careFields = map[string]bool{
	"profession": true, "acts": true, "mode": true, "motive": true, "days": true, "frequency": true, "networks": true, "urgency": true, "start": true, "respond": true, "maternity_date": true, "consent": true,
}

// afterAsk is the page that follows: the request, or another form for the same patient.
func afterAsk(action string, r request.Request) string {
	if action == "trigger_more" {
		return askPath + "?patient=" + url.QueryEscape(string(r.Patient))
	}
	return "/demandes/" + url.PathEscape(string(r.ID))
}

func (p *Pages) showAsk(w http.ResponseWriter, r *http.Request, status int, house askHouse, f *web.Form) error {
	ctx := r.Context()
	if house.read == nil {
		a := readAsk(web.CopyForm(f), house.center, web.Now(ctx))
		house.read = &a
	}
	v := house.view(ctx, f)
	v.Preview = p.preview(ctx, *house.read)
	return p.render(w, r, status, web.Page{Title: printer(ctx).T("ask.title"), Section: "ask", Back: "/"}, requestNew(v))
}

// askHouse is what the form proposes to whoever asks.
type askHouse struct {
	recents  []request.Row
	settings territory.Settings
	lines    []rota.DutyLine
	networks []directory.Network
	center   geo.Point
	communes []territory.Found
	read     *askRead
}

// askHouse reads what the form proposes; with is a patient asked for by name of the
// address, whose file the reader must be allowed to open.
func (p *Pages) askHouse(ctx context.Context, with patient.ID) (h askHouse, err error) {
	if h.recents, err = p.Requests.Recent(ctx); err != nil {
		return h, err
	}
	if with != "" && !h.knows(with) {
		file, err := p.Requests.PatientFile(ctx, with)
		if err != nil {
			return h, err
		}
		row := request.Row{Patient: file.Patient.Identity.ShortName()}
		row.Request.Patient, row.Commune = file.Patient.ID, file.Patient.Identity.Commune
		h.recents = append([]request.Row{row}, h.recents...)
	}
	id := web.Actor(ctx).Territory
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		if h.settings, err = territory.SettingsOf(tx, id); err != nil {
			return err
		}
		if h.lines, err = rota.Lines(tx, rota.Query{Territory: id}); err != nil {
			return err
		}
		if h.networks, err = directory.NetworksIn(tx, id); err != nil {
			return err
		}
		t, err := territory.Of(tx, id)
		h.center = t.Center
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return h, fault.Forbidden("request.ask")
	}
	return h, err
}

func (h askHouse) knows(id patient.ID) bool {
	for _, r := range h.recents {
		if r.Request.Patient == id {
			return true
		}
	}
	return false
}

// propose fills a new form with what the reader asked the last time.
func (h askHouse) propose(f *web.Form) {
	if len(h.recents) == 0 {
		f.Set("patient", newPatient) // otherwise somebody is chosen with intent: never the wrong one by default
	}
	for _, r := range h.recents {
		if r.Profession != "" {
			f.Set("my_phone", directory.Phone(r.From.Phone).String())
			writeCare(f, r.Request)
			return
		}
	}
	f.Set("profession", string(nomenclature.Nurse))
}

// near is around where the reader works: homonyms close to it come first.
func (p *Pages) near(ctx context.Context) (at geo.Point, err error) {
	id := web.Actor(ctx).Territory
	if id == "" {
		return at, nil
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		t, err := territory.Of(tx, id)
		at = t.Center
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return at, nil
	}
	return at, err
}
