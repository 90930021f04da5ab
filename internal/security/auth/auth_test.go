package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/security/crypt/crypttest"
)

const password = "girafe tambour lavande"

var home = auth.Visitor{Agent: "Firefox", Address: "192.0.2.1"}

func newService(t testing.TB, d *db.DB, o auth.Options) *auth.Service {
	t.Helper()
	v := crypttest.Vault(t)
	o.HashMemoryKiB = 64
	s, err := auth.New(d, v, audit.New(d), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func system(t testing.TB) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.System("test"))
}

func addNurse(t testing.TB, s *auth.Service) auth.Account {
	t.Helper()
	a, err := s.Add(system(t), auth.NewAccount{
		Login: " Hélène.Specimen@Example.org ", Name: "Hélène Spécimen", Roles: []actor.Role{actor.RoleProfessional},
		Person: "pro-1", Structure: "cab-1", Territory: "ter-1",
	}, password)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func wantCode(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Errorf("got %v, want %v %s", err, kind, code)
	}
}

// trail lists "action outcome account object" of every audit row, in order.
func trail(t testing.TB, d *db.DB) (out []string) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r db.Row) (string, error) {
			var action, outcome, account, object string
			err := r.Scan(&action, &outcome, &account, &object)
			return strings.Join([]string{action, outcome, account, object}, " "), err
		}, `SELECT action, outcome, account, object_id FROM audit ORDER BY id`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		if a.Login != "helene.specimen@example.org" || a.Lang != "fr" {
			t.Errorf("account: %+v", a)
		}
		entry, err := s.SignIn(t.Context(), "HELENE.specimen@example.org", password, home)
		if err != nil || entry.Session != "" || entry.Next != auth.NextFactor {
			t.Fatalf("a password lets in, or asks for something else: %+v, %v", entry, err)
		}
		_, err = s.Resume(t.Context(), entry.Step, true)
		wantCode(t, err, fault.KindUnauthenticated, "auth.session_over")
		token := enrolTOTP(t, s, c, entry.Step).session
		by, err := s.Resume(t.Context(), token, true)
		if err != nil || by.Account != string(a.ID) || by.Person != "pro-1" || by.Structure != "cab-1" || by.Territory != "ter-1" || !by.Has(actor.RoleProfessional) {
			t.Errorf("%+v, %v", by, err)
		}
		for _, bad := range []string{"", "x", token + "x", strings.ToUpper(token)} {
			_, err := s.Resume(t.Context(), bad, true)
			wantCode(t, err, fault.KindUnauthenticated, "auth.session_over")
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM session WHERE id = $1`, token)
			if n != 0 {
				t.Error("the token itself is in the database")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.SignOut(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.Resume(t.Context(), token, true)
		wantCode(t, err, fault.KindUnauthenticated, "auth.session_over")
		id := string(a.ID)
		want := []string{"account.create ok  " + id, "account.factor ok " + id + " " + id, "session.open ok " + id + " " + id, "session.close ok " + id + " " + id}
		if got := trail(t, d); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("audit: %q", got)
		}
	})
}

func TestARefusalNeverTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := newService(t, d, auth.Options{})
		addNurse(t, s)
		closed, err := s.Add(system(t), auth.NewAccount{Login: "closed", Name: "Partie", Roles: []actor.Role{actor.RoleOperator}}, password)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(system(t), closed.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(system(t), auth.NewAccount{Login: "persona", Name: "Sans mot de passe", Roles: []actor.Role{actor.RoleOperator}}, ""); err != nil {
			t.Fatal(err)
		}
		before := len(trail(t, d))
		for login, pass := range map[string]string{
			"nobody": password, "helene.specimen@example.org": "wrong", "closed": password, "persona": "", "": "",
			strings.Repeat("x", 1<<20): strings.Repeat("y", 1<<20), "a\x00b\xff": "\x00\xff",
		} {
			_, err := s.SignIn(t.Context(), login, pass, auth.Visitor{Address: login})
			wantCode(t, err, fault.KindUnauthenticated, "auth.refused")
		}
		if got := len(trail(t, d)) - before; got != 7 {
			t.Errorf("%d failures recorded, want 7", got)
		}
	})
}

func TestTooManyTries(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		for range 5 {
			_, err := s.SignIn(t.Context(), a.Login, "wrong", home)
			wantCode(t, err, fault.KindUnauthenticated, "auth.refused")
		}
		before := len(trail(t, d))
		for range 10 {
			_, err := s.SignIn(t.Context(), a.Login, password, home)
			wantCode(t, err, fault.KindTooMany, "auth.too_many")
		}
		if got := len(trail(t, d)) - before; got != 1 {
			t.Errorf("%d rows of throttling, want 1", got)
		}
		if _, err := s.SignIn(t.Context(), a.Login, password, auth.Visitor{Address: "192.0.2.2"}); err != nil {
			t.Errorf("its owner elsewhere: %v", err)
		}
		c.Advance(15 * time.Minute)
		if _, err := s.SignIn(t.Context(), a.Login, password, home); err != nil {
			t.Errorf("after the wait: %v", err)
		}
		for range 4 {
			_, err := s.SignIn(t.Context(), a.Login, "wrong", home)
			wantCode(t, err, fault.KindUnauthenticated, "auth.refused")
		}
		if _, err := s.SignIn(t.Context(), a.Login, password, home); err != nil {
			t.Errorf("the fifth try: %v", err)
		}
	})
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{Session: 12 * time.Hour, Idle: 15 * time.Minute})
		a := addNurse(t, s)
		open := func() string {
			token, err := s.OpenSession(system(t), a.ID, home)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		used, idle := open(), open()
		for range 71 {
			c.Advance(10 * time.Minute)
			if _, err := s.Resume(t.Context(), used, true); err != nil {
				t.Fatalf("in use at %v: %v", c.Now(), err)
			}
		}
		_, err := s.Resume(t.Context(), idle, true)
		wantCode(t, err, fault.KindUnauthenticated, "auth.locked")
		c.Advance(10 * time.Minute)
		_, err = s.Resume(t.Context(), used, true)
		wantCode(t, err, fault.KindUnauthenticated, "auth.session_over")

		token := open()
		if err := s.Close(system(t), a.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Resume(t.Context(), token, true)
		wantCode(t, err, fault.KindUnauthenticated, "auth.session_over")
		_, err = s.OpenSession(system(t), a.ID, home)
		wantCode(t, err, fault.KindNotFound, "auth.account")
	})
}

func TestSeenIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		token, err := s.OpenSession(system(t), a.ID, home)
		if err != nil {
			t.Fatal(err)
		}
		seen := func() (at time.Time) {
			c.Advance(30 * time.Second)
			if _, err := s.Resume(t.Context(), token, true); err != nil {
				t.Fatal(err)
			}
			err := d.View(t.Context(), func(tx *db.Tx) error {
				ms, err := db.One(tx, "none", db.Value[int64], `SELECT seen FROM session`)
				at = db.At(ms)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		if at := seen(); !at.Equal(dbtest.Start) {
			t.Errorf("written after 30 s: %v", at)
		}
		if at := seen(); !at.Equal(dbtest.Start.Add(time.Minute)) {
			t.Errorf("not written after a minute: %v", at)
		}
	})
}

func TestOnlyTheProductOpensSessionsWithoutProof(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		_, err := s.OpenSession(t.Context(), a.ID, home)
		wantCode(t, err, fault.KindForbidden, "forbidden")
		_, err = s.OpenSession(actor.With(t.Context(), actor.Actor{Roles: []actor.Role{actor.RolePlatformAdmin}}), a.ID, home)
		wantCode(t, err, fault.KindForbidden, "forbidden")
	})
}

func TestWhoManagesAccounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := newService(t, d, auth.Options{})
		nurse := addNurse(t, s)
		as := func(territory string, role actor.Role) context.Context {
			return actor.With(t.Context(), actor.Actor{Account: "acc", Territory: territory, Roles: []actor.Role{role}})
		}
		one := func(role actor.Role) auth.NewAccount {
			return auth.NewAccount{Login: "new", Name: "Nouvelle", Roles: []actor.Role{role}, Territory: "ter-1"}
		}
		_, err := s.Add(as("ter-1", actor.RoleSupervisorDoctor), one(actor.RoleOperator), "")
		wantCode(t, err, fault.KindForbidden, "forbidden")
		_, err = s.Add(as("ter-2", actor.RoleTerritoryAdmin), one(actor.RoleOperator), "")
		wantCode(t, err, fault.KindForbidden, "forbidden")
		_, err = s.Add(as("ter-1", actor.RoleTerritoryAdmin), one(actor.RolePlatformAdmin), "")
		wantCode(t, err, fault.KindForbidden, "forbidden")
		if _, err := s.Add(as("ter-1", actor.RoleTerritoryAdmin), one(actor.RoleOperator), ""); err != nil {
			t.Error(err)
		}
		_, err = s.Add(system(t), one(actor.RoleOperator), "")
		wantCode(t, err, fault.KindConflict, "auth.login_taken")
		wantCode(t, s.Close(as("ter-2", actor.RoleTerritoryAdmin), nurse.ID), fault.KindNotFound, "auth.account")
		wantCode(t, s.Close(as("ter-1", actor.RoleProfessional), nurse.ID), fault.KindNotFound, "auth.account")
		wantCode(t, s.SetPassword(as("ter-2", actor.RoleTerritoryAdmin), nurse.ID, password), fault.KindNotFound, "auth.account")
		_, err = s.List(as("ter-1", actor.RoleProfessional))
		wantCode(t, err, fault.KindForbidden, "forbidden")
		for territory, want := range map[string]int{"ter-1": 2, "ter-2": 0} {
			if got, err := s.List(as(territory, actor.RoleTerritoryAdmin)); err != nil || len(got) != want {
				t.Errorf("%s: %d accounts, %v", territory, len(got), err)
			}
		}
		if got, err := s.List(system(t)); err != nil || len(got) != 2 {
			t.Errorf("the product: %d accounts, %v", len(got), err)
		}
		if err := s.SetPassword(system(t), nurse.ID, "autre phrase de passage"); err != nil {
			t.Error(err)
		}
		_, err = s.SignIn(t.Context(), nurse.Login, password, home)
		wantCode(t, err, fault.KindUnauthenticated, "auth.refused")
		if _, err := s.SignIn(t.Context(), nurse.Login, "autre phrase de passage", home); err != nil {
			t.Error(err)
		}
	})
}

func TestAllFaultsOfAnAccountAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		_, err := newService(t, d, auth.Options{}).Add(system(t), auth.NewAccount{Login: "é", Name: " ", Roles: []actor.Role{actor.RoleSystem}}, "court")
		var fields []string
		for _, f := range fault.Fields(err) {
			fields = append(fields, f.Field)
		}
		if strings.Join(fields, " ") != "login name roles password" {
			t.Errorf("fields %v of %v", fields, err)
		}
	})
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"court": "auth.password_short", "": "auth.password_short", strings.Repeat("ab cd", 100): "auth.password_long",
		"aaaaaaaaaaaa": "auth.password_trivial", "abcdefghijklmnop": "auth.password_trivial", "098765432109": "auth.password_trivial",
		"MotDePasse2026!": "auth.password_trivial", "azertyuiop123": "auth.password_trivial", "Helene-Specimen": "auth.password_trivial",
		"infirmiere1234": "auth.password_trivial", "abababababab": "auth.password_trivial",
		password: "", "correct cheval pile agrafe": "", "Xq7-pL2v-9RtZ": "", "пароль надёжный": "",
	}
	for text, want := range cases {
		got := ""
		if f := auth.CheckPassword(text, "helene.specimen", "Hélène Spécimen"); f != nil {
			got = f.Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFoldLogin(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := auth.FoldLogin(s); auth.FoldLogin(once) != once || auth.FoldLogin(" "+strings.ToUpper(s)) != auth.FoldLogin(strings.ToUpper(s)) {
			t.Fatalf("%q gives %q", s, once)
		}
	})
}

func FuzzCheckPassword(f *testing.F) {
	f.Add(password, "Hélène")
	f.Add("\xff\x00", "")
	f.Fuzz(func(_ *testing.T, text, about string) { _ = auth.CheckPassword(text, about) })
}
