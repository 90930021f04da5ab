package pdf

import (
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// style is how a text is written.
type style struct {
	size float64
	bold bool
	grey bool
}

// pen writes from the top of a page to its end, and opens the next one.
type pen struct {
	f    *fpdf.Fpdf
	y    float64
	open func()          // writes what every page has
	has  map[string]bool // the faces in the file: only those written with
}

func newPen(f *fpdf.Fpdf) *pen { return &pen{f: f, has: map[string]bool{}} }

// take puts a face in the file when it is first written with.
func (p *pen) take(name string) {
	if p.has[name] {
		return
	}
	p.has[name] = true
	for _, face := range faces() {
		if face.name == name {
			p.f.AddUTF8FontFromBytes(name, "", face.ttf)
		}
	}
}

// page opens a page.
func (p *pen) page() {
	p.f.AddPage()
	p.open()
	p.y = topOfText
}

// need opens a page when less than high millimetres are left on this one.
func (p *pen) need(high float64) {
	if p.y+high > endOfText && p.y > topOfText {
		p.page()
	}
}

func (p *pen) space(mm float64) {
	if p.y > topOfText {
		p.y += mm
	}
}

// high is the height of a line.
func (p *pen) high(size float64) float64 { return size * 0.3528 * 1.36 }

// set chooses the face in which a run is written.
func (p *pen) set(r run, s style) {
	p.take(r.face(s.bold))
	p.f.SetFont(r.face(s.bold), "", s.size)
	if s.grey {
		p.f.SetTextColor(85, 85, 85)
	} else {
		p.f.SetTextColor(0, 0, 0)
	}
}

// width is how wide a text is.
func (p *pen) width(text string, s style) float64 {
	w := 0.0
	for _, r := range runs(text) {
		p.set(r, s)
		w += p.f.GetStringWidth(r.text)
	}
	return w
}

// at writes one line with its top left corner at x, y.
func (p *pen) at(text string, s style, x, y float64) {
	for _, r := range runs(text) {
		p.set(r, s)
		p.f.Text(x, y+s.size*0.3528*0.95, r.text)
		x += p.f.GetStringWidth(r.text)
	}
}

// write writes lines one below the other from here, on the next page when this one ends.
func (p *pen) write(lines []string, s style, x float64) {
	for _, line := range lines {
		p.need(p.high(s.size))
		p.at(line, s, x, p.y)
		p.y += p.high(s.size)
	}
}

// block breaks a text into lines as wide as the page and writes them.
func (p *pen) block(text string, s style) {
	p.write(p.lines(text, s, textWide), s, margin)
}

// lines breaks a text at its line ends and at spaces that may break; a word wider than
// the line is cut.
func (p *pen) lines(text string, s style, wide float64) []string {
	var out []string
	for _, paragraph := range strings.Split(printable(text), "\n") {
		line, used := "", 0.0
		gap := p.width(" ", s)
		for _, word := range strings.FieldsFunc(paragraph, func(r rune) bool { return r == ' ' }) {
			w := p.width(word, s)
			if line != "" && used+gap+w > wide {
				out, line, used = append(out, line), "", 0
			}
			for w > wide {
				var head string
				head, word = p.cut(word, s, wide)
				out = append(out, head)
				w = p.width(word, s)
			}
			if line != "" {
				line, used = line+" ", used+gap
			}
			line, used = line+word, used+w
		}
		out = append(out, line)
	}
	return out
}

// cut splits a word where it no longer fits; its head holds one letter at least.
func (p *pen) cut(word string, s style, wide float64) (head, rest string) {
	end := 0
	for i, c := range word {
		next := i + utf8.RuneLen(c)
		if end > 0 && p.width(word[:next], s) > wide {
			break
		}
		end = next
	}
	return word[:end], word[end:]
}

// table writes rows; one is kept whole when a page can hold it.
func (p *pen) table(t Table) {
	shares := 0.0
	for _, c := range t.Columns {
		shares += c.Share
	}
	if shares == 0 {
		return
	}
	head := make([]string, len(t.Columns))
	wide := make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		head[i], wide[i] = c.Label, textWide*c.Share/shares
	}
	heading, body := style{size: sizeSmall, bold: true}, style{size: sizeSmall}
	p.need(p.rowHigh(p.cells(head, wide, heading), heading) + 2*p.high(sizeSmall))
	p.row(t, head, wide, heading)
	for _, row := range t.Rows {
		if high := p.rowHigh(p.cells(row, wide, body), body); p.y+high > endOfText && high < endOfText-topOfText-10 {
			p.page()
			p.row(t, head, wide, heading)
		}
		p.row(t, row, wide, body)
	}
	p.space(3)
}

// cells breaks each text of a row to the width of its column.
func (p *pen) cells(row []string, wide []float64, s style) [][]string {
	out := make([][]string, len(wide))
	for i := range wide {
		if i < len(row) {
			out[i] = p.lines(row[i], s, wide[i]-2*cellPadding)
		}
	}
	return out
}

func (p *pen) rowHigh(cells [][]string, s style) float64 {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return float64(most)*p.high(s.size) + 2*cellPadding
}

// row writes one row under a thin line. A row longer than a page goes on on the next.
func (p *pen) row(t Table, row []string, wide []float64, s style) {
	cells := p.cells(row, wide, s)
	most := 0
	for _, c := range cells {
		most = max(most, len(c))
	}
	p.need(p.high(s.size) + 2*cellPadding)
	p.f.SetDrawColor(200, 200, 200)
	p.f.Line(margin, p.y, pageWide-margin, p.y)
	p.y += cellPadding
	for n := range most {
		p.need(p.high(s.size))
		x := margin
		for i, c := range cells {
			if n < len(c) {
				left := x + cellPadding
				if t.Columns[i].Right {
					left = x + wide[i] - cellPadding - p.width(c[n], s)
				}
				p.at(c[n], s, left, p.y)
			}
			x += wide[i]
		}
		p.y += p.high(s.size)
	}
	p.y += cellPadding
}
