package paper

import (
	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf"
	"entractes/internal/security/audit"
)

// Accesses is the trail of a patient, to give him: who, when, what kind of act, in words. What was read is not in it.
func Accesses(p *i18n.Printer, l request.AccessLog) Sheet {
	t := pdf.Table{Columns: []pdf.Column{
		{Label: p.T("paper.accesses.at"), Share: 3}, {Label: p.T("paper.accesses.who"), Share: 4}, {Label: p.T("paper.accesses.role"), Share: 3}, {Label: p.T("paper.accesses.what"), Share: 5},
	}}
	for _, one := range l.Lines {
		t.Rows = append(t.Rows, []string{p.DayYear(one.At, l.Zone) + " " + p.Hour(one.At, l.Zone), authorOf(p, l, one), roleWords(p, one.Role), actWords(p, one)})
	}
	who := l.Name
	if who == "" {
		who = string(l.Patient)
	}
	text := p.T("paper.accesses.own")
	if l.Whole {
		text = p.T("paper.accesses.whole")
	}
	return Sheet{Title: p.T("paper.accesses"), Sections: []Section{{
		Facts: []pdf.Fact{{Label: p.T("paper.patient"), Text: who}, {Label: p.T("paper.evidence.made"), Text: moment(p, l.Now, l.Zone)}},
		Text:  text, Table: t, Note: p.T("paper.accesses.note"),
	}}}
}

// authorOf names who acted, and for whom.
func authorOf(p *i18n.Printer, l request.AccessLog, one audit.Line) string {
	if name := l.For[one.OnBehalf]; name != "" && name != one.Name {
		return p.T("paper.accesses.for", "who", one.Name, "whom", name)
	}
	return one.Name
}

func roleWords(p *i18n.Printer, role string) string {
	if key := "paper.role." + role; p.Has(key) {
		return p.T(key)
	}
	return role
}

// actWords says what kind of act a line records.
func actWords(p *i18n.Printer, l audit.Line) string {
	words := p.T("paper.act.other")
	if key := "paper.act." + string(l.Action); p.Has(key) {
		words = p.T(key)
	}
	if l.Action == "patient.break_glass" && p.Has("glass.reason."+l.Detail) {
		words += " (" + p.T("glass.reason."+l.Detail) + ")"
	}
	switch l.Outcome {
	case audit.Refused:
		return p.T("paper.act.refused", "what", words)
	case audit.Failed:
		return p.T("paper.act.failed", "what", words)
	}
	return words
}
