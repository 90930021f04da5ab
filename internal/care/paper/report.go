package paper

import (
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/pdf"
)

// Report is a care report to print or to send.
func Report(p *i18n.Printer, s request.ReportSheet) *pdf.Document {
	loc := civil.ZoneOf(string(s.Request.Commune)).Loc
	d := newDocument(p, p.T("paper.report.title"), s.Report.At)
	if s.Report.Alert {
		d.Warning(p.T("paper.report.alert"))
	}
	d.Facts(identity(p, s.Patient.Identity)...)
	d.Facts(
		pdf.Fact{Label: p.T("paper.author"), Text: author(p, s.Author)},
		pdf.Fact{Label: p.T("paper.written"), Text: moment(p, s.Report.At, loc)},
		pdf.Fact{Label: p.T("paper.place"), Text: commune(s.Request.Commune)},
		pdf.Fact{Label: p.T("paper.asked_by"), Text: s.Request.From.Role},
		pdf.Fact{Label: p.T("paper.gp"), Text: s.GP},
	)
	d.Heading(p.T("paper.need"))
	d.Paragraph(s.Request.FullSentence(p, request.Details{Motive: s.Motive}))
	d.Heading(p.T("request.report.text"))
	d.Paragraph(s.Report.Text)
	vitals(p, d, s)
	var facts []pdf.Fact
	for _, said := range s.Report.Said(p, loc) {
		if said.Section != request.SectionAlert { // the warning says it
			facts = append(facts, pdf.Fact{Label: said.Label, Text: said.Text})
		}
	}
	if len(facts) > 0 {
		d.Heading(p.T("paper.report.care"))
		d.Facts(facts...)
	}
	d.Note(p.T("paper.report.recipients"))
	return d
}

// vitals writes what was measured beside what is usual for an adult.
func vitals(p *i18n.Printer, d *pdf.Document, s request.ReportSheet) {
	if len(s.Report.Vitals) == 0 {
		return
	}
	born := s.Patient.Identity.BirthDate
	adult := born.IsZero() || born.YearsUntil(civil.DayOf(s.Report.At, civil.ZoneOf(string(s.Request.Commune)).Loc)) >= 18
	t := pdf.Table{Columns: []pdf.Column{{Label: p.T("paper.vital"), Share: 3}, {Label: p.T("paper.value"), Share: 2, Right: true}, {Label: p.T("paper.usual"), Share: 4}}}
	for _, v := range nomenclature.Vitals() {
		for _, r := range s.Report.Vitals {
			if r.Code == v.Code {
				t.Rows = append(t.Rows, []string{v.Label(p.Lang()), r.Text(p), usual(p, v, r, adult)})
			}
		}
	}
	d.Heading(p.T("request.report.vitals"))
	d.Table(t)
}

// usual says where a value stands beside the usual range of an adult.
func usual(p *i18n.Printer, v nomenclature.Vital, r nomenclature.Reading, adult bool) string {
	scale, ok := v.Scale(r.Unit)
	if !ok || !scale.HasUsual || !adult {
		return ""
	}
	words := p.T("paper.usual.range", "low", p.Decimal(scale.Low, scale.Decimals), "high", scale.Text(p, scale.High))
	switch r.Usual() {
	case nomenclature.Above:
		return p.T("paper.usual.high", "range", words)
	case nomenclature.Below:
		return p.T("paper.usual.low", "range", words)
	}
	return words
}

func author(p *i18n.Printer, a request.Author) string {
	words := []string{a.Name, a.Profession.Label(p.Lang())}
	if a.RPPS != "" {
		words = append(words, p.T("paper.rpps", "number", a.RPPS))
	}
	return strings.Join(words, ", ")
}

// identity is who the document is about.
func identity(p *i18n.Printer, i patient.Identity) []pdf.Fact {
	loc := civil.ZoneOf(string(i.Commune)).Loc
	born := ""
	if !i.BirthDate.IsZero() {
		born = p.Date(i.BirthDate.Start(loc), loc)
	}
	ins := string(i.INSStatus)
	switch {
	case i.Fictitious:
		ins = "fictitious"
	case i.Doubtful:
		ins = "doubtful"
	}
	return []pdf.Fact{
		{Label: p.T("paper.patient"), Text: i.FullName()},
		{Label: p.T("paper.birth_name"), Text: i.BirthName},
		{Label: p.T("paper.born"), Text: born},
		{Label: p.T("paper.ins"), Text: p.T("paper.ins." + ins)},
		{Label: p.T("paper.file_number"), Text: i.FileNumber},
	}
}

// newDocument is a document with what every one of ours has.
func newDocument(p *i18n.Printer, title string, made time.Time) *pdf.Document {
	return &pdf.Document{
		Title: title, Lang: p.Lang(), Author: p.T("paper.house"), Head: p.T("paper.house"), Foot: p.T("paper.foot"),
		Page: func(n, of int) string { return p.T("paper.page", "page", n, "of", of) }, Made: made,
	}
}

func moment(p *i18n.Printer, t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return p.DayYear(t, loc) + ", " + p.Hour(t, loc)
}

func commune(code territory.CommuneCode) string {
	c, ok := territory.CommuneOf(code)
	if !ok {
		return string(code)
	}
	return c.Name
}
