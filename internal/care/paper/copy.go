package paper

import (
	"strings"

	"entractes/internal/base/i18n"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf"
)

// Copy is the file of a patient as pages, to give him: who he is, who is around him, what he said, and each request with what
// was written in it.
func Copy(p *i18n.Printer, c request.Copy) Sheet {
	w := copyist{p, c}
	s := Sheet{Title: p.T("paper.copy"), Sections: []Section{w.identity(), w.around(), w.said()}}
	for _, sheet := range c.Sheets {
		s.Sections = append(s.Sections, w.request(sheet))
	}
	return s
}

type copyist struct {
	p *i18n.Printer
	c request.Copy
}

func (w copyist) identity() Section {
	i := w.c.Patient.Identity
	s := Section{Title: w.p.T("paper.copy.identity"), Facts: append(identity(w.p, i),
		pdf.Fact{Label: w.p.T("paper.copy.phone"), Text: i.Phone.String()},
		pdf.Fact{Label: w.p.T("paper.copy.address"), Text: joined(i.Street, commune(i.Commune))},
		pdf.Fact{Label: w.p.T("paper.copy.access"), Text: joined(i.Building, i.Floor, i.Door, i.Code, i.NameOnDoor)},
		pdf.Fact{Label: w.p.T("paper.evidence.number"), Text: string(w.c.Patient.ID)},
		pdf.Fact{Label: w.p.T("paper.evidence.made"), Text: moment(w.p, w.c.Now, w.c.Zone)})}
	for _, v := range w.c.Versions {
		s.Facts = append(s.Facts, pdf.Fact{Label: w.p.T("paper.copy.until", "at", moment(w.p, v.Until, w.c.Zone)), Text: joined(v.Identity.FullName(), v.Identity.Phone.String(), v.Identity.Street, commune(v.Identity.Commune))})
	}
	if w.c.Kept > 0 {
		s.Note = w.p.T("paper.copy.kept", "n", w.c.Kept)
	}
	return s
}

func (w copyist) around() Section {
	s := Section{Title: w.p.T("paper.copy.around")}
	for _, list := range [][]patient.Member{w.c.Team, w.c.Past} {
		for _, m := range list {
			name := w.c.Cards[m.Subject].Name
			if m.Outsider != nil {
				name = joined(m.Outsider.Name, m.Outsider.Town, m.Outsider.Phone.String())
			}
			if m.RegisteredGP {
				name += " (" + w.p.T("paper.copy.gp") + ")"
			}
			if !m.Until.IsZero() {
				name += ", " + w.p.T("paper.copy.until", "at", moment(w.p, m.Until, w.c.Zone))
			}
			s.Facts = append(s.Facts, pdf.Fact{Label: m.Profession.Label(w.p.Lang()), Text: name})
		}
	}
	for _, r := range w.c.Relatives {
		s.Facts = append(s.Facts, pdf.Fact{Label: w.p.T("paper.copy.relative"), Text: joined(r.Name, r.Phone.String())})
	}
	return s
}

func (w copyist) said() Section {
	s := Section{Title: w.p.T("paper.evidence.consent")}
	for _, a := range w.c.Agreements {
		s.Facts = append(s.Facts, pdf.Fact{Label: moment(w.p, a.At, w.c.Zone), Text: w.p.T("paper.copy.agreed")})
	}
	for _, o := range w.c.Oppositions {
		s.Facts = append(s.Facts, witness{p: w.p, loc: w.c.Zone}.opposition(o))
	}
	return s
}

// request is one request with what was written in it.
func (w copyist) request(sh request.Sheet) Section {
	p := w.p
	s := Section{Title: p.DayYear(sh.Created, w.c.Zone) + " · " + sh.Profession.Label(p.Lang()), Facts: []pdf.Fact{
		{Label: p.T("paper.need"), Text: sh.Sentence(p)},
		{Label: p.T("paper.asked_by"), Text: joined(sh.From.Role, sh.From.Name)},
		{Label: p.T("paper.evidence.state"), Text: p.T("request.state." + string(sh.State))},
		{Label: p.T("paper.evidence.provider"), Text: sh.Provider.Name},
	}}
	add := func(label, text string) {
		if text != "" {
			s.Facts = append(s.Facts, pdf.Fact{Label: label, Text: text})
		}
	}
	if sh.Details != nil {
		add(p.T("paper.copy.motive"), sh.Details.Motive)
	}
	for _, v := range sh.Visits {
		add(p.T("paper.copy.visit", "at", moment(p, v.At, w.c.Zone)), joined(v.Name, v.Note))
	}
	for _, r := range sh.Reports {
		var parts []string
		for _, said := range r.Said(p, w.c.Zone) {
			parts = append(parts, said.Label+" : "+said.Text)
		}
		add(p.T("paper.copy.report", "at", moment(p, r.At, w.c.Zone)), joined(r.Name, r.Text, strings.Join(parts, ", ")))
	}
	for _, m := range sh.Messages {
		add(p.T("paper.copy.message", "at", moment(p, m.At, w.c.Zone)), m.Name+" : "+m.Text)
	}
	for _, d := range sh.Documents {
		add(p.T("paper.copy.document"), d.Name)
	}
	return s
}
