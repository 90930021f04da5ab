package paper

import (
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/infra/pdf"
)

// Sheet is a document by sections, read on a screen as on paper.
type Sheet struct {
	Title    string
	Sections []Section
}

// Section is one part of a sheet: what is empty of it is not written.
type Section struct {
	Title string
	Text  string
	Facts []pdf.Fact
	Table pdf.Table
	Note  string
}

// PDF is the sheet on paper.
func (s Sheet) PDF(p *i18n.Printer, made time.Time) *pdf.Document {
	d := newDocument(p, s.Title, made)
	for _, one := range s.Sections {
		if one.Title != "" {
			d.Heading(one.Title)
		}
		if one.Text != "" {
			d.Paragraph(one.Text)
		}
		if len(one.Facts) > 0 {
			d.Facts(one.Facts...)
		}
		if len(one.Table.Rows) > 0 {
			d.Table(one.Table)
		}
		if one.Note != "" {
			d.Note(one.Note)
		}
	}
	return d
}
