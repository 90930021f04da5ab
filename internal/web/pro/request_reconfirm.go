package pro

import (
	"context"
	"net/http"
	"time"

	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// reconfirm answers POST /demandes/{id}/reconfirmer: the need changed, and who carries the request still does.
func (p *Pages) reconfirm(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "reconfirmer", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.Reconfirm(ctx, here(r))
		return here(r), err
	})
}

// refuseChange answers POST /demandes/{id}/refuser-changement.
func (p *Pages) refuseChange(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, refusingChange, func(ctx context.Context, f *web.Form) (request.ID, error) {
		_, err := p.Requests.RefuseChange(ctx, here(r), f.Text("reason", codeMax))
		return here(r), err
	})
}

// refusingChange is the address of the act.
const refusingChange = "refuser-changement"

// placeZoneOf is the zone of the commune that a form carries.
func placeZoneOf(f *web.Form) *time.Location {
	return placeZone(territory.CommuneCode(f.Text("commune", codeMax)))
}
