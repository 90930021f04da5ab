package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

// hip is the order of EA-062: a physiotherapist once a day for fifteen days and a nurse
// twice a day for eight, from the same day.
var hip = []string{
	"lines", "2", "profession", "MK", "acts_MK", "MK01", "mode_MK", "VISITE", "often", "1/day", "during", "15", "from", "other", "from_day", "2026-03-20", "urgency", "P", "mandatory", "1", "answers.MK01.site", "hanche droite",
	"l2.profession", "IDE", "l2.acts_IDE", "IDE03", "l2.acts_IDE", "IDE09", "l2.mode_IDE", "VISITE", "l2.often", "2/day", "l2.at", "matin", "l2.at", "soir", "l2.during", "other", "l2.during_n", "8",
	"l2.from", "other", "l2.from_day", "2026-03-20", "l2.urgency", "P", "l2.answers.IDE03.drug", "énoxaparine", "l2.motive", "Sortie de chirurgie", "prescription", "with_patient",
}

func TestTwoProfessionsAreAskedInOneForm(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
		kine := h.Professional(testkit.Professional{Name: "Serpolet", Profession: nomenclature.Physio})
		s := open(t, h, ward, nurse, kine)
		form := append(person(row{}, ""), hip...)
		preview := s.part(ward, "preview", append(slices.Clone(form), "action", "preview")...)
		want := []string{
			"Visite à domicile, Rééducation après prothèse de hanche ou de genou (PTH, PTG) pendant 15 j [1 passage par jour, à partir du vendredi 20 mars]. Localisation : hanche droite",
			"Sortie de chirurgie // Visite à domicile, Injection d’anticoagulant (HBPM) / Pansement post-opératoire pendant 8 j [2 passages par jour, le matin et le soir, à partir du vendredi 20 mars]. Injection d’anticoagulant (HBPM) (Médicament : énoxaparine)",
		}
		if got := preview.all(".sentence"); len(got) != 2 || said(text(got[0])) != want[0] || said(text(got[1])) != want[1] {
			t.Errorf("the preview says %s", said(preview.text(".sentence")))
		}
		send := append(slices.Clone(form), "consent", "1", "action", "trigger")
		p := s.post(ward, "/demandes/nouvelle", send...).is(http.StatusSeeOther)
		if !strings.HasPrefix(p.to, "/ordonnances/") {
			t.Fatalf("sent to %s", p.to)
		}
		if again := s.post(ward, "/demandes/nouvelle", send...).is(http.StatusSeeOther); again.to != p.to {
			t.Errorf("the same form twice makes %s and %s", p.to, again.to)
		}
		s.get(ward, p.to).is(http.StatusOK).says("main", "Masseur-kinésithérapeute")
		home, err := h.Requests.Home(ward.Ctx())
		h.Must(err)
		if len(home.Mine) != 2 || home.Mine[0].Order != home.Mine[1].Order || home.Mine[0].Request.Patient != home.Mine[1].Request.Patient {
			t.Fatalf("asked %d requests: %+v", len(home.Mine), home.Mine)
		}
		for _, row := range home.Mine {
			sh := ward.Sees(row.Request)
			if got := said(sh.FullSentence(i18n.For("fr"), *sh.Details)); !slices.Contains(want, got) {
				t.Errorf("one reads %s", got)
			}
			if sh.Mandatory != (sh.Profession == nomenclature.Physio) {
				t.Errorf("%s mandatory: %t", sh.Profession, sh.Mandatory)
			}
			if asked := map[bool]*testkit.Person{true: nurse, false: kine}[sh.Profession == nomenclature.Nurse]; asked.OfferOn(row.Request) == "" {
				t.Errorf("%s was not asked", asked.Name)
			}
		}
	})
}

// TestEachNeedHasItsFaults refuses something in each: nothing is asked, and each fault
// stands beside its own field.
func TestEachNeedHasItsFaults(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Orthopédie")
	s := open(t, h, ward)
	form := append(person(row{}, ""), hip...)
	form[slices.Index(form, "MK01")], form[slices.Index(form, "8")] = "IDE01", "huit"
	p := s.post(ward, "/demandes/nouvelle", append(form, "consent", "1", "action", "trigger")...).is(http.StatusUnprocessableEntity)
	for _, field := range []string{"acts", "l2.during_n"} {
		if !leads(p, "#f-"+field) || len(named(p, "div", "id", "f-"+field+"-fault")) != 1 {
			t.Errorf("no fault beside %s", field)
		}
	}
	if len(named(p, "div", "id", "f-l2.acts-fault")) != 0 {
		t.Error("what was right is refused")
	}
	if rows, err := h.Requests.Recent(ward.Ctx()); err != nil || len(rows) != 0 {
		t.Errorf("asked %d, %v", len(rows), err)
	}
}

// TestANeedIsAddedAndTakenAway without script: what was typed stays through each round trip.
func TestANeedIsAddedAndTakenAway(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Orthopédie")
	s := open(t, h, ward)
	first := append(person(row{}, ""), hip[2:slices.Index(hip, "l2.profession")]...)
	p := s.post(ward, "/demandes/nouvelle", append(first, "action", "add")...).is(http.StatusOK)
	keeps(t, p, append(slices.Clone(hip[:slices.Index(hip, "mandatory")]), "mandatory", "1", "l2.mandatory", "1", "l2.urgency", "U3", "family_name", "Exemple"))
	if p.has(".fault") {
		t.Error("what is not sent yet is refused")
	}
	keeps(t, s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), hip...), "action", "add")...), append(slices.Clone(hip[2:]), "lines", "3"))
	p = s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), hip...), "action", "remove")...).is(http.StatusOK)
	keeps(t, p, hip[2:slices.Index(hip, "mandatory")])
	if len(named(p, "input", "name", "lines")) != 0 || len(named(p, "input", "name", "l2.profession")) != 0 {
		t.Error("the second need is still there")
	}
}

