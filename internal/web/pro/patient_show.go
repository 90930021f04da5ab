package pro

import (
	"context"
	"net/http"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// patientShow answers GET /patients/{id}; "qui" searches somebody for the usual team.
func (p *Pages) patientShow(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.renderPatient(w, r, http.StatusOK, f, "")
}

func (p *Pages) renderPatient(w http.ResponseWriter, r *http.Request, status int, f *web.Form, refused string) error {
	return p.renderPatientWith(w, r, status, f, refused, func(*patientView) {})
}

// renderPatientWith lets the page of a refused form add what only it knows.
func (p *Pages) renderPatientWith(w http.ResponseWriter, r *http.Request, status int, f *web.Form, refused string, more func(v *patientView)) error {
	ctx := r.Context()
	file, err := p.Requests.PatientFile(ctx, patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet && string(file.Patient.ID) != r.PathValue("id") {
		return web.Redirect(w, r, patientAddress(file.Patient.ID)) // the file it was merged into
	}
	v := viewPatient(ctx, file, f, refused)
	if v.query != "" {
		found, err := p.Directory.Search(ctx, directory.Filter{Text: v.query})
		if err != nil {
			return err
		}
		v.found = found.Cards
	}
	more(&v)
	page := web.Page{Title: v.p.T("pro.patient"), Lead: v.who, Section: "patients", Back: "/patients"}
	if v.Entitled {
		page.Actions = web.Button{Label: v.p.T("patient.print"), Icon: "printer", Attrs: templ.Attributes{"data-print": true}}
	}
	if refused == "" {
		page.Live = topics(web.Actor(ctx))
	}
	return p.render(w, r, status, page, patientBody(v))
}

// patientView is a patient's file in words.
type patientView struct {
	request.File
	p        *i18n.Printer
	now      time.Time
	who      string
	identity identityView
	form     *web.Form
	refused  string
	query    string
	found    []directory.Card
	// done is what has just been done, in a sentence; changing the relative whose form is open;
	// opposable whom the name in the form of an opposition may mean.
	done      string
	changing  string
	opposable []web.Option
}

func viewPatient(ctx context.Context, file request.File, f *web.Form, refused string) patientView {
	v := patientView{File: file, p: web.P(ctx), now: web.Now(ctx), form: f, refused: refused, query: f.Value("qui"), changing: f.Value("proche")}
	v.identity = viewIdentity(v.p, file.Patient.Identity, v.now)
	if key := "patient.done." + f.Value("fait"); v.p.Has(key) {
		v.done = v.p.T(key)
	}
	v.who = joined([]string{v.identity.name, v.identity.age})
	return v
}

// facts are the identity, with how far it was verified.
func (v patientView) facts() []web.Fact {
	i := v.Patient.Identity
	facts := []web.Fact{
		{Label: v.p.T("pro.patient.born"), Text: bornWords(v.p, i)},
		{Label: v.p.T("pro.patient.sex"), Text: v.p.T("pro.sex." + string(i.Sex))},
		{Label: v.p.T("pro.patient.birth_name"), Text: i.BirthName},
		{Label: v.p.T("identity.given_names"), Text: or(i.GivenNames, i.FirstName)},
		{Label: v.p.T("pro.patient.birth_place"), Text: joinedBy(" · ", i.BirthPlace, i.BirthPlaceCode)},
		{Label: v.p.T("pro.patient.ins"), Body: v.ins()},
		{Label: v.p.T("identity.ins"), Text: v.matricule()},
	}
	if s, ok := nomenclature.InsuranceSchemeOf(i.InsuranceScheme); ok {
		facts = append(facts, web.Fact{Label: v.p.T("pro.patient.scheme"), Text: s.Label(v.p.Lang())})
	}
	return append(facts, web.Fact{Label: v.p.T("pro.patient.number"), Text: i.FileNumber})
}

// ins says how far the identity was verified: only a qualified one may travel with the national number.
func (v patientView) ins() web.Pill {
	i := v.Patient.Identity
	pill := web.Pill{Label: v.p.T("pro.ins." + string(i.INSStatus)), Icon: statusIcon(i.INSStatus)}
	switch {
	case i.Fictitious:
		pill.Label, pill.Icon = v.p.T("pro.ins.fictitious"), "circle-dashed"
	case i.Doubtful:
		pill.Tone, pill.Icon, pill.Label = web.Alert, "", v.p.T("pro.ins.doubtful")
	case i.INSStatus.Proved():
		pill.Tone = web.Taken
	}
	return pill
}

// verified is ins for who reads the identity whole.
func (v patientView) verified() templ.Component {
	if !v.Entitled {
		return nil
	}
	return v.ins()
}

// matricule is the national number, which nobody reads below a qualified identity.
func (v patientView) matricule() string {
	n, ok := v.Patient.Identity.OutgoingINS()
	if !ok {
		return ""
	}
	return n.String()
}

// history tells the requests of the patient, the last first.
func (v patientView) history() []web.Entry {
	var entries []web.Entry
	for _, r := range v.Requests {
		pill := web.StatePill(v.p, r.State)
		entries = append(entries, web.Entry{
			Title: r.Profession.Label(v.p.Lang()), Detail: r.Sentence(v.p), Tone: pill.Tone, Icon: pill.Icon,
			At: v.p.T("pro.story.at", "at", moment(v.p, asked(r), v.now, zone(r)), "who", r.From.Role), Body: historyLink(pill, address(r.ID), v.p.T("pro.patient.open")),
		})
	}
	return entries
}

// latest is the last request whose file opens the patient's identity: what one asks from
// the patient's file follows it.
func (v patientView) latest() request.ID {
	for _, r := range v.Requests {
		if r.Sight.Identity && r.State != request.Draft {
			return r.ID
		}
	}
	return ""
}

// asked is when a request began to be searched, or was written.
func asked(r request.Row) time.Time {
	if r.Triggered.IsZero() {
		return r.Created
	}
	return r.Triggered
}

// of returns the form of an act: what was sent when it was refused, an empty one otherwise.
func (v patientView) of(act string) *web.Form {
	if v.refused == act {
		return v.form
	}
	return web.NewForm()
}

// fileLabels name the fields of the forms of a file in the summary of what is at fault.
func (v patientView) fileLabels() map[string]string {
	labels := map[string]string{
		"name": v.p.T("pro.team.name"), "profession": v.p.T("pro.team.profession"), "phone": v.p.T("pro.team.phone"), "since": v.p.T("team.since.label"),
		"scope": v.p.T("oppose.scope"), "somebody": v.p.T("oppose.who"), "opposed_profession": v.p.T("oppose.which"), "said_by": v.p.T("oppose.by"),
	}
	for _, name := range []string{"name", "link", "phone", "trusted_on"} {
		labels["relative_"+name] = v.p.T("relative." + name)
	}
	return labels
}
