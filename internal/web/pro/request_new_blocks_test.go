package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestABlockIsShownWhenItIsRelevant without any script: the journey to who asks an
// ambulance, the birth to who asks a midwife or a nurse, the days and numbers to who wants them.
func TestABlockIsShownWhenItIsRelevant(t *testing.T) {
	t.Parallel()
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

// TestTheSheetOfAWholeFormIsSeenAndRead looks at what the form wrote, once care began: its
// blocks, and the question of what was avoided.
func TestTheSheetOfAWholeFormIsSeenAndRead(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks(func(a *request.Ask) {
		a.Acts = []nomenclature.ActCode{"IDE10", "IDE03"}
		a.Care = request.Care{Prescription: request.PrescriptionWithPatient, End: "healed", Frequency: nomenclature.Frequency{PerDay: 2, At: nomenclature.Morning | nomenclature.Evening}}
		a.Details = request.Details{
			Motive: "Après césarienne\nA déjà une sage-femme", Answers: request.Answers{"IDE10": {"count": "12"}, "IDE03": {"drug": "énoxaparine", "platelets_check": "1"}},
			Maternity: &request.Maternity{Date: civil.DayFrom(2026, 3, 11), Birth: request.Caesarean, MotherAndBaby: true, PostPartum: true, BabyGrams: 3250},
		}
	})
	nurse.Accepts(r)
	nurse.Starts(r)
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for who, name := range map[*testkit.Person]string{ward: "ward", nurse: "nurse"} {
		for width, theme := range webtest.Looks() {
			webtest.Visit(t, ctx, server.URL+"/entrer/"+string(who.Account)+"?suite="+url.QueryEscape(at(r)), width, theme)
			webtest.Shot(t, ctx, "asked-"+name, width, theme)
			webtest.NoBarrier(t, ctx)
		}
	}
}
