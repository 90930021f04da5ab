package testkit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// The table of doors is whole: an address that is mounted has its line, and no line leads nowhere.
func TestEveryAddressHasItsEntry(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	mounted := h.Patterns()
	for _, pattern := range mounted {
		if _, ok := app.Entries[pattern]; !ok {
			t.Errorf("%s is mounted, and nobody is said to pass", pattern)
		}
	}
	for pattern := range app.Entries {
		if !slices.Contains(mounted, pattern) {
			t.Errorf("%s is written and leads nowhere", pattern)
		}
	}
}

// everyRole are the roles an account may have.
var everyRole = []actor.Role{
	actor.RoleProfessional, actor.RoleSecretary, actor.RoleService, actor.RoleDischargeCoordinator, actor.RoleOperator, actor.RoleSupervisorDoctor,
	actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife, actor.RoleStructureManager, actor.RoleTerritoryAdmin, actor.RolePlatformAdmin, actor.RoleAuditor,
}

// doors are the pages of a house and the sessions of those who try them.
type doors struct {
	h       *testkit.House
	handler http.Handler
	tokens  map[actor.Role]string // strangers: accounts of another territory
}

func openDoors(h *testkit.House) doors {
	h.T.Helper()
	d := doors{h: h, handler: h.Handler(nil), tokens: map[actor.Role]string{}}
	ctx := h.As(actor.System("test"))
	h.Must(h.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := territory.Add(tx, territory.New{ID: "ailleurs", Name: "Ailleurs", Communes: testkit.Communes("94")}); err != nil {
			return err
		}
		for _, role := range everyRole {
			if _, err := h.Auth.Create(tx, auth.NewAccount{Login: "ailleurs-" + strings.ToLower(string(role)), Name: "Ailleurs", Roles: []actor.Role{role}, Territory: "ailleurs"}); err != nil {
				return err
			}
		}
		return nil
	}))
	d.renew()
	return d
}

// renew opens the sessions again, whose proof is fresh.
func (d doors) renew() {
	d.h.T.Helper()
	ctx := d.h.As(actor.System("test"))
	for _, role := range everyRole {
		var account auth.Account
		d.h.Must(d.h.DB.View(ctx, func(tx *db.Tx) (err error) {
			account, err = auth.AccountByLogin(tx, "ailleurs-"+strings.ToLower(string(role)))
			return err
		}))
		token, err := d.h.Auth.OpenSession(ctx, account.ID, auth.Visitor{})
		d.h.Must(err)
		d.tokens[role] = token
	}
}

// try asks for an address as a role; "" is nobody.
func (d doors) try(pattern string, fill func(string) string, role actor.Role) *httptest.ResponseRecorder {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, "/nowhere"
	}
	r := httptest.NewRequest(method, fill(path), strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: d.tokens[role]})
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

var hole = regexp.MustCompile(`\{[a-z$]+\}`)

// nothing fills the holes of an address with what is nothing.
func nothing(path string) string {
	return hole.ReplaceAllStringFunc(path, func(h string) string { return strings.Trim(strings.ReplaceAll(h, "{$}", ""), "{}") })
}

// Every role, and nobody, before every door: who may not pass is sent to sign in, or reads that nothing is there; and every
// answer bears the headers that browsers must respect.
func TestEveryRoleBeforeEveryDoor(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		d := openDoors(h)
		for pattern, entry := range app.Entries {
			if pattern == "GET /live" || strings.HasPrefix(pattern, "GET /debug") {
				continue // they last; nobody is tried below
			}
			for _, role := range append([]actor.Role{""}, everyRole...) {
				if pattern == "POST /deconnexion" {
					continue // it ends the session of who tries
				}
				w := d.try(pattern, nothing, role)
				hasHeaders(t, pattern, w)
				if w.Code >= http.StatusInternalServerError {
					t.Errorf("%s as %q: %d", pattern, role, w.Code)
				}
				// A page may itself find nothing: only those that need nothing show that they let in.
				sure := strings.HasPrefix(pattern, "GET /") && nothing(pattern) == pattern && entry != app.ForAnyone && entry != app.ForDemonstration
				if got := passes(w); got && !may(entry, role) || !got && may(entry, role) && sure {
					t.Errorf("%s as %q: %d %s", pattern, role, w.Code, w.Header().Get("Location"))
				}
			}
		}
		for _, pattern := range []string{"GET /live", "GET /debug/pprof/", "GET /debug/pprof/profile"} {
			if w := d.try(pattern, nothing, ""); passes(w) && w.Code != http.StatusNotFound {
				t.Errorf("%s as nobody: %d", pattern, w.Code)
			}
		}
		for _, role := range everyRole {
			if w := d.try("GET /debug/pprof/", nothing, role); (w.Code == http.StatusOK) != (role == actor.RolePlatformAdmin) {
				t.Errorf("the profiles as %s: %d", role, w.Code)
			}
		}
	})
}

// may tells whether the table lets a role pass.
func may(e app.Entry, role actor.Role) bool {
	switch e {
	case app.ForAnyone, app.ForDemonstration:
		return true
	case app.ForSignedIn, app.ForFresh, app.ForHints:
		return role != ""
	case app.ForAdministrators:
		return role == actor.RoleTerritoryAdmin || role == actor.RolePlatformAdmin
	case app.ForAuditors:
		return role == actor.RoleAuditor
	case app.ForData:
		return role == actor.RoleTerritoryAdmin || role == actor.RoleAuditor
	case app.ForManagers:
		return role == actor.RoleStructureManager
	case app.ForJudges:
		return slices.Contains([]actor.Role{actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife, actor.RoleTerritoryAdmin, actor.RolePlatformAdmin}, role)
	case app.ForPlatform:
		return role == actor.RolePlatformAdmin
	}
	return false
}

