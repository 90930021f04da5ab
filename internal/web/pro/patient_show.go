package pro

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// patientShow answers GET /patients/{id}; "qui" searches somebody for the usual team.
func (p *Pages) patientShow(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	return p.renderPatient(w, r, http.StatusOK, f, "")
}

// patientTeam answers POST /patients/{id}/equipe: "fin" ends a membership, otherwise
// somebody joins, of the directory or not.
func (p *Pages) patientTeam(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := patient.ID(r.PathValue("id"))
	if f.Has("fin") {
		if err := p.Requests.LeaveTeam(r.Context(), id, patient.MemberID(f.Text("fin", codeMax))); err != nil {
			return err
		}
		return web.Redirect(w, r, patientAddress(id)+"#equipe")
	}
	m := member(f)
	if err = f.Err(); err == nil {
		err = p.Requests.JoinTeam(r.Context(), id, m, f.Bool("traitant"))
	}
	if err == nil {
		return web.Redirect(w, r, patientAddress(id)+"#equipe")
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.renderPatient(w, r, web.Status(err), f, "equipe")
}

// member reads who joins: a card of the directory, or an outsider.
func member(f *web.Form) patient.Member {
	if subject := f.Text("subject", codeMax); subject != "" {
		return patient.Member{Subject: directory.Subject{Kind: directory.Kind(f.Text("kind", codeMax)), ID: subject}}
	}
	phone, err := directory.ParsePhone(f.Text("phone", codeMax))
	if err != nil {
		f.Take(err)
	}
	return patient.Member{Profession: nomenclature.ProfessionCode(f.Required("profession", codeMax)), Outsider: &patient.Outsider{
		Name: f.Required("name", nameMax), Town: f.Text("town", nameMax), Phone: phone, Mail: f.Text("mail", nameMax), SecureMail: f.Text("secure_mail", nameMax),
	}}
}

func (p *Pages) renderPatient(w http.ResponseWriter, r *http.Request, status int, f *web.Form, refused string) error {
	ctx := r.Context()
	file, err := p.Requests.PatientFile(ctx, patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := viewPatient(ctx, file, f, refused)
	if v.query != "" {
		found, err := p.Directory.Search(ctx, directory.Filter{Text: v.query})
		if err != nil {
			return err
		}
		v.found = found.Cards
	}
	page := web.Page{Title: v.p.T("pro.patient"), Lead: v.who, Section: "patients", Back: "/patients"}
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
}

func viewPatient(ctx context.Context, file request.File, f *web.Form, refused string) patientView {
	v := patientView{File: file, p: web.P(ctx), now: web.Now(ctx), form: f, refused: refused, query: f.Value("qui")}
	v.identity = viewIdentity(v.p, file.Patient.Identity, v.now)
	v.who = joined([]string{v.identity.name, v.identity.age})
	return v
}

// facts are the identity, with how far it was verified.
func (v patientView) facts() []web.Fact {
	i := v.Patient.Identity
	facts := []web.Fact{
		{Label: v.p.T("pro.patient.born"), Text: v.born()},
		{Label: v.p.T("pro.patient.sex"), Text: v.p.T("pro.sex." + string(i.Sex))},
		{Label: v.p.T("pro.patient.birth_name"), Text: i.BirthName},
		{Label: v.p.T("pro.patient.birth_place"), Text: i.BirthPlace},
		{Label: v.p.T("pro.patient.ins"), Body: v.ins()},
	}
	if s, ok := nomenclature.InsuranceSchemeOf(i.InsuranceScheme); ok {
		facts = append(facts, web.Fact{Label: v.p.T("pro.patient.scheme"), Text: s.Label(v.p.Lang())})
	}
	return append(facts, web.Fact{Label: v.p.T("pro.patient.number"), Text: i.FileNumber})
}

func (v patientView) born() string {
	i := v.Patient.Identity
	if i.BirthDate.IsZero() {
		return ""
	}
	loc := placeZone(i.Commune)
	return v.p.DayYear(i.BirthDate.Start(loc), loc)
}

// ins says how far the identity was verified: only a qualified one may travel with the national number.
func (v patientView) ins() web.Pill {
	i := v.Patient.Identity
	pill := web.Pill{Label: v.p.T("pro.ins." + string(i.INSStatus)), Icon: "fingerprint"}
	switch {
	case i.Fictitious:
		pill.Label = v.p.T("pro.ins.fictitious")
	case i.Doubtful:
		pill.Tone, pill.Label = web.Alert, v.p.T("pro.ins.doubtful")
	case i.INSStatus == patient.INSQualified:
		pill.Tone, pill.Icon = web.Taken, "shield-check"
	}
	return pill
}

// teamRow is one member of the usual team; outsiders carry their own name.
func (v patientView) teamRow(m patient.Member) (row web.Row, phone directory.Phone) {
	row.Detail = m.Profession.Label(v.p.Lang())
	if o := m.Outsider; o != nil {
		row.Title, phone = o.Name, o.Phone
		row.More = joinedBy(" · ", o.Town, or(o.SecureMail, o.Mail))
	} else if c, ok := v.Cards[m.Subject]; ok {
		row.Title, phone = c.Name, c.Phone
		row.Detail, row.More = or(c.Label, row.Detail), communeName(c.Commune)
	} else {
		row.Title = v.p.T("pro.team.unknown")
	}
	if m.RegisteredGP {
		row.Detail, row.More = v.p.T("pro.team.gp"), joinedBy(" · ", row.More, v.GPSecureMail)
	}
	row.Avatar = row.Title
	return row, phone
}

// involved lists who carries or carried a request of the patient, each once.
func (v patientView) involved() []web.Row {
	var rows []web.Row
	seen := map[directory.Subject]bool{}
	for _, r := range v.Requests {
		who := r.Provider
		if who.ID == "" || seen[who.Subject] {
			continue
		}
		seen[who.Subject] = true
		row := web.Row{Avatar: who.Name, Title: who.Name, Detail: r.Profession.Label(v.p.Lang()), Tail: statePill(v.p, r.State)}
		if c, ok := v.Cards[who.Subject]; ok {
			row.More = c.Phone.String()
		}
		rows = append(rows, row)
	}
	return rows
}

// history tells the requests of the patient, the last first.
func (v patientView) history() []web.Entry {
	var entries []web.Entry
	for _, r := range v.Requests {
		pill := statePill(v.p, r.State)
		entries = append(entries, web.Entry{
			Title: r.Profession.Label(v.p.Lang()), Detail: r.Sentence(v.p), Tone: pill.Tone, Icon: pill.Icon,
			At: v.p.T("pro.story.at", "at", moment(v.p, asked(r), v.now, zone(r)), "who", r.From.Role), Body: historyLink(pill, address(r.ID), v.p.T("pro.patient.open")),
		})
	}
	return entries
}

// asked is when a request began to be searched, or was written.
func asked(r request.Row) time.Time {
	if r.Triggered.IsZero() {
		return r.Created
	}
	return r.Triggered
}

// professions are those an outsider may have.
func (v patientView) professions() []web.Option { return professionOptions(v.p) }

// professionOptions lists every profession by its name.
func professionOptions(p *i18n.Printer) []web.Option {
	var options []web.Option
	for _, one := range nomenclature.Professions() {
		options = append(options, web.Option{Value: string(one.Code), Label: one.Label(p.Lang())})
	}
	slices.SortFunc(options, func(a, b web.Option) int { return strings.Compare(fold.Key(a.Label), fold.Key(b.Label)) })
	return options
}

// isMember tells whether a card is of the team already.
func (v patientView) isMember(s directory.Subject) bool {
	return slices.ContainsFunc(v.Team, func(m patient.Member) bool { return m.Subject == s && m.ID != "" })
}
