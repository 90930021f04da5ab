package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
)

// application is a code application, as a phone holds it.
type application struct {
	t       testing.TB
	clock   *clock.Manual
	secret  string
	session string
	codes   []string // of recovery, when it was the first factor
}

// code is what the application shows now.
func (a application) code() string {
	a.t.Helper()
	code, err := totp.GenerateCode(a.secret, a.clock.Now())
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

// enrolTOTP adds an application by a step that asks for a factor.
func enrolTOTP(t testing.TB, s *auth.Service, c *clock.Manual, step string) application {
	t.Helper()
	proposed, err := s.ProposeTOTP(t.Context(), step)
	if err != nil {
		t.Fatal(err)
	}
	a := application{t: t, clock: c, secret: proposed.Secret}
	added, err := s.ConfirmTOTP(t.Context(), step, a.code(), "téléphone", home)
	if err != nil {
		t.Fatal(err)
	}
	a.session, a.codes = added.Session, added.Recovery
	return a
}

// signInFirst signs in somebody who has a password only, and gives her an application.
func signInFirst(t testing.TB, s *auth.Service, c *clock.Manual, login string) application {
	t.Helper()
	entry, err := s.SignIn(t.Context(), login, password, home)
	if err != nil || entry.Next != auth.NextFactor {
		t.Fatalf("%+v, %v", entry, err)
	}
	return enrolTOTP(t, s, c, entry.Step)
}

// within is the context of who holds a session.
func within(t testing.TB, s *auth.Service, session string) context.Context {
	t.Helper()
	by, err := s.Resume(t.Context(), session, true)
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(t.Context(), by)
}

// second is the step after a right password.
func second(t testing.TB, s *auth.Service, login string) string {
	t.Helper()
	entry, err := s.SignIn(t.Context(), login, password, home)
	if err != nil || entry.Session != "" || entry.Next != auth.NextCode {
		t.Fatalf("%+v, %v", entry, err)
	}
	return entry.Step
}

const codePeriod = 30 * time.Second

func refusedWith(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}
