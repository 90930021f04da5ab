package pro

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/web"
)

// patientTeam answers POST /patients/{id}/equipe: "fin" ends a membership, now or after the
// day "until"; otherwise somebody joins, of the directory or not.
func (p *Pages) patientTeam(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id, now := patient.ID(r.PathValue("id")), web.Now(r.Context())
	loc := placeZone("") // days of a team are those of the territories
	if f.Has("fin") {
		at := f.Date("until", loc)
		if !at.IsZero() {
			at = civil.DayOf(at, loc).End(loc)
		}
		if err = f.Err(); err == nil {
			err = p.Requests.LeaveTeamOn(r.Context(), id, patient.MemberID(f.Text("fin", codeMax)), at)
		}
	} else {
		m := member(f)
		if since := f.Date("since", loc); !since.IsZero() && civil.DayOf(since, loc) != civil.DayOf(now, loc) {
			m.Since = since
		}
		if err = f.Err(); err == nil {
			err = p.Requests.JoinTeam(r.Context(), id, m, f.Bool("traitant"))
		}
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

// caregiver is somebody who cares or cared for a patient, in words.
type caregiver struct {
	name  string
	role  string
	lines []string // town, addresses, dates
	phone directory.Phone
	// silent tells that his number is known and that he is not to be called.
	silent bool
	tail   web.Pill
}

// memberOf is one member of the usual team (EA-111); outsiders carry their own name.
func (v patientView) memberOf(m patient.Member) caregiver {
	c := caregiver{role: m.Profession.Label(v.p.Lang()), name: v.p.T("pro.team.unknown")}
	if o := m.Outsider; o != nil {
		c.name, c.phone = o.Name, o.Phone
		c.lines = []string{o.Town, o.Mail, v.secure(o.SecureMail)}
	} else if card, ok := v.Cards[m.Subject]; ok {
		c.name, c.phone, c.role = card.Name, card.Phone, or(card.Label, c.role)
		c.lines = []string{communeName(card.Commune), card.Email}
		if m.RegisteredGP && v.GPSecureMail != "" {
			c.lines[1] = v.secure(v.GPSecureMail) // what is about the patient goes there
		}
	}
	if m.RegisteredGP {
		c.role = v.p.T("pro.team.gp")
	}
	c.lines = append(c.lines, v.dates(m))
	return c
}

func (v patientView) secure(address string) string {
	if address == "" {
		return ""
	}
	return v.p.T("team.secure", "address", address)
}

// dates tells since when, and until when it is agreed.
func (v patientView) dates(m patient.Member) string {
	loc := placeZone("")
	switch {
	case m.Since.IsZero():
		return ""
	case m.Until.IsZero():
		return v.p.T("team.since", "day", v.day(m.Since, loc))
	}
	return v.p.T("team.from_to", "from", v.day(m.Since, loc), "to", v.day(m.Until.Add(-time.Minute), loc))
}

// day is « 16/03/2026 », short enough for a line of a list.
func (v patientView) day(t time.Time, loc *time.Location) string {
	if v.p.Lang() == "fr" {
		return t.In(loc).Format("02/01/2006")
	}
	return t.In(loc).Format("2 Jan 2006")
}

// involved lists who accepted a request of the patient, each once, the last first (EA-112):
// nobody before he has accepted. Their phones are for those who read the identity.
func (v patientView) involved() []caregiver {
	var list []caregiver
	seen := map[directory.Subject]bool{}
	for _, who := range v.Involved {
		if seen[who.Subject] {
			continue
		}
		seen[who.Subject] = true
		c := caregiver{name: who.Name, role: who.Profession.Label(v.p.Lang()), tail: web.StatePill(v.p, who.State)}
		if card, ok := v.Cards[who.Subject]; ok {
			c.role, c.phone, c.lines = or(card.Label, c.role), card.Phone, []string{communeName(card.Commune)}
		} else if o, ok := v.Outsiders[who.ID]; ok {
			c.phone = o.Phone
		}
		if !v.Entitled {
			c.phone = ""
		}
		loc := placeZone("")
		c.lines = append(c.lines, v.p.T("team.accepted", "day", v.day(who.Since, loc)))
		if !who.Until.IsZero() {
			c.tail = web.Pill{Label: v.p.T("team.gave_back", "day", v.day(who.Until, loc)), Tone: web.Done, Icon: "undo-2"}
		}
		list = append(list, c)
	}
	return list
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
