package auth_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
)

const another = "phare castor velours"

// mailbox keeps what owners are told.
type mailbox struct{ news []auth.News }

func (m *mailbox) options() auth.Options {
	return auth.Options{Around: auth.Around{Tell: func(_ *db.Tx, _ auth.Account, n auth.News) error {
		m.news = append(m.news, n)
		return nil
	}}}
}

// last is the last code that was sent; "" when none was.
func (m *mailbox) last() string {
	for i := len(m.news) - 1; i >= 0; i-- {
		if m.news[i].Topic == auth.TopicCode {
			return m.news[i].Code
		}
	}
	return ""
}

func TestAForgottenPasswordOpensNoSideDoor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		var box mailbox
		s := newService(t, d, box.options())
		a := addNurse(t, s)
		// Without a second factor a mailbox would be enough: nothing is sent.
		if _, err := s.ForgotPassword(t.Context(), a.Login, home); err != nil || box.last() != "" {
			t.Fatalf("%v %v", box.news, err)
		}
		app := signInFirst(t, s, c, a.Login)
		step, err := s.ForgotPassword(t.Context(), a.Login, home)
		if err != nil || len(box.last()) != 8 {
			t.Fatalf("%v %v", box.news, err)
		}
		_, err = s.ResetPassword(t.Context(), step, box.last(), "court", home)
		refusedWith(t, err, "auth.password_short")
		entry, err := s.ResetPassword(t.Context(), step, " "+box.last()[:4]+" "+box.last()[4:], another, home)
		if err != nil || entry.Session != "" || entry.Next != auth.NextCode {
			t.Fatalf("a code that was sent lets in: %+v %v", entry, err)
		}
		_, err = s.Resume(t.Context(), app.session, true)
		refusedWith(t, err, "auth.session_over")
		_, err = s.ResetPassword(t.Context(), step, box.last(), another, home)
		refusedWith(t, err, "auth.step_over")
		_, err = s.SignIn(t.Context(), a.Login, password, home)
		refusedWith(t, err, "auth.refused")
		c.Advance(codePeriod)
		if _, err := s.SecondFactor(t.Context(), entry.Step, app.code(), home); err != nil {
			t.Error(err)
		}
	})
}

func TestACodeThatWasSentIsGuessedByNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		var box mailbox
		s := newService(t, d, box.options())
		a := addNurse(t, s)
		signInFirst(t, s, c, a.Login)
		step, err := s.ForgotPassword(t.Context(), a.Login, home)
		if err != nil {
			t.Fatal(err)
		}
		// A stranger who asks for the same login has a step of his own, which the code does not open.
		theirs, err := s.ForgotPassword(t.Context(), "nobody at all", home)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ResetPassword(t.Context(), theirs, box.last(), another, home)
		refusedWith(t, err, "auth.code_refused")
		for range 5 {
			_, err := s.ResetPassword(t.Context(), step, "00000000", another, home)
			refusedWith(t, err, "auth.code_refused")
		}
		_, err = s.ResetPassword(t.Context(), step, box.last(), another, home)
		refusedWith(t, err, "auth.step_over")
		c.Advance(time.Hour)
		if step, err = s.ForgotPassword(t.Context(), a.Login, home); err != nil {
			t.Fatal(err)
		}
		c.Advance(10 * time.Minute)
		_, err = s.ResetPassword(t.Context(), step, box.last(), another, home)
		refusedWith(t, err, "auth.step_over")
	})
}

