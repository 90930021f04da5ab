package pro

import (
	"context"
	"net/http"

	"entractes/internal/care/request"
	"entractes/internal/web"
)

// avoiding is the address of the answer to « sans cette réponse, les urgences ? ».
const avoiding = "evitement"

// sayAvoidance answers POST /demandes/{id}/evitement.
func (p *Pages) sayAvoidance(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, avoiding, func(ctx context.Context, f *web.Form) (request.ID, error) {
		return here(r), p.Requests.SayAvoidance(ctx, here(r), request.Avoidance(f.Value("avoidance")))
	})
}
