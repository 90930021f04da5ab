package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestABlockIsShownWhenItIsRelevant without any script: the journey to who asks an
// ambulance, the birth to who asks a midwife or a nurse, the days and numbers to who wants them.
func TestABlockIsShownWhenItIsRelevant(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	gp := h.Doctor("Toubib")
	s := open(t, h, gp)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.NoScript(t, ctx)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(gp.Account)+"?suite="+url.QueryEscape("/demandes/nouvelle"), webtest.Desk, webtest.Light)
	shows := func(selector string) bool {
		t.Helper()
		return webtest.Eval[bool](t, ctx, "document.querySelector(`"+selector+"`).checkVisibility()")
	}
	for _, c := range []struct {
		press string
		shown []string
		not   []string
	}{
		{"[name=profession][value=SF]", []string{"[data-block=birth] summary", "[data-of=SF] [name=acts_SF]"}, []string{"[data-block=journey]", "[data-of=IDE] [name=acts_IDE]"}},
		{"[name=profession][value=AMB_ENTREPRISE]", []string{"[data-block=journey] [name=transport_to]"}, []string{"[data-block=birth]"}},
		{"[name=profession][value=MK]", nil, []string{"[data-block=birth]", "[data-block=journey]", "[name=often_n]", "[name=on]", "[name=during_n]", "[name=from_day]"}},
		{"[name=often][value=on]", []string{"[name=on]", "[name=days_n]"}, []string{"[name=often_n]"}},
		{"[name=often][value=other]", []string{"[name=often_n]", "[name=often_unit]"}, []string{"[name=on]"}},
		{"[name=during][value=other]", []string{"[name=during_n]", "[name=end]"}, nil},
		{"[name=from][value=other]", []string{"[name=from_day]", "[name=from_hour]"}, nil},
	} {
		press(t, ctx, c.press)
		for _, selector := range c.shown {
			if !shows(selector) {
				t.Errorf("%s does not show %s", c.press, selector)
			}
		}
		for _, selector := range c.not {
			if shows(selector) {
				t.Errorf("%s shows %s", c.press, selector)
			}
		}
	}
}
