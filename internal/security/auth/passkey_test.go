package auth_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
)

// enrolPasskey gives the account of a step a passkey.
func enrolPasskey(t testing.TB, s *auth.Service, step string) (*authenticator, auth.Added) {
	t.Helper()
	a := newAuthenticator(t)
	c, err := s.ProposePasskey(t.Context(), step)
	if err != nil {
		t.Fatal(err)
	}
	added, err := s.ConfirmPasskey(t.Context(), step, a.create(c), "téléphone", home)
	if err != nil {
		t.Fatal(err)
	}
	return a, added
}

func challenge(t testing.TB, s *auth.Service) auth.Challenge {
	t.Helper()
	c, err := s.ChallengePasskey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		entry, err := s.SignIn(t.Context(), a.Login, password, home)
		if err != nil {
			t.Fatal(err)
		}
		key, added := enrolPasskey(t, s, entry.Step)
		if added.Session == "" || len(added.Recovery) != 10 {
			t.Fatalf("%+v", added)
		}
		session, err := s.SignInByPasskey(t.Context(), challenge(t, s).Step, nil, home)
		if session != "" || fault.CodeOf(err) != "auth.passkey_refused" {
			t.Errorf("an empty answer: %v", err)
		}
		ask := challenge(t, s)
		answer := key.sign(ask)
		if session, err = s.SignInByPasskey(t.Context(), ask.Step, answer, home); err != nil {
			t.Fatal(err)
		}
		if by, err := s.Resume(t.Context(), session, true); err != nil || by.Account != string(a.ID) {
			t.Errorf("%+v %v", by, err)
		}
		_, err = s.SignInByPasskey(t.Context(), ask.Step, answer, home)
		refusedWith(t, err, "auth.step_over") // replayed
		// Once he has a passkey, his password is followed by it or by a recovery code.
		if entry, err = s.SignIn(t.Context(), a.Login, password, home); err != nil || entry.Next != auth.NextCode {
			t.Errorf("%+v %v", entry, err)
		}
		c.Advance(actor.FreshFor)
		again := challenge(t, s)
		if err := s.Prove(t.Context(), session, auth.Proof{Step: again.Step, Response: key.sign(again)}, home); err != nil {
			t.Error(err)
		}
	})
}

// Each wrong turn is refused with its own code.
func TestPasskeysThatProveNothing(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		bend func(a *authenticator)
		mend func(answer []byte) []byte
		late time.Duration
		want string
	}{
		"another site":          {bend: func(a *authenticator) { a.origin = "https://entractes.example.net" }, want: "auth.passkey_origin"},
		"another site's key":    {bend: func(a *authenticator) { a.site = "example.net" }, want: "auth.passkey_refused"},
		"a key nobody has":      {bend: func(a *authenticator) { a.id = bytes.Repeat([]byte{7}, 32) }, want: "auth.passkey_unknown"},
		"another key":           {bend: func(a *authenticator) { a.key = newAuthenticator(a.t).key }, want: "auth.passkey_refused"},
		"somebody else's":       {bend: func(a *authenticator) { a.user = []byte("another account") }, want: "auth.passkey_refused"},
		"nobody verified":       {bend: func(a *authenticator) { a.noTouch = true }, want: "auth.passkey_refused"},
		"a copy":                {bend: func(a *authenticator) { a.count = 1 }, want: "auth.passkey_copied"},
		"too late":              {late: 5 * time.Minute, want: "auth.step_over"},
		"cut":                   {mend: func(b []byte) []byte { return b[:len(b)/2] }, want: "auth.passkey_refused"},
		"huge":                  {mend: func([]byte) []byte { return bytes.Repeat([]byte("["), 1<<20) }, want: "auth.passkey_refused"},
		"the making of another": {mend: func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "signature", "attestationObject")) }, want: "auth.passkey_refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
				s := newService(t, d, auth.Options{})
				entry, err := s.SignIn(t.Context(), addNurse(t, s).Login, password, home)
				if err != nil {
					t.Fatal(err)
				}
				key, _ := enrolPasskey(t, s, entry.Step)
				key.count = 5
				first := challenge(t, s)
				if _, err := s.SignInByPasskey(t.Context(), first.Step, key.sign(first), home); err != nil {
					t.Fatal(err)
				}
				key.count = 6
				if one.bend != nil {
					one.bend(key)
				}
				ask := challenge(t, s)
				answer := key.sign(ask)
				if one.mend != nil {
					answer = one.mend(answer)
				}
				c.Advance(one.late)
				session, err := s.SignInByPasskey(t.Context(), ask.Step, answer, home)
				wantCode(t, err, fault.KindUnauthenticated, one.want)
				if session != "" {
					t.Error("let in")
				}
				_, err = s.SignInByPasskey(t.Context(), ask.Step, key.sign(ask), home)
				refusedWith(t, err, "auth.step_over") // a challenge is answered once, well or not
				// An answer to one challenge is not one to another.
				_, err = s.SignInByPasskey(t.Context(), challenge(t, s).Step, key.sign(ask), home)
				if err == nil {
					t.Error("an answer serves for another challenge")
				}
			})
		})
	}
}

func TestPasskeysAreNotShared(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		s := newService(t, d, auth.Options{})
		entry, err := s.SignIn(t.Context(), addNurse(t, s).Login, password, home)
		if err != nil {
			t.Fatal(err)
		}
		key, added := enrolPasskey(t, s, entry.Step)
		other, err := s.Add(system(t), auth.NewAccount{Login: "other", Name: "Autre", Roles: []actor.Role{actor.RoleOperator}}, password)
		if err != nil {
			t.Fatal(err)
		}
		if entry, err = s.SignIn(t.Context(), other.Login, password, home); err != nil {
			t.Fatal(err)
		}
		c, err := s.ProposePasskey(t.Context(), entry.Step)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ConfirmPasskey(t.Context(), entry.Step, key.create(c), "", home)
		wantCode(t, err, fault.KindConflict, "auth.passkey_known")
		theirs, _ := enrolPasskey(t, s, entry.Step)
		ask := challenge(t, s)
		refusedWith(t, s.Unlock(t.Context(), added.Session, auth.Proof{Step: ask.Step, Response: theirs.sign(ask)}, home), "auth.passkey_other")
	})
}

func FuzzPasskeyAnswer(f *testing.F) {
	d := dbtest.Open(f, db.SQLite, clock.NewManual(dbtest.Start))
	s := newService(f, d, auth.Options{})
	entry, err := s.SignIn(f.Context(), addNurse(f, s).Login, password, home)
	if err != nil {
		f.Fatal(err)
	}
	key, _ := enrolPasskey(f, s, entry.Step)
	f.Add(key.sign(challenge(f, s)))
	f.Add([]byte(`{"id":"","response":{}}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		session, err := s.SignInByPasskey(t.Context(), challenge(t, s).Step, answer, home)
		if session != "" || fault.KindOf(err) != fault.KindUnauthenticated {
			t.Errorf("%q: %v", answer, err)
		}
	})
}
