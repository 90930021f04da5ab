package pro

import (
	"context"
	"net/http"
	"slices"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// adverseMax bounds the words on an adverse event, in characters; sizeMax a size, in millimetres.
const (
	adverseMax = 1000
	sizeMax    = 500
)

// report answers POST /demandes/{id}/compte-rendu.
func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "compte-rendu", func(ctx context.Context, f *web.Form) (request.ID, error) {
		c := readReport(f)
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.FullReport(ctx, here(r), c)
		return here(r), err
	})
}

// readReport reads the form of a report. Hours are read in the zone of the commune that the form carries.
func readReport(f *web.Form) request.CareReport {
	loc := placeZone(territory.CommuneCode(f.Text("commune", codeMax)))
	c := request.CareReport{
		Text: f.Required("report", noteMax), Seen: f.Moment("at", loc), Vitals: readVitals(f), Next: f.Moment("next", loc),
		Tolerance: f.Text("tolerance", codeMax), Adverse: f.Text("adverse", adverseMax), Alert: f.Bool("alert"),
		Wound: &request.Wound{
			Stage: f.Text("wound_stage", codeMax), Aspect: f.Text("wound_aspect", codeMax),
			Length: f.Int("wound_length", 0, sizeMax), Width: f.Int("wound_width", 0, sizeMax), Depth: f.Int("wound_depth", 0, sizeMax),
		},
	}
	for _, code := range f.All("acts") {
		c.Acts = append(c.Acts, nomenclature.ActCode(code))
	}
	for _, who := range f.All("warn") {
		c.Warn = append(c.Warn, request.Warned(who))
	}
	return c
}

// asks tells whether the template of a report has a section for this request.
func (v requestView) asks(s request.Section) bool { return slices.Contains(v.Sections(), s) }

// reportUnfolded tells whether what is folded of the form holds something.
func (v requestView) reportUnfolded(f *web.Form) bool {
	return v.refused == "compte-rendu" && (len(f.Faults()) > 1 || f.Value("report") != "")
}

func (v requestView) actsOptions() []web.Option {
	var out []web.Option
	for _, a := range v.Request.Acts {
		out = append(out, web.Option{Value: string(a), Label: a.Label(v.p.Lang())})
	}
	return out
}

func (v requestView) optionsOf(list []nomenclature.Term) []web.Option {
	var out []web.Option
	for _, t := range list {
		out = append(out, web.Option{Value: t.Code, Label: t.Label(v.p.Lang())})
	}
	return out
}

func (v requestView) warnOptions() []web.Option {
	return []web.Option{
		{Value: string(request.WarnGP), Label: v.p.T("pro.report.warn.gp")},
		{Value: string(request.WarnRequester), Label: v.p.T("pro.report.warn.requester")},
	}
}