// TestADraftOfTwoNeedsIsReopened keeps both until it is sent.
func TestADraftOfTwoNeedsIsReopened(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Orthopédie")
	s := open(t, h, ward)
	p := s.post(ward, "/demandes/nouvelle", append(append(person(row{}, ""), hip...), "action", "save")...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(p.to, "/demandes/")
	p = s.get(ward, "/demandes/nouvelle?brouillon="+id).is(http.StatusOK)
	keeps(t, p, hip)
	sh, err := h.Requests.Show(ward.Ctx(), request.ID(id))
	h.Must(err)
	sent := append([]string{"_cle", attr(p.all("input[name=_cle]")[0], "value"), "draft", id, "patient", string(sh.Request.Patient), "consent", "1", "action", "trigger"}, hip...)
	if p = s.post(ward, "/demandes/nouvelle", sent...).is(http.StatusSeeOther); p.to != "/ordonnances/"+string(sh.Order) {
		t.Errorf("the draft became %s", p.to)
	}
}

// TestWhatFollowsIsProposed opens the form of a renewal, and of another profession asked from the bedside.
func TestWhatFollowsIsProposed(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks()
	nurse.Accepts(r)
	nurse.Starts(r)
	s := open(t, h, ward, nurse)
	p := s.get(nurse, "/demandes/nouvelle?suite="+string(r.ID)+"&genre=suite").is(http.StatusOK)
	keeps(t, p, []string{"suite", string(r.ID), "patient", string(r.Patient)})
	p = s.get(ward, "/demandes/nouvelle?suite="+string(r.ID)+"&genre=renouvellement").is(http.StatusOK)
	again := []string{"suite", string(r.ID), "genre", "renouvellement", "patient", string(r.Patient), "profession", "IDE", "acts_IDE", "IDE01", "often", "1/day", "during", "3", "ends", "1", "urgency", "P", "prescription", "with_patient"}
	keeps(t, p, again)
	day := attr(p.all("#f-from_day")[0], "value")
	p = s.post(ward, "/demandes/nouvelle", append(again, "_cle", attr(p.all("input[name=_cle]")[0], "value"), "mode_IDE", "VISITE", "from", "other", "from_day", day, "consent", "1", "action", "trigger")...).is(http.StatusSeeOther)
	sh, err := h.Requests.Show(ward.Ctx(), request.ID(strings.TrimPrefix(p.to, "/demandes/")))
	h.Must(err)
	if sh.Follows != r.ID || sh.Kind != request.KindRenewal || !sh.EndsFollowed {
		t.Errorf("the renewal follows %+v", sh.Request)
	}
}

// TestAProfessionIsAddedOnAPhone goes on at the need that was added, and back to what was typed.
func TestAProfessionIsAddedOnAPhone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Orthopédie"), h.Nurse("Léonore")
	h.Professional(testkit.Professional{Name: "Serpolet", Profession: nomenclature.Physio})
	known := ward.Asks()
	h.Forward(time.Minute)
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(ward.Account)+"?suite="+url.QueryEscape("/demandes/nouvelle"), webtest.Phone, webtest.Light)
	tap := func(selector, until string) {
		t.Helper()
		press(t, ctx, selector)
		webtest.Until(t, ctx, until)
	}
	shown := func(step string) string { return `document.querySelector("#` + step + `.current") !== null` }
	tap(`input[name=patient][value="`+string(known.Patient)+`"]`, shown("step-care"))
	tap(`button[value=add]`, shown("step-care-2"))
	tap(`input[name="l2.profession"][value=MK]`, `getComputedStyle(document.querySelector('#step-care-2 [data-of=MK]')).display !== "none" && getComputedStyle(document.querySelector('#step-care-2 [data-of=IDE]')).display === "none"`)
	tap(`input[name="l2.acts_MK"][value=MK01]`, `document.querySelector('#step-care-2 [data-act=MK01]') !== null`)
	webtest.Do(t, ctx, chromedp.SendKeys(`[name="l2.answers.MK01.site"]`, "hanche"))
	webtest.Until(t, ctx, `document.querySelectorAll("#preview .sentence").length === 2`)
	for _, width := range []int64{webtest.Phone} {
		webtest.Shot(t, ctx, "asking-two-needs", width, webtest.Light)
		webtest.NoBarrier(t, ctx)
	}
	tap(`[data-wizard-back]`, shown("step-care"))
	tap(`[data-wizard-next]`, shown("step-care-2"))
	tap(`[data-wizard-next]`, shown("step-send"))
	tap(`#f-consent`, `document.getElementById("f-consent").checked`)
	tap(`button[value=trigger]`, `location.pathname.startsWith("/ordonnances/")`)
	rows, err := h.Requests.Home(ward.Ctx())
	h.Must(err)
	if len(rows.Mine) != 3 {
		t.Errorf("%d requests", len(rows.Mine))
	}
}