// passes tells whether a door let somebody pass: nobody is sent to sign in, and a door that does not exist for
// him says so with the words of any address that leads nowhere.
func passes(w *httptest.ResponseRecorder) bool {
	to := w.Header().Get("Location")
	if w.Code == http.StatusUnauthorized && strings.Contains(w.Body.String(), `href="/connexion"`) {
		return false
	}
	if w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/connexion?suite=") {
		return false
	}
	return w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Cette page n’existe pas")
}

func hasHeaders(t *testing.T, pattern string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	policy := h.Get("Content-Security-Policy")
	for _, words := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, words) {
			t.Errorf("%s: the policy of contents lacks %s", pattern, words)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("%s: %s", pattern, policy)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store"} {
		if h.Get(name) != want {
			t.Errorf("%s: %s is %q", pattern, name, h.Get(name))
		}
	}
}

// Every role of another territory, before every address of a request in every state, with its true identifiers: nothing is
// there, nothing changes, and no word of the patient is said.
func TestStrangersWithTrueIdentifiersSeeNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		d := openDoors(h)
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks(testkit.Motive("xylophonite"), func(a *request.Ask) { a.NewPatient = testkit.PatientIn(testkit.CorbeilEssonnes, "Zyxwanof") })
		offer := nurse.OfferOn(r)
		steps := []struct {
			state request.State
			next  func()
		}{
			{request.Searching, func() { nurse.Accepts(r) }},
			{request.Accepted, func() { nurse.Starts(r) }},
			{request.Started, func() { nurse.Reports(r, "kératozorbe"); nurse.Completes(r) }},
			{request.Completed, func() {}},
		}
		for _, step := range steps {
			before := ward.Sees(r)
			if before.State != step.state {
				t.Fatalf("the request is %s", before.State)
			}
			fill := func(path string) string {
				id := string(r.ID)
				switch {
				case strings.HasPrefix(path, "/patients"):
					id = string(before.Patient.ID)
				case strings.HasPrefix(path, "/ordonnances"):
					id = string(before.Order)
				}
				return nothing(strings.NewReplacer("{id}", id, "{offer}", string(offer)).Replace(path))
			}
			for pattern := range app.Entries {
				if !strings.Contains(pattern, "{id}") && !strings.Contains(pattern, "{offer}") || strings.Contains(pattern, "/annuaire") || strings.Contains(pattern, "/demo") || strings.Contains(pattern, "/dev/") {
					continue
				}
				for _, role := range everyRole {
					w := d.try(pattern, fill, role)
					if w.Code < http.StatusBadRequest || w.Code >= http.StatusInternalServerError || strings.HasPrefix(pattern, "GET") && w.Code != http.StatusNotFound {
						t.Errorf("%s, %s, as %s: %d %s", pattern, step.state, role, w.Code, w.Header().Get("Location"))
					}
					for _, word := range []string{"Zyxwanof", "xylophonite", "kératozorbe", "+33639981234"} {
						if strings.Contains(w.Body.String(), word) {
							t.Errorf("%s, %s, as %s: says %s", pattern, step.state, role, word)
						}
					}
				}
			}
			if after := ward.Sees(r); fmt.Sprint(after.Version, after.State) != fmt.Sprint(before.Version, before.State) {
				t.Errorf("%s: a stranger changed the request: %v", step.state, after.Request)
			}
			step.next()
			h.Forward(time.Minute)
			d.renew()
		}
	})
}

// Whoever administers the territory or the platform, and whoever reads its traces, opens no file of it: an
// administrator never reads clinical text, even at home.
func TestAdministratorsOpenNoFile(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		d := openDoors(h)
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks(testkit.Motive("xylophonite"), func(a *request.Ask) { a.NewPatient = testkit.PatientIn(testkit.CorbeilEssonnes, "Zyxwanof") })
		nurse.Accepts(r)
		sheet := ward.Sees(r)
		for _, role := range []actor.Role{actor.RoleTerritoryAdmin, actor.RolePlatformAdmin, actor.RoleAuditor} {
			var account auth.Account
			ctx := h.As(actor.System("test"))
			h.Must(h.DB.Update(ctx, func(tx *db.Tx) (err error) {
				account, err = h.Auth.Create(tx, auth.NewAccount{Login: "ici-" + strings.ToLower(string(role)), Name: "Ici", Roles: []actor.Role{role}, Territory: testkit.Territory})
				return err
			}))
			token, err := h.Auth.OpenSession(ctx, account.ID, auth.Visitor{})
			h.Must(err)
			d.tokens[role] = token
			for _, path := range []string{
				"/demandes/" + string(r.ID), "/demandes/" + string(r.ID) + "/preuve", "/demandes/" + string(r.ID) + "/ressources",
				"/patients/" + string(sheet.Patient.ID), "/patients/" + string(sheet.Patient.ID) + "/identite", "/ordonnances/" + string(sheet.Order),
			} {
				if w := d.try("GET "+path, nothing, role); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "Zyxwanof") {
					t.Errorf("%s reads %s: %d", role, path, w.Code)
				}
			}
			for _, path := range []string{"/", "/patients", "/supervision", "/archives", "/annuaire"} {
				if w := d.try("GET "+path, nothing, role); strings.Contains(w.Body.String(), "Zyxwanof") || strings.Contains(w.Body.String(), "xylophonite") {
					t.Errorf("%s reads a patient on %s", role, path)
				}
			}
		}
	})
}
