package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestSideRoadsAreSeenAndReadByEveryone looks at what leaves the straight road: a proposal,
// a hand-over, a need that changes.
func TestSideRoadsAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	nurse, colleague, ward := h.Nurse("Léonore"), h.Nurse("Merise"), h.Ward("Maternité A")
	care := func(a *request.Ask) {
		a.Acts, a.Care.Days, a.Details.Motive = []nomenclature.ActCode{"IDE01", "IDE05", "IDE10"}, 7, "Césarienne, agrafes à retirer."
	}
	proposed := ward.Asks(family("Secrète", "Alix"), care)
	nurse.Proposes(proposed, request.Proposal{Start: h.Clock.Now().Add(22 * time.Hour), Days: 3, Acts: []nomenclature.ActCode{"IDE01", "IDE10"}, Note: "Ma tournée est pleine ce soir, je peux demain matin à 8 h."})
	colleague.Proposes(proposed, request.Proposal{Days: 2})
	retained := ward.Asks(family("Morel", "Anatole"), care)
	nurse.Proposes(retained, request.Proposal{Acts: []nomenclature.ActCode{"IDE01", "IDE10"}})
	ward.Retains(retained, nurse)
	handed := ward.Asks(family("Roche", "Jeanne"), care)
	nurse.Accepts(handed)
	nurse.OffersHandOver(handed, colleague)
	changed := ward.Asks(family("Pause", "Ada"), care)
	nurse.Accepts(changed)
	ward.Amends(changed, func(c *request.Change) {
		c.Days, c.Start, c.Motive = 10, h.Clock.Now().Add(20*time.Hour), "Césarienne, agrafes à retirer, pansement infecté."
	})
	s := open(t, h, nurse, colleague, ward)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"proposing", nurse, at(proposed) + "?acte=proposer"}, {"proposals", ward, at(proposed)}, {"retained", ward, at(retained)}, {"home", colleague, "/"},
		{"handing", nurse, at(retained) + "?acte=relais"}, {"handed", nurse, at(handed)}, {"handed-to", colleague, at(handed)},
		{"amending", ward, at(changed) + "/modifier"}, {"reconfirming", nurse, at(changed)}, {"amended", ward, at(changed)},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "side-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
