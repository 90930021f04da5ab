package desk_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/care/supervise"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestPagesAreSeenAndReadByEveryone looks at each page in a browser, at both widths and in
// both themes, and asks axe whether everyone can use it.
func TestPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	w := oneMorning(t)
	w.team()
	server := w.serve()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"console", w.supervisor, "/supervision?etat=tout"},
		{"panel", w.supervisor, "/supervision?panneau=" + string(w.searching.ID)},
		{"ward", w.ward, "/supervision"},
		{"none", w.supervisor, "/supervision?commune=75101"},
		{"mine", w.supervisor, "/supervision?qui=miennes"},
		{"relief", w.supervisor, "/supervision/releve"},
		{"users", w.supervisor, "/supervision/utilisateurs"},
		{"help", w.supervisor, "/supervision/aide"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.View(t, ctx, "desk-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}

// team makes people look after rows, and leave notes and views.
func (w *watch) team() {
	w.t.Helper()
	w.supervisor.Takes(w.unfilled)
	w.operator.Takes(w.accepted)
	w.Forward(13 * time.Hour)
	w.supervisor.Takes(w.searching)
	w.Must(w.Supervise.NoteOn(w.supervisor.Ctx(), w.unfilled.ID, "La mère rappelle à 18 h. Essayer la garde de Massy si personne ne répond.", ""))
	w.Must(w.Supervise.NoteOn(w.operator.Ctx(), w.accepted.ID, "Le code de l’entrée a changé : voir la demande.", ""))
	w.Must(w.Supervise.NoteShift(w.operator.Ctx(), "Deux ambulances en panne jusqu’à demain midi. Le service de gynécologie ferme à 20 h.", 0))
	_, err := w.Supervise.KeepView(w.supervisor.Ctx(), supervise.View{Name: "À rappeler", Place: "etat=non-pris", Shared: true, First: true})
	w.Must(err)
}

// serve opens the desk to browsers until the test ends: its streams first, which a server that stops waits for.
func (w *watch) serve() *httptest.Server {
	s := httptest.NewServer(w.Entrance())
	w.t.Cleanup(func() {
		close(w.stopping)
		s.Close()
	})
	return s
}
