package pro

import (
	"net/http"

	"entractes/internal/care/request"
	"entractes/internal/web"
)

// resources answers GET /demandes/{id}/ressources: « qui a été sollicité ? ».
func (p *Pages) resources(w http.ResponseWriter, r *http.Request) error {
	sh, err := p.Requests.Show(r.Context(), request.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := newRequestView(sh, web.P(r.Context()), web.Actor(r.Context()))
	return p.render(w, r, http.StatusOK, web.Page{
		Title: v.p.T("pro.people"), Lead: v.p.T("pro.at_place", "what", v.Profession.Label(v.p.Lang()), "place", communeName(v.Commune)), Section: "home", Back: address(v.ID),
		State: web.StatePill(v.p, v.State), Live: []string{"request:" + string(v.ID)}, Says: v.says(),
	}, resourcesBody(v))
}
