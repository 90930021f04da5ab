package pro_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// What a person may ask, and what is opened for an emergency, are seen and read by everyone.
func TestRightsAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse, midwives, keeper, auditor := h.Ward("Chirurgie A"), h.Nurse("Vabre"), h.Supervisor(actor.RoleSupervisorMidwife), h.Supervisor(actor.RoleTerritoryAdmin), h.Supervisor(actor.RoleAuditor)
	r := ward.Asks(testkit.Motive("pansement du talon"))
	nurse.Accepts(r)
	file := "/patients/" + string(r.Patient)
	site, ctx := h.Site(), webtest.Browser(t)
	look := func(name string, who *testkit.Person, path string) {
		t.Helper()
		for width, theme := range webtest.Looks() {
			webtest.Visit(t, ctx, site.As(who, path), width, theme)
			webtest.Shot(t, ctx, "rights-"+name, width, theme)
			webtest.NoBarrier(t, ctx)
		}
	}
	look("file", ward, file)
	look("accesses", midwives, file+"/acces")
	look("emergency", midwives, file+"/urgence")
	webtest.Do(t, ctx, chromedp.Click(`[name=reason][value=emergency]`), chromedp.SendKeys(`[name=note]`, "La personne est aux urgences."), chromedp.Submit(`[name=note]`), chromedp.WaitNotPresent(`[name=note]`))
	webtest.Visit(t, ctx, site.As(midwives, "/demandes/"+string(r.ID)), 1440, "light")
	webtest.Until(t, ctx, `document.body.textContent.includes("pansement du talon")`)
	h.Clock.Advance(21 * 365 * 24 * time.Hour)
	h.Must(h.Retention.Hold(keeper.Ctx(), r.Patient, "réclamation en cours"))
	look("retention", keeper, "/administration/conservation")
	h.Must(h.Retention.Release(keeper.Ctx(), r.Patient))
	look("retention-due", auditor, "/administration/conservation")
	webtest.Do(t, ctx, chromedp.Submit(`#due form`), chromedp.WaitVisible(`#done .row`))
	look("secretaries", nurse, "/secretariat")
	look("nobody", keeper, "/agir")
}
