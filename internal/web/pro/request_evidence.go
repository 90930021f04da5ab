package pro

import (
	"net/http"

	"entractes/internal/care/paper"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf"
	"entractes/internal/web"
)

// evidence answers GET /demandes/{id}/preuve.
func (p *Pages) evidence(w http.ResponseWriter, r *http.Request) error {
	e, err := p.Requests.Evidence(r.Context(), here(r))
	if err != nil {
		return err
	}
	sheet := paper.Evidence(web.P(r.Context()), e, web.Actor(r.Context()).Name)
	page := web.Page{Title: sheet.Title, Lead: communeName(e.Request.Commune), Section: "home", Back: address(e.Request.ID)}
	return p.render(w, r, http.StatusOK, page, sheetBody(sheet, evidenceAddress(e.Request.ID)+".pdf"))
}

// evidenceFile answers GET /demandes/{id}/preuve.pdf.
func (p *Pages) evidenceFile(w http.ResponseWriter, r *http.Request) error {
	e, err := p.Requests.Evidence(r.Context(), here(r))
	if err != nil {
		return err
	}
	printer := web.P(r.Context())
	return servePaper(w, r, "preuve.pdf", paper.Evidence(printer, e, web.Actor(r.Context()).Name).PDF(printer, e.Now))
}

// evidenceAddress is the evidence sheet of a request.
func evidenceAddress(id request.ID) string { return address(id) + "/preuve" }

func factsOf(list []pdf.Fact) []web.Fact {
	out := make([]web.Fact, len(list))
	for i, f := range list {
		out[i] = web.Fact{Label: f.Label, Text: f.Text}
	}
	return out
}

// tableOf is a table of paper on a screen.
func tableOf(caption string, t pdf.Table) web.DataTable {
	table := web.DataTable{Caption: caption}
	for _, c := range t.Columns {
		table.Columns = append(table.Columns, web.Column{Label: c.Label, Number: c.Right})
	}
	for _, row := range t.Rows {
		line := web.Line{}
		for _, text := range row {
			line.Cells = append(line.Cells, linesCell(or(text, "–")))
		}
		table.Lines = append(table.Lines, line)
	}
	return table
}
