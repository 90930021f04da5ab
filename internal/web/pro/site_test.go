package pro_test

import (
	"net/http"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/testkit"
	"entractes/internal/web/pro"

	"golang.org/x/net/html"
)

// site is the pages of professionals over a house, where the session of a person is his account.
type site struct {
	*testkit.Door
	t    *testing.T
	door http.Handler
	in   map[string]actor.Actor
}

func open(t *testing.T, h *testkit.House, people ...*testkit.Person) *site {
	t.Helper()
	d := h.Door(func(_ *testkit.Door, mux *http.ServeMux) {
		pro.New(pro.Deps{DB: h.DB, Requests: h.Requests, Patients: h.Patients, Directory: h.Directory, Notify: h.Notify, Supervise: h.Supervise}).Routes(mux)
	}, people...)
	return &site{Door: d, t: t, door: d, in: d.In}
}

// page is what somebody received.
type page struct {
	t      *testing.T
	status int
	to     string // where he is sent
	root   *html.Node
}

func (s *site) get(p *testkit.Person, path string) page {
	s.t.Helper()
	return s.page(s.Get(p, path))
}

func (s *site) post(p *testkit.Person, path string, pairs ...string) page {
	s.t.Helper()
	return s.page(s.Post(p, path, pairs...))
}

func (s *site) send(p *testkit.Person, r *http.Request) page {
	s.t.Helper()
	return s.page(s.Send(p, r))
}

func (s *site) page(a testkit.Answer) page {
	s.t.Helper()
	return page{t: s.t, status: a.Status, to: a.To, root: a.Root(s.t)}
}

// is checks the status of the page.
func (p page) is(status int) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d, want %d: %s", p.status, status, short(p.text("main")))
	}
	return p
}

// all returns the elements that a selector of testkit finds.
func (p page) all(selector string) []*html.Node { return testkit.Select(p.root, selector) }

func (p page) has(selector string) bool { return len(p.all(selector)) > 0 }

// text returns the words of what a selector finds, spaces reduced.
func (p page) text(selector string) string { return testkit.Words(p.all(selector)...) }

// says checks that what a selector finds holds words.
func (p page) says(selector, words string) {
	p.t.Helper()
	if !strings.Contains(plain(p.text(selector)), plain(words)) {
		p.t.Errorf("%s does not say %q but %q", selector, words, short(p.text(selector)))
	}
}

// short bounds what a failure prints.
func short(words string) string {
	const most = 600
	if r := []rune(words); len(r) > most {
		return string(r[:most]) + "…"
	}
	return words
}

// plain makes unbreakable spaces ordinary ones.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func attr(n *html.Node, name string) string { return testkit.Attr(n, name) }

// entrance lets a browser take somebody's session.
func entrance(door http.Handler) http.Handler { return door.(*testkit.Door).Entrance() }
