package pro

import (
	"context"
	"net/http"

	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

const archivePath = "/archives"

// archive answers GET /archives: what has left the lists of the reader, or of his service. « q » searches it by patient, commune or care.
func (p *Pages) archive(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	rows, err := p.Requests.Archived(r.Context())
	if err != nil {
		return err
	}
	v := archiveView{p: web.P(r.Context()), query: f.Value("q"), all: len(rows)}
	wanted := fold.Words(v.query)
	for _, row := range rows {
		line := doneRow(v.p, row, web.Now(r.Context()))
		if row.Ended.IsZero() {
			line.More = progress(v.p, row, web.Now(r.Context()))
		}
		if holds(fold.Words(joinedBy(" ", line.Title, line.Detail, acts(v.p, row.Request), row.From.Role)), wanted) {
			v.rows = append(v.rows, line)
		}
	}
	return p.render(w, r, http.StatusOK, web.Page{Title: v.p.T("team.archive"), Lead: v.p.T("team.archive.lead"), Section: "home", Back: "/", Live: topics(web.Actor(r.Context()))}, archiveBody(v))
}

// archiveView is what was put away, in words. all counts it before the search.
type archiveView struct {
	p     *i18n.Printer
	query string
	all   int
	rows  []web.Row
}

// shelve answers POST /demandes/{id}/archiver, unshelve the way back.
func (p *Pages) shelve(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "archiver", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		return here(r), p.Requests.Shelve(ctx, here(r))
	})
}

func (p *Pages) unshelve(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "desarchiver", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		return here(r), p.Requests.Unshelve(ctx, here(r))
	})
}

// mayShelve tells whether the reader may put the request away.
func (v requestView) mayShelve() bool {
	return !v.Archived && request.MayShelve(v.State, v.ReadOnly)
}
