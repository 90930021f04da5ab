package admin_test

import (
	"net/url"
	"testing"

	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestPagesAreSeenAndReadByEveryone looks at each page in a browser, at both widths and in
// both themes, and asks axe whether everyone can use it.
func TestPagesAreSeenAndReadByEveryone(t *testing.T) {
	o := open(t)
	o.decides()
	server := o.serve()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"settings", o.keeper, "/administration/reglages"},
		{"edit", o.keeper, "/administration/reglages/delais"},
		{"edit-night", o.keeper, "/administration/reglages/nuit-et-messages"},
		{"edit-asking", o.keeper, "/administration/reglages/sollicitations"},
		{"journal", o.keeper, "/administration/reglages/journal"},
		{"rules", o.nurse, "/reglages"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for _, width := range []int64{webtest.Phone, webtest.Desk} {
				for _, theme := range []string{webtest.Light, webtest.Dark} {
					webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
					webtest.Shot(t, ctx, "admin-"+p.name, width, theme)
					webtest.NoBarrier(t, ctx)
				}
			}
		})
	}
}
