package admin_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
	"entractes/internal/web/admin"

	"golang.org/x/net/html"
)

// office is the administration of a territory, where the session of a person is his account.
type office struct {
	*testkit.Door
	t                             *testing.T
	in                            map[string]actor.Actor
	keeper, platform, nurse, desk *testkit.Person
}

func open(t *testing.T) *office {
	t.Helper()
	h := testkit.Start(t, db.SQLite)
	o := &office{t: t}
	o.keeper, o.platform = h.Supervisor(actor.RoleTerritoryAdmin), h.Supervisor(actor.RolePlatformAdmin)
	o.nurse, o.desk = h.Nurse("Vabre"), h.Supervisor(actor.RoleSupervisorNurse)
	o.platform.Actor.Territory, o.keeper.Actor.Structure = "", ""
	o.Door = h.Door(func(_ *testkit.Door, mux *http.ServeMux) {
		admin.New(admin.Deps{DB: h.DB, Auth: h.Auth, Territories: h.Territories, Rota: h.Rota, Directory: h.Directory, Notify: h.Notify, Retention: h.Retention, Trail: h.Audit}).Routes(mux)
		mux.Handle("/", web.NotFound())
	}, o.keeper, o.platform, o.nurse, o.desk)
	o.in = o.In
	return o
}

// serve opens the office to browsers, which take somebody's session at /entrer/.
func (o *office) serve() *httptest.Server {
	s := httptest.NewServer(o.Entrance())
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
	return o.page(o.Get(p, path))
}

func (o *office) post(p *testkit.Person, path string, pairs ...string) page {
	o.t.Helper()
	return o.page(o.Post(p, path, pairs...))
}

func (o *office) page(a testkit.Answer) page { return page{o.t, a.Status, a.To, a.Body} }

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
	testkit.Answer{Status: p.status, Body: p.body}.Says(p.t, texts...)
	return p
}

func (p page) hides(texts ...string) page {
	p.t.Helper()
	testkit.Answer{Body: p.body}.Hides(p.t, texts...)
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