func TestWhoLostEverythingIsReadmitted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		var box mailbox
		s := newService(t, d, box.options())
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		desk := actor.With(t.Context(), actor.Actor{Account: "desk", Territory: "ter-1", Proved: c.Now(), Roles: []actor.Role{actor.RoleOperator}})
		_, err := s.Readmit(desk, a.ID)
		wantCode(t, err, fault.KindNotFound, "auth.account")
		stale := actor.Actor{Account: "adm", Territory: "ter-1", Roles: []actor.Role{actor.RoleTerritoryAdmin}}
		_, err = s.Readmit(actor.With(t.Context(), stale), a.ID)
		wantCode(t, err, fault.KindForbidden, "auth.prove")
		known, more, err := s.Search(actor.With(t.Context(), stale), "ter-1", "SPECIMEN")
		if err != nil || more || len(known) != 1 || known[0].Proofs != 1 || known[0].Seen.IsZero() {
			t.Errorf("%+v %v", known, err)
		}
		for territory, words := range map[string]string{"ter-1": "100%", "ter-2": ""} {
			if known, _, _ := s.Search(actor.With(t.Context(), stale), territory, words); len(known) != 0 {
				t.Errorf("%s %q: %+v", territory, words, known)
			}
		}
		fresh := stale
		fresh.Proved = c.Now()
		admin := actor.With(t.Context(), fresh)
		told := len(box.news)
		code, err := s.Readmit(admin, a.ID)
		if err != nil || len(box.news) == told {
			t.Fatalf("the owner is told nothing: %v", err)
		}
		_, err = s.Resume(t.Context(), app.session, true)
		refusedWith(t, err, "auth.session_over")
		_, err = s.SignIn(t.Context(), a.Login, password, home)
		refusedWith(t, err, "auth.refused")
		for login, wrong := range map[string]string{a.Login: "AAAA-BBBB-CCCC-DDDD", "somebody.else": code} {
			_, err := s.Enter(t.Context(), login, wrong, another, auth.Visitor{Address: login})
			refusedWith(t, err, "auth.code_refused")
		}
		entry, err := s.Enter(t.Context(), a.Login, strings.ToLower(code), another, home)
		if err != nil || entry.Session != "" || entry.Next != auth.NextFactor {
			t.Fatalf("%+v %v", entry, err)
		}
		if enrolTOTP(t, s, c, entry.Step).session == "" {
			t.Error("not let in")
		}
		_, err = s.Enter(t.Context(), a.Login, code, another, home)
		refusedWith(t, err, "auth.code_refused")
		if code, err = s.Readmit(admin, a.ID); err != nil {
			t.Fatal(err)
		}
		c.Advance(24 * time.Hour)
		_, err = s.Enter(t.Context(), a.Login, code, another, home)
		refusedWith(t, err, "auth.code_refused")
	})
}

func TestAnIdentityProvedElsewhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{Around: auth.Around{
			Person: func(_ *db.Tx, rpps string) (string, error) {
				return map[string]string{"10000000011": "pro-1"}[rpps], nil
			},
			Workplace: func(_ *db.Tx, person, finess string) (string, error) {
				return map[string]string{"pro-1 910000001": "cab-9"}[person+" "+finess], nil
			},
		}})
		a := addNurse(t, s)
		in := []auth.Situation{{Place: "Cabinet", Finess: "910000001", Structure: "forged"}, {Place: "Ailleurs", Finess: "910000002"}}
		nurse := auth.ByPSC("https://psc.example.org", "f:1:2", "10000000011", in)
		for n, structure := range []string{"cab-9", "cab-1"} {
			session, err := s.SignInBy(t.Context(), nurse, n, home)
			if err != nil {
				t.Fatal(err)
			}
			if by, err := s.Resume(t.Context(), session, true); err != nil || by.Account != string(a.ID) || by.Structure != structure {
				t.Errorf("situation %d: %+v %v", n, by, err)
			}
		}
		_, err := s.SignInBy(t.Context(), nurse, 2, home)
		refusedWith(t, err, "form.unknown_choice")
		for _, stranger := range []auth.Identity{
			auth.ByPSC("https://psc.example.org", "f:9:9", "10000000099", nil), auth.ByPSC("https://psc.example.org", "f:9:8", "", nil),
			auth.ByCard("https://psc.example.org", "f:9:7", ""),
		} {
			_, err := s.SignInBy(t.Context(), stranger, 0, home)
			refusedWith(t, err, "auth.not_enrolled")
		}
		// The identity is kept by who issued it and by its subject, and no longer by the number.
		if _, err := s.SignInBy(t.Context(), auth.ByPSC("https://psc.example.org", "f:1:2", "", nil), 0, home); err != nil {
			t.Error(err)
		}
		if err := s.Close(system(t), a.ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.SignInBy(t.Context(), nurse, 0, home)
		refusedWith(t, err, "auth.not_enrolled")
		token, err := s.Leave(t.Context(), map[string]string{"to": "/"})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := s.Return(t.Context(), token, &back); err != nil || back["to"] != "/" {
			t.Errorf("%v %v", back, err)
		}
		refusedWith(t, s.Return(t.Context(), token, &back), "auth.step_over")
	})
}

