package testkit_test

import (
	"html"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// Reference behaviour 13, on the row F10 of the console: a clinic asks a nurse to change
// a pouch every two days, accepted after 12 minutes, started 2 after, ended 14 later,
// reported. The row reads in the six columns, in their order.
func TestConsoleRow(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		clinic, nurse, supervisor := h.Ward("Clinique C"), h.Nurse("Soignante"), h.Supervisor(actor.RoleSupervisorNurse)
		r := clinic.Asks(testkit.Motive("Téléphone du référent, le patient n’en a pas"), func(a *request.Ask) {
			a.Acts, a.Care.Frequency = []nomenclature.ActCode{"IDE17"}, nomenclature.Frequency{EveryDays: 2}
		})
		for _, step := range []struct {
			after time.Duration
			act   func(request.Request) request.Request
		}{{12 * time.Minute, nurse.Accepts}, {2 * time.Minute, nurse.Starts}, {14 * time.Minute, nurse.Completes}} {
			h.Forward(step.after)
			r = step.act(r)
		}
		nurse.Reports(r, "Contact pris pour confirmer.")

		page := console(t, h.Site(), supervisor)
		follow(t, page, "demandeur</", "patient</", "motif</", "destinataire</", "horodatage</", "action</")
		clock := func(minutes int) string {
			return french.Hour(r.Triggered.Add(time.Duration(minutes)*time.Minute), civil.Paris())
		}
		_, rows, _ := strings.Cut(page, "<tbody")
		follow(t, rows, "clinique c", "corbeil-essonnes", "stomie", "tous les 2 jours", "soignante",
			clock(0), "déclenchement", clock(12), "acceptation", clock(14), "démarrée", clock(28), "terminée", "cr")
	})
}

// console reads the page of the console as somebody, in small letters and plain spaces.
func console(t *testing.T, site *testkit.Site, who *testkit.Person) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/supervision", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := visitor(t, site, who).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // it was read to the end
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", res.StatusCode, err)
	}
	return strings.ToLower(spaces.Replace(html.UnescapeString(string(body))))
}

var french = i18n.For("fr")

var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// follow checks that words come one after the other.
func follow(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		i := strings.Index(page, strings.ToLower(spaces.Replace(w)))
		if i < 0 {
			t.Errorf("%q is not where it should come", w)
			return
		}
		page = page[i:]
	}
}
