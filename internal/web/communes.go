package web

import (
	"net/http"
	"strings"

	"entractes/internal/base/geo"
	"entractes/internal/care/territory"
)

// communesShown is how many answers a field shows while one types.
const communesShown = 8

// Communes answers the field of a commune: those that the text « q » may mean, a name or a postal code, the nearest first.
func Communes(w http.ResponseWriter, r *http.Request, q *Form, near geo.Point) error {
	c := ComboOptions{None: P(r.Context()).T("ask.commune.none")}
	for _, f := range territory.Search(q.Text("q", 100), near, communesShown) {
		o := Option{Value: string(f.Code), Label: f.Label(), Detail: strings.Join(f.Postal[:min(1, len(f.Postal))], "")}
		if f.As != "" {
			o.Detail = f.As + " · " + o.Detail
		}
		c.Options = append(c.Options, o)
	}
	return Fragment(w, r, http.StatusOK, c)
}