func TestAPhoneIsPaired(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{Idle: time.Hour})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		desk := within(t, s, app.session)
		offer := func() string {
			if err := s.OfferPairing(desk); err != nil {
				t.Fatal(err)
			}
			p, err := s.Pairing(desk)
			if err != nil || p.State != auth.PairShown || p.Code == "" {
				t.Fatalf("%+v %v", p, err)
			}
			return p.Code
		}
		phone, thief := auth.Visitor{Agent: "Android", Address: "192.0.2.50"}, auth.Visitor{Agent: "Other", Address: "203.0.113.9"}
		code := offer()
		token, number, err := s.ReadPairing(t.Context(), strings.ToLower(code), phone)
		if err != nil || len(number) != 4 {
			t.Fatalf("%q %v", number, err)
		}
		if session, shown, err := s.CollectPairing(t.Context(), token, phone); err != nil || session != "" || shown != number {
			t.Errorf("before the desk said yes: %q %q %v", session, shown, err)
		}
		p, err := s.Pairing(desk)
		if err != nil || p.State != auth.PairRead || p.Number != number || p.Agent != "Android" {
			t.Fatalf("%+v %v", p, err)
		}
		refusedWith(t, s.AnswerPairing(desk, "nope", true), "auth.pair_over")
		if err := s.AnswerPairing(desk, number, true); err != nil {
			t.Fatal(err)
		}
		session, _, err := s.CollectPairing(t.Context(), token, phone)
		if err != nil {
			t.Fatal(err)
		}
		by, err := s.Resume(t.Context(), session, true)
		if err != nil || by.Account != string(a.ID) {
			t.Fatalf("%+v %v", by, err)
		}
		refusedWith(t, s.OfferPairing(actor.With(t.Context(), by)), "auth.prove") // a paired phone pairs no other
		_, _, err = s.CollectPairing(t.Context(), token, phone)
		refusedWith(t, err, "auth.pair_over")

		// Read twice: refused, and over for the first one too.
		code = offer()
		if token, number, err = s.ReadPairing(t.Context(), code, thief); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.ReadPairing(t.Context(), code, phone)
		refusedWith(t, err, "auth.pair_read")
		_, _, err = s.CollectPairing(t.Context(), token, thief)
		refusedWith(t, err, "auth.pair_over")
		refusedWith(t, s.AnswerPairing(desk, number, true), "auth.pair_over")

		// The desk says no, a code replaces the one before, and the rest is over in two minutes.
		code = offer()
		if token, number, err = s.ReadPairing(t.Context(), code, phone); err != nil {
			t.Fatal(err)
		}
		if err := s.AnswerPairing(desk, number, false); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.CollectPairing(t.Context(), token, phone)
		refusedWith(t, err, "auth.pair_over")
		old := offer()
		code = offer()
		_, _, err = s.ReadPairing(t.Context(), old, phone)
		refusedWith(t, err, "auth.pair_over")
		c.Advance(2 * time.Minute)
		_, _, err = s.ReadPairing(t.Context(), code, phone)
		refusedWith(t, err, "auth.pair_over")
		// A paired phone is its owner's for a month, and not one day more.
		c.Advance(29 * 24 * time.Hour)
		if err := s.Unlock(t.Context(), session, auth.Proof{Password: password}, phone); err != nil {
			t.Error(err)
		}
		c.Advance(24 * time.Hour)
		_, err = s.Resume(t.Context(), session, true)
		refusedWith(t, err, "auth.session_over")
	})
}

func TestNationalIdentifiers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"810000000011": "10000000011", "0919999999": "", "": "", "8": "", "81000000001x": "", "8100000000111": ""} {
		if got := auth.RPPS(text); got != want {
			t.Errorf("%q is %q", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got := auth.RPPS(text); got != "" && "8"+got != text {
			t.Fatalf("%q is %q", text, got)
		}
	})
}
