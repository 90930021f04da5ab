package admin_test

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
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
	"entractes/internal/web/admin"

	"golang.org/x/net/html"
)

// office is the administration of a territory, where the session of a person is his account.
type office struct {
	*testkit.House
	t                             *testing.T
	door                          http.Handler
	in                            map[string]actor.Actor
	keeper, platform, nurse, desk *testkit.Person
}

func open(t *testing.T) *office {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	o := &office{House: h, t: t, in: map[string]actor.Actor{}}
	o.keeper, o.platform = h.Supervisor(actor.RoleTerritoryAdmin), h.Supervisor(actor.RolePlatformAdmin)
	o.nurse, o.desk = h.Nurse("Vabre"), h.Supervisor(actor.RoleSupervisorNurse)
	o.platform.Actor.Territory, o.keeper.Actor.Structure = "", ""
	for _, p := range []*testkit.Person{o.keeper, o.platform, o.nurse, o.desk} {
		o.in[string(p.Account)] = p.Actor
	}
	mux := http.NewServeMux()
	admin.New(admin.Deps{DB: h.DB, Territories: h.Territories, Rota: h.Rota, Directory: h.Directory}).Routes(mux)
	mux.Handle("GET /assets/", web.Assets())
	mux.Handle("/", web.NotFound())
	o.door = web.Door(h.Clock, o.resume, mux)
	return o
}

func (o *office) resume(_ context.Context, token string) (actor.Actor, error) {
	a, ok := o.in[token]
	if !ok {
		return a, fault.Unauthenticated("unauthenticated")
	}
	return a, nil
}

// serve opens the office to browsers, which take somebody's session at /entrer/.
func (o *office) serve() *httptest.Server {
	mux := http.NewServeMux()
	mux.Handle("/", o.door)
	mux.HandleFunc("GET /entrer/{account}", func(w http.ResponseWriter, r *http.Request) {
		web.SetSession(w, r, r.PathValue("account"))
		http.Redirect(w, r, r.URL.Query().Get("suite"), http.StatusSeeOther)
	})
	s := httptest.NewServer(mux)
	o.t.Cleanup(s.Close)
	return s
}

// page is what somebody received.
type page struct {
	t      *testing.T
	status int
	to     string
	body   string
}

func (o *office) get(p *testkit.Person, path string) page {
	o.t.Helper()
	return o.send(p, httptest.NewRequestWithContext(o.t.Context(), http.MethodGet, path, nil))
}

func (o *office) post(p *testkit.Person, path string, pairs ...string) page {
	o.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.send(p, r)
}

func (o *office) send(p *testkit.Person, r *http.Request) page {
	o.t.Helper()
	r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	r.Header.Set("Accept-Language", "fr")
	rec := httptest.NewRecorder()
	o.door.ServeHTTP(rec, r)
	o.Settle()
	return page{o.t, rec.Code, rec.Header().Get("Location"), rec.Body.String()}
}

// is fails the test unless the page was answered so.
func (p page) is(status int) page {
	p.t.Helper()
	if p.status != status {
		p.t.Errorf("status %d, want %d: %.300s", p.status, status, p.body)
	}
	return p
}

func (p page) leads(to string) page {
	p.t.Helper()
	if p.status != http.StatusSeeOther || p.to != to {
		p.t.Errorf("status %d, sent to %q, want %q", p.status, p.to, to)
	}
	return p
}

func (p page) says(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			p.t.Errorf("status %d, %q is not in the page", p.status, text)
		}
	}
	return p
}

func (p page) hides(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.t.Errorf("%q is in the page", text)
		}
	}
	return p
}

// count tells how many elements of a tag bear every attribute, written "name=value"; a
// class is one of several.
func (p page) count(tag string, attributes ...string) (n int) {
	p.t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		p.t.Fatal(err)
	}
	for d := range root.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag && !slices.ContainsFunc(attributes, func(a string) bool { return !bears(d, a) }) {
			n++
		}
	}
	return n
}

// has fails the test unless there is such an element.
func (p page) has(tag string, attributes ...string) page {
	p.t.Helper()
	if p.count(tag, attributes...) == 0 {
		p.t.Errorf("status %d, no <%s %s>", p.status, tag, strings.Join(attributes, " "))
	}
	return p
}

func bears(n *html.Node, attribute string) bool {
	name, value, _ := strings.Cut(attribute, "=")
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == name && (a.Val == value || name == "class" && slices.Contains(strings.Fields(a.Val), value))
	})
}
