package enrol_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

var (
	code = regexp.MustCompile(`\b\d{8}\b`)
	link = regexp.MustCompile(`/inscription/courriel/[A-Z2-7]+`)
)

// came is what the last message to a phone or a mailbox holds.
func came(h *testkit.House, target string, what *regexp.Regexp) (found string) {
	h.T.Helper()
	h.Settle()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		messages, err := fakephone.Messages(tx, target, 1)
		if len(messages) > 0 {
			found = what.FindString(messages[0].Text + " " + messages[0].Link)
		}
		return err
	}))
	if found == "" {
		h.T.Fatalf("%s is not in what came to %s", what, target)
	}
	return found
}

// A nurse enrols in a real browser, as she would on her phone, and the pages of everybody concerned are read by everyone.
func TestANurseEnrolsInABrowser(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	site := h.Site()
	ctx := webtest.Browser(t)
	look := func(name, url string) {
		t.Helper()
		for width, theme := range webtest.Looks() {
			webtest.Visit(t, ctx, url, width, theme)
			webtest.Shot(t, ctx, "enrol-"+name, width, theme)
			webtest.NoBarrier(t, ctx)
		}
	}
	look("start", site.URL+"/inscription")
	look("house", site.URL+"/inscription/etablissement")
	webtest.Visit(t, ctx, site.URL+"/inscription", 390, "light")
	webtest.Do(t, ctx,
		chromedp.SetValue(`[name=profession]`, "IDE"), chromedp.SendKeys(`[name=given_name]`, "Claire"), chromedp.SendKeys(`[name=family_name]`, "Exemple"),
		chromedp.SendKeys(`[name=rpps]`, "10000000019\t"),
	)
	webtest.Until(t, ctx, `document.querySelector("[role=status].hint")?.textContent !== "" && !!document.querySelector("[role=status].hint")`)
	webtest.Do(t, ctx,
		chromedp.SendKeys(`[name=commune]`, "Corbeil-Ess"), chromedp.WaitVisible(`[role=option]`), chromedp.Click(`[role=option]`),
		chromedp.SendKeys(`[name=phone]`, "06 39 98 77 51"), chromedp.SendKeys(`[name=email]`, "claire@example.org"), chromedp.Submit(`[name=email]`),
		chromedp.WaitVisible(`[name=code]`),
	)
	look("go-on", site.URL+"/inscription/suite")
	webtest.Do(t, ctx, chromedp.SendKeys(`[name=code]`, came(h, "+33639987751", code)), chromedp.Submit(`[name=code]`), chromedp.WaitNotPresent(`[name=code]`))
	look("mail", site.URL+came(h, "claire@example.org", link))
	webtest.Do(t, ctx, chromedp.Submit(`main form`), chromedp.WaitVisible(`#card`))
	photo := filepath.Join(t.TempDir(), "carte.jpg")
	h.Must(os.WriteFile(photo, h.Photo(), 0o600))
	webtest.Do(t, ctx, chromedp.SetUploadFiles(`#f-card`, []string{photo}), chromedp.Submit(`#f-card`), chromedp.WaitVisible(`#card .pill.taken`))
	webtest.Do(t, ctx, chromedp.Submit(`#f-radius`), chromedp.WaitVisible(`#practice .pill.taken`))
	webtest.Do(t, ctx, chromedp.Click(`#f-charter`), chromedp.Click(`#f-privacy`), chromedp.Submit(`#f-privacy`), chromedp.WaitNotPresent(`#submit`))
	look("sent", site.URL+"/inscription/suite")

	nurses, keeper := h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleTerritoryAdmin)
	list, _, err := h.Enrolment.Waiting(h.As(nurses.Actor), string(testkit.Territory))
	h.Must(err)
	if len(list) != 1 {
		t.Fatalf("%d wait", len(list))
	}
	look("waiting", site.As(nurses, "/inscriptions"))
	look("judge", site.As(nurses, "/inscriptions/"+string(list[0].ID)))
	if wide := webtest.Eval[float64](t, ctx, `document.querySelector(".proof").naturalWidth`); wide == 0 {
		t.Error("the photo of the card is not shown")
	}
	webtest.Do(t, ctx, chromedp.Submit(`form[action$=valider]`), chromedp.WaitNotPresent(`form[action$=valider]`))
	look("invitations", site.As(keeper, "/administration/invitations"))
	look("house-users", site.As(manager(h), "/etablissement"))
	look("reachable", site.As(nurses, "/joignable"))
}

// manager is who manages the users of a hospital.
func manager(h *testkit.House) *testkit.Person {
	h.T.Helper()
	ctx := h.T.Context()
	token, err := h.Enrolment.Begin(ctx, enrolment.Declared{House: &enrolment.House{
		Structure: directory.Structure{Name: "Clinique du Modèle", Kind: directory.Establishment, FINESS: "910000001", Commune: "91174"}, Wards: []string{"Maternité", "Chirurgie A"},
		Referent: enrolment.Referent{Name: "Paule Référente", Role: "cadre de santé", Phone: "0639987730", Email: "paule@example.org"},
	}}, "", "192.0.2.1")
	h.Must(err)
	h.Must(h.Enrolment.ProvePhone(ctx, token, came(h, "+33639987730", code)))
	h.Must(h.Enrolment.ProveMail(ctx, came(h, "paule@example.org", link)[len("/inscription/courriel/"):]))
	h.Must(h.Enrolment.Submit(ctx, token, true, true))
	keeper := h.Supervisor(actor.RoleTerritoryAdmin)
	list, _, err := h.Enrolment.Waiting(h.As(keeper.Actor), string(testkit.Territory))
	h.Must(err)
	h.Must(h.Enrolment.Admit(h.As(keeper.Actor), list[0].ID))
	a, err := h.Enrolment.Mine(ctx, token)
	h.Must(err)
	return h.Known(a.Account)
}
