package pro

import (
	"net/http"

	"entractes/internal/care/nomenclature"
	"entractes/internal/web"
)

// proposed is how many answers a field shows while one types.
const proposed = 8

// communes answers GET /communes?q=: the communes that a name or a postal code may mean.
func (p *Pages) communes(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	near, err := p.near(r.Context())
	if err != nil {
		return err
	}
	return web.Communes(w, r, q, near)
}

// acts answers GET /actes?q=: what may be asked under these words, each with who does it.
// The value is « profession:act ».
func (p *Pages) acts(w http.ResponseWriter, r *http.Request) error {
	q, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	pr := printer(r.Context())
	c := web.ComboOptions{None: pr.T("ask.find.none")}
	for _, a := range nomenclature.SearchActs(q.Text("q", 100)) {
		for _, who := range a.Professions {
			prof, ok := nomenclature.ProfessionOf(who)
			if ok && prof.Dispatchable && len(c.Options) < proposed {
				c.Options = append(c.Options, web.Option{Value: string(who) + ":" + string(a.Code), Label: a.Label(pr.Lang()), Detail: prof.Label(pr.Lang())})
			}
		}
	}
	return web.Fragment(w, r, http.StatusOK, c)
}
