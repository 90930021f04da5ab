package account

import (
	"net/http"
	"strconv"

	"entractes/internal/base/i18n"
	"entractes/internal/web"
)

// paragraph is a title and what follows.
type paragraph struct{ title, text string }

// paragraphs reads a text of the catalogue: key.1, key.2 and so on, each with its title.
func paragraphs(p *i18n.Printer, key string) (out []paragraph) {
	for n := 1; ; n++ {
		at := key + "." + strconv.Itoa(n)
		if !p.Has(at) {
			return out
		}
		out = append(out, paragraph{p.T(at + ".title"), p.T(at)})
	}
}

// prose answers the address of a text.
func (p *Pages) prose(key string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		t := web.P(r.Context())
		page := web.Page{Title: t.T(key), Lead: t.T(key + ".lead"), Back: web.SignInPath, Narrow: true, Bare: true}
		return web.Render(w, r, http.StatusOK, page, proseBody(paragraphs(t, key)))
	}
}
