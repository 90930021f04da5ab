package auth_test

import (
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
)

// FuzzTokens sends anything wherever a token or a code of a proof is awaited, while a session and a pairing are under way: it
// opens nothing, and is refused with a sentence.
func FuzzTokens(f *testing.F) {
	c := clock.NewManual(dbtest.Start)
	d := dbtest.Open(f, db.SQLite, c)
	s := newService(f, d, auth.Options{})
	login := addNurse(f, s).Login
	desk := signInFirst(f, s, c, login)
	if err := s.OfferPairing(within(f, s, desk.session)); err != nil {
		f.Fatal(err)
	}
	step := second(f, s, login)
	for _, seed := range []string{"", "0", desk.session[:20], step + " ", step + "\x00", desk.session + "=", "%00", "é", "AAAA-AAAA-AAAA-AAAA"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, token, code string) {
		if token == desk.session || token == step {
			return
		}
		opened := func(what, session string, err error) {
			t.Helper()
			if kind := fault.KindOf(err); session != "" || kind != fault.KindUnauthenticated && kind != fault.KindInvalid && kind != fault.KindTooMany {
				t.Errorf("%s with %q and %q: %q, %v", what, token, code, session, err)
			}
		}
		by, err := s.Resume(t.Context(), token, true)
		opened("a session", by.Account, err)
		session, err := s.SecondFactor(t.Context(), token, code, home)
		opened("a second factor", session, err)
		entry, err := s.ResetPassword(t.Context(), token, code, password, home)
		opened("a new password", entry.Session+entry.Step, err)
		entry, err = s.Enter(t.Context(), login, code, password, home)
		opened("a first code", entry.Session+entry.Step, err)
		read, _, err := s.ReadPairing(t.Context(), code, home)
		opened("a pairing", read, err)
		session, _, err = s.CollectPairing(t.Context(), token, home)
		opened("a paired phone", session, err)
		added, err := s.ConfirmTOTP(t.Context(), token, code, "x", home)
		opened("a new factor", added.Session, err)
	})
}
