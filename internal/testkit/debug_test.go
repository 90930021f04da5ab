package testkit_test

import (
	"net/http"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// The profiles of the program exist for administrators of the platform, and for nobody else;
// its command line for nobody.
func TestProfilesAreForThePlatform(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	platform, keeper, nurse := h.Supervisor(actor.RolePlatformAdmin), h.Supervisor(actor.RoleTerritoryAdmin), h.Nurse("Léonore")
	site := h.Site()
	status := func(c *http.Client, path string) int {
		t.Helper()
		answer, err := c.Get(site.URL + path)
		h.Must(err)
		h.Must(answer.Body.Close())
		return answer.StatusCode
	}
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/symbol"} {
		if got := status(site.SignedIn(platform), path); got != http.StatusOK {
			t.Errorf("%s answers %d to the platform", path, got)
		}
		for name, who := range map[string]*testkit.Person{"a territory": keeper, "a nurse": nurse} {
			if got := status(site.SignedIn(who), path); got != http.StatusNotFound {
				t.Errorf("%s answers %d to %s", path, got, name)
			}
		}
	}
	if got := status(site.SignedIn(platform), "/debug/pprof/cmdline"); got != http.StatusNotFound {
		t.Errorf("the command line is shown: %d", got)
	}
}
