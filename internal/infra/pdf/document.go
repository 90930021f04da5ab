package pdf

import (
	"bytes"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"entractes/internal/base/fault"
)

// Document is a text to print. Its parts are written one below the other. It is not for
// concurrent use.
type Document struct {
	Title   string
	Lang    string // "fr"
	Author  string
	Subject string
	// Head stands at the top of each page, Foot at the bottom; Page numbers it: « page 1 sur 3 ».
	Head string
	Foot string
	Page func(n, of int) string
	// Made is when the document was made: the only date in it.
	Made  time.Time
	parts []func(p *pen)
}

// Fact is one thing known, with its name.
type Fact struct{ Label, Text string }

// Column is one heading of a table. Share is its part of the width, beside the other shares.
type Column struct {
	Label string
	Share float64
	Right bool // aligned on the right: numbers
}

// Table is rows under columns; a row that is shorter than the columns ends with empty cells.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Sizes in points; distances in millimetres.
const (
	sizeTitle, sizeHeading, sizeText, sizeSmall = 17.0, 12.0, 10.0, 8.5

	margin      = 18.0
	pageWide    = 210.0
	pageHigh    = 297.0
	topOfText   = 24.0
	endOfText   = pageHigh - 20.0
	textWide    = pageWide - 2*margin
	labelShare  = 0.3
	cellPadding = 1.2
)

// Heading begins a section. It is never the last line of a page.
func (d *Document) Heading(text string) {
	d.add(func(p *pen) {
		p.space(4)
		p.need(p.high(sizeHeading) + 2*p.high(sizeText))
		p.block(text, style{size: sizeHeading, bold: true})
		p.space(1.2)
	})
}

// Paragraph writes a text; its own line ends are kept.
func (d *Document) Paragraph(text string) {
	d.add(func(p *pen) {
		p.block(text, style{size: sizeText})
		p.space(1.5)
	})
}

// Note writes a text in small letters.
func (d *Document) Note(text string) {
	d.add(func(p *pen) {
		p.block(text, style{size: sizeSmall, grey: true})
		p.space(1.5)
	})
}

// Warning writes a text in a frame, so that it is read first.
func (d *Document) Warning(text string) {
	d.add(func(p *pen) {
		s := style{size: sizeText, bold: true}
		lines := p.lines(text, s, textWide-8)
		high := float64(len(lines))*p.high(s.size) + 5
		p.need(high)
		p.f.SetDrawColor(90, 90, 90)
		p.f.Rect(margin, p.y, textWide, high, "D")
		p.y += 2.5
		p.write(lines, s, margin+4)
		p.y += 4.5
	})
}

// Facts writes what is known, each with its name; facts without a text are left out.
func (d *Document) Facts(facts ...Fact) {
	d.add(func(p *pen) {
		for _, f := range facts {
			if f.Text == "" {
				continue
			}
			label, text := style{size: sizeText, grey: true}, style{size: sizeText}
			left, right := p.lines(f.Label, label, textWide*labelShare-3), p.lines(f.Text, text, textWide*(1-labelShare))
			p.need(float64(min(max(len(left), len(right)), 4)) * p.high(sizeText))
			top, page := p.y, p.f.PageNo()
			p.write(left, label, margin)
			end, last := p.y, p.f.PageNo()
			if last == page {
				p.y = top
			}
			p.write(right, text, margin+textWide*labelShare)
			if p.f.PageNo() == last {
				p.y = max(p.y, end)
			}
			p.y += 0.8
		}
		p.space(1.5)
	})
}

// Table writes t; its headings come again on each page.
func (d *Document) Table(t Table) {
	d.add(func(p *pen) { p.table(t) })
}

func (d *Document) add(part func(p *pen)) { d.parts = append(d.parts, part) }

// Bytes draws the document: once to count its pages, once to number them.
func (d *Document) Bytes() (_ []byte, err error) {
	defer fault.Wrap(&err, "draw %q", d.Title)
	first, err := d.draw(0)
	if err != nil {
		return nil, err
	}
	second, err := d.draw(first.PageCount())
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = second.Output(&b)
	return b.Bytes(), err
}

// file is an empty file with what is said of the document.
func (d *Document) file() (*fpdf.Fpdf, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(d.Made.UTC())
	f.SetModificationDate(d.Made.UTC())
	f.SetTitle(d.Title, true)
	f.SetAuthor(d.Author, true)
	f.SetSubject(d.Subject, true)
	f.SetProducer("Entr’Actes", true)
	f.SetLang(d.Lang)
	f.SetAutoPageBreak(false, 0)
	return f, f.Error()
}

// draw draws every part on a fresh file of that many pages; zero when nobody knows yet.
func (d *Document) draw(pages int) (*fpdf.Fpdf, error) {
	f, err := d.file()
	if err != nil {
		return nil, err
	}
	p := newPen(f)
	p.open = func() { d.frame(p, pages) }
	p.page()
	p.block(d.Title, style{size: sizeTitle, bold: true})
	p.space(2)
	for _, part := range d.parts {
		part(p)
	}
	return f, f.Error()
}

// frame writes the head and the foot of a page.
func (d *Document) frame(p *pen, pages int) {
	s := style{size: sizeSmall, grey: true}
	p.at(d.Head, s, margin, 11)
	p.f.SetDrawColor(190, 190, 190)
	p.f.Line(margin, 17, pageWide-margin, 17)
	p.at(d.Foot, s, margin, pageHigh-13)
	if d.Page != nil {
		words := d.Page(p.f.PageNo(), max(pages, p.f.PageNo()))
		p.at(words, s, pageWide-margin-p.width(words, s), pageHigh-13)
	}
}
