package desk

import (
	"net/http"
	"net/url"

	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// firstView is where the reader's first view leads; "" when he has none.
func (p *Pages) firstView(r *http.Request) (string, error) {
	views, err := p.Console.Views(r.Context())
	for _, v := range views {
		if v.First {
			return viewAddress(v), err
		}
	}
	return "", err
}

// viewAddress is the address of a view. One that keeps everything says so: the bare address would lead back to it.
func viewAddress(v supervise.View) string {
	values, err := url.ParseQuery(v.Place)
	if err != nil {
		values = nil // nobody's hand wrote it: everything
	}
	at := readPlace(values)
	at.filter = or(at.filter, filters[0].name)
	return at.href()
}

// keepable is what a view keeps of a place: its filters. A text may be somebody's phone, and is not kept.
func (at place) keepable() place {
	at.text, at.before, at.panel = "", "", ""
	return at
}

// keepView answers POST /supervision/vues: the filters of « suite » under a name.
func (p *Pages) keepView(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "vue", func(f *web.Form, at place) error {
		v := supervise.View{Name: f.Required("name", nameMax), Shared: f.Bool("shared"), First: f.Bool("first")}
		if err := f.Err(); err != nil {
			return err
		}
		kept, err := url.Parse(at.keepable().href())
		if err != nil {
			return err
		}
		v.Place = kept.RawQuery
		_, err = p.Console.KeepView(r.Context(), v)
		return err
	})
}

// firstOfViews answers POST /supervision/vues/{view}/premiere; « aucune » is no view.
func (p *Pages) firstOfViews(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "vue-premiere", func(*web.Form, place) error {
		id := r.PathValue("view")
		if id == noView {
			id = ""
		}
		return p.Console.FirstView(r.Context(), supervise.ViewID(id))
	})
}

func (p *Pages) dropView(w http.ResponseWriter, r *http.Request) error {
	return p.change(w, r, "vue-supprimee", func(*web.Form, place) error {
		return p.Console.DropView(r.Context(), supervise.ViewID(r.PathValue("view")))
	})
}

// noView stands in an address for no view at all.
const noView = "aucune"

// nameMax is the longest name a form takes, in characters.
const nameMax = 60

func viewPost(v supervise.View, act string) string {
	return viewsPath + "/" + string(v.ID) + "/" + act
}

// shown tells whether a view is what the console shows.
func (v consoleView) shown(view supervise.View) bool {
	at := v.at.keepable()
	at.filter = or(at.filter, filters[0].name)
	return viewAddress(view) == at.href()
}
