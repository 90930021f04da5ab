package dev

import (
	"net/http"
	"slices"

	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// personas answers GET /demo: the parts to play, and a story to try. « suite » is where
// a part then goes.
func (p *Pages) personas(w http.ResponseWriter, r *http.Request) error {
	v := personasView{to: web.LocalPath(r.URL.Query().Get("suite"), "/")}
	var all []Persona
	err := p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		if all, err = p.Personas(tx); err != nil {
			return err
		}
		v.figures, err = p.Figures(tx)
		return err
	})
	if err != nil {
		return err
	}
	v.by = map[string]Persona{}
	for _, one := range all {
		v.by[one.Slug] = one
	}
	mayLeave(w)
	t := web.P(r.Context()).T
	return web.Render(w, r, http.StatusOK, web.Page{Title: t("dev.demo"), Lead: t("dev.demo.lead"), Tabs: []web.Tab{}}, personasBody(v))
}

type personasView struct {
	to      string
	by      map[string]Persona
	figures Figures
}

// group is some parts under one title, the sentence "dev.group." + name.
type group struct {
	name  string
	slugs []string
}

var groups = []group{
	{"ask", []string{"medecin", "maternite", "urgences", "chirurgie", "sosmedecins", "pharmacienne"}},
	{"answer", []string{"leonore", "karim", "sagefemme", "kine", "ambulance"}},
	{"watch", []string{"superviseuse", "superviseur", "supervision.sf", "operatrice", "administratrice"}},
}

// in lists the parts of a group that are enrolled.
func (v personasView) in(g group) []Persona {
	var out []Persona
	for _, slug := range g.slugs {
		if p, ok := v.by[slug]; ok {
			out = append(out, p)
		}
	}
	return out
}

// stage is one step of the story: who is played, or which page is opened.
type stage struct {
	name string // its sentences are "dev.tour." + name and the same with ".text"
	slug string
	to   string
}

var story = []stage{
	{"phones", "", phonesPath + "?roles"},
	{"ask", "medecin", "/demandes/nouvelle"},
	{"receive", "leonore", "/"},
	{"accept", "", ""},
	{"care", "", ""},
	{"follow", "medecin", "/"},
	{"watch", "superviseuse", "/supervision"},
}

// tour is the story without the steps whose part is not enrolled.
func (v personasView) tour() []stage {
	return slices.DeleteFunc(slices.Clone(story), func(s stage) bool {
		_, ok := v.by[s.slug]
		return s.slug != "" && !ok
	})
}
