package pro

import (
	"net/http"
	"strings"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/paper"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf"
	"entractes/internal/web"
)

// reportFile answers GET /demandes/{id}/comptes-rendus/{file}: a report as a PDF, named
// by its id.
func (p *Pages) reportFile(w http.ResponseWriter, r *http.Request) error {
	report, ok := strings.CutSuffix(r.PathValue("file"), ".pdf")
	if !ok {
		return fault.NotFound("request.report_not_found")
	}
	sh, err := p.Requests.OpenReport(r.Context(), here(r), request.ReportID(report))
	if err != nil {
		return err
	}
	day := civil.DayOf(sh.Report.At, placeZone(sh.Request.Commune)).String()
	return servePaper(w, r, "compte-rendu-"+day+".pdf", paper.Report(web.P(r.Context()), sh))
}

func servePaper(w http.ResponseWriter, r *http.Request, name string, d *pdf.Document) error {
	data, err := d.Bytes()
	if err != nil {
		return err
	}
	web.ServeFile(w, r, web.File{Name: name, Type: "application/pdf", Data: data})
	return nil
}

// reportAddress is where a report is read on paper.
func reportAddress(id request.ID, report request.ReportID) string {
	return address(id) + "/comptes-rendus/" + string(report) + ".pdf"
}
