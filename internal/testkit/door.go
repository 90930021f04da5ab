package testkit

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/web"
)

// Door is some pages of a house, opened to a test without sockets nor sessions: who holds
// an account is signed in by naming it. Site is the whole house, as it is served.
type Door struct {
	*House
	http.Handler
	// In are those who are signed in, by account. A test may add to it.
	In map[string]actor.Actor
}

// Door opens the pages that mount mounts to people.
func (h *House) Door(mount func(d *Door, mux *http.ServeMux), people ...*Person) *Door {
	h.T.Helper()
	d := &Door{House: h, In: map[string]actor.Actor{}}
	for _, p := range people {
		d.In[string(p.Account)] = p.Actor
	}
	mux := http.NewServeMux()
	mount(d, mux)
	mux.Handle("GET /assets/", web.Assets())
	d.Handler = web.Door(h.Clock, d.Resume, mux)
	return d
}

// Resume says whose a token is.
func (d *Door) Resume(_ context.Context, token string, _ bool) (actor.Actor, error) {
	a, ok := d.In[token]
	if !ok {
		return a, fault.Unauthenticated("unauthenticated")
	}
	return a, nil
}

// Entrance is the door with « /entrer/{account} », by which a browser takes somebody's
// session and goes to ?suite=.
func (d *Door) Entrance() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", d)
	mux.HandleFunc("GET /entrer/{account}", func(w http.ResponseWriter, r *http.Request) {
		web.SetSession(w, r, r.PathValue("account"))
		http.Redirect(w, r, r.URL.Query().Get("suite"), http.StatusSeeOther)
	})
	return mux
}

// Answer is what somebody received. To is where he is sent.
type Answer struct {
	Status int
	To     string
	Body   string
}

// Get asks for a page as p.
func (d *Door) Get(p *Person, path string) Answer {
	d.T.Helper()
	return d.Send(p, httptest.NewRequestWithContext(d.T.Context(), http.MethodGet, path, nil))
}

// Post sends a form as p; pairs are names and values.
func (d *Door) Post(p *Person, path string, pairs ...string) Answer {
	d.T.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(d.T.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.Send(p, r)
}

// Send answers r as p, or as nobody when p is nil, and does what is due.
func (d *Door) Send(p *Person, r *http.Request) Answer {
	d.T.Helper()
	if p != nil {
		r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	}
	r.Header.Set("Accept-Language", "fr")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	d.Settle()
	return Answer{w.Code, w.Header().Get("Location"), w.Body.String()}
}

// Says fails the test unless the page holds each text.
func (a Answer) Says(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("status %d, %q is not in the page", a.Status, text)
		}
	}
}

// Hides fails the test when the page holds one of texts.
func (a Answer) Hides(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			t.Errorf("%q is in the page", text)
		}
	}
}

// Root parses the page.
func (a Answer) Root(t testing.TB) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Select returns the elements under root that a selector finds: "form[action=/x] .btn.go",
// descendants separated by spaces; a value may end with * to be a beginning.
func Select(root *html.Node, selector string) []*html.Node {
	found := []*html.Node{root}
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

// Words returns the words of elements, spaces reduced.
func Words(nodes ...*html.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data + " ")
			}
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " ")
}

// matches judges one part of a selector.
func matches(n *html.Node, part string) bool {
	for part != "" {
		end := strings.IndexAny(part[1:], ".#[") + 1
		if end == 0 {
			end = len(part)
		}
		if !matchesOne(n, part[:end]) {
			return false
		}
		part = part[end:]
	}
	return true
}

func matchesOne(n *html.Node, one string) bool {
	switch one[0] {
	case '.':
		return strings.Contains(" "+Attr(n, "class")+" ", " "+one[1:]+" ")
	case '#':
		return Attr(n, "id") == one[1:]
	case '[':
		name, value, valued := strings.Cut(strings.TrimSuffix(one[1:], "]"), "=")
		if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name }) {
			return false
		}
		start, begins := strings.CutSuffix(value, "*")
		return !valued || Attr(n, name) == value || begins && strings.HasPrefix(Attr(n, name), start)
	}
	return n.Data == one
}

// Attr returns an attribute of an element; "" when it has none.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Has tells whether an element bears an attribute, whatever its value.
func Has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
