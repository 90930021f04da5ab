package admin_test

import (
	"net/url"
	"testing"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestPagesAreSeenAndReadByEveryone looks at each page in a browser, at both widths and in
// both themes, and asks axe whether everyone can use it.
func TestPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.decides()
	amb, physio := o.lines()
	_, err := o.Rota.SaveLine(o.As(o.keeper.Actor), rota.DutyLine{Territory: testTerritory, Name: "Dentaire du dimanche", Profession: nomenclature.GP, Mode: rota.InOrder})
	o.Must(err)
	keeper := o.in[string(o.keeper.Account)]
	keeper.Proved = o.Clock.Now()
	o.in[string(o.keeper.Account)] = keeper
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
		{"duty", o.keeper, "/administration/astreintes"},
		{"line", o.keeper, "/administration/astreintes/" + string(physio) + "/modifier"},
		{"week", o.keeper, "/administration/astreintes/" + string(physio)},
		{"week-in-turn", o.keeper, "/administration/astreintes/" + string(amb)},
		{"week-empty", o.keeper, "/administration/astreintes/" + string(amb) + "?semaine=2027-01-04"},
		{"accounts", o.keeper, "/administration/comptes"},
		{"plan", o.keeper, "/administration/astreintes/" + string(amb) + "/plan"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "admin-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
