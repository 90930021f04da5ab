package pro_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/testkit"
	"entractes/internal/web"
	"entractes/internal/web/pro"

	"golang.org/x/net/html"
)

// site is the pages of professionals over a house, where the session of a person is his account.
type site struct {
	*testkit.House
	t    *testing.T
	door http.Handler
	in   map[string]actor.Actor
}

func open(t *testing.T, h *testkit.House, people ...*testkit.Person) *site {
	t.Helper()
	s := &site{House: h, t: t, in: map[string]actor.Actor{}}
	for _, p := range people {
		s.in[string(p.Account)] = p.Actor
	}
	mux := http.NewServeMux()
	pro.New(pro.Deps{DB: h.DB, Requests: h.Requests, Patients: h.Patients, Directory: h.Directory, Notify: h.Notify, Supervise: h.Supervise}).Routes(mux)
	mux.Handle("GET /assets/", web.Assets())
	s.door = web.Door(h.Clock, s.resume, mux)
	return s
}

func (s *site) resume(_ context.Context, token string) (actor.Actor, error) {
	a, ok := s.in[token]
	if !ok {
		return a, fault.Unauthenticated("unauthenticated")
	}
	return a, nil
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
	return s.send(p, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil))
}

func (s *site) post(p *testkit.Person, path string, pairs ...string) page {
	s.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(p, r)
}

func (s *site) send(p *testkit.Person, r *http.Request) page {
	s.t.Helper()
	r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	s.Settle()
	root, err := html.Parse(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return page{t: s.t, status: w.Code, to: w.Header().Get("Location"), root: root}
}

// is checks the status of the page.
func (p page) is(status int) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("status %d, want %d: %s", p.status, status, p.text("main"))
	}
	return p
}

// all returns the elements that a selector finds: "form[action=/x] .btn.go", descendants
// separated by spaces; a value may end with * to be a beginning.
func (p page) all(selector string) []*html.Node {
	found := []*html.Node{p.root}
	for part := range strings.FieldsSeq(selector) {
		var next []*html.Node
		for _, n := range found {
			for d := range n.Descendants() {
				if d.Type == html.ElementNode && matches(d, part) {
					next = append(next, d)
				}
			}
		}
		found = next
	}
	return found
}

func (p page) has(selector string) bool { return len(p.all(selector)) > 0 }

// text returns the words of what a selector finds, spaces reduced.
func (p page) text(selector string) string {
	var b strings.Builder
	for _, n := range p.all(selector) {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " ")
}

// says checks that what a selector finds holds words.
func (p page) says(selector, words string) {
	p.t.Helper()
	if !strings.Contains(plain(p.text(selector)), plain(words)) {
		p.t.Errorf("%s does not say %q but %q", selector, words, p.text(selector))
	}
}

// plain makes unbreakable spaces ordinary ones.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func matches(n *html.Node, part string) bool {
	for part != "" {
		end := strings.IndexAny(part[1:], ".#[") + 1
		if end == 0 {
			end = len(part)
		}
		one := part[:end]
		part = part[end:]
		switch one[0] {
		case '.':
			if !strings.Contains(" "+attr(n, "class")+" ", " "+one[1:]+" ") {
				return false
			}
		case '#':
			if attr(n, "id") != one[1:] {
				return false
			}
		case '[':
			name, value, valued := strings.Cut(strings.TrimSuffix(one[1:], "]"), "=")
			if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name }) {
				return false
			}
			if !valued {
				continue
			}
			if start, ok := strings.CutSuffix(value, "*"); ok && strings.HasPrefix(attr(n, name), start) {
				continue
			}
			if attr(n, name) != value {
				return false
			}
		default:
			if n.Data != one {
				return false
			}
		}
	}
	return true
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
