package auth_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
)

func TestASecondFactorFollowsThePassword(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		if len(app.codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(app.codes)))) != 10 {
			t.Errorf("recovery codes: %v", app.codes)
		}
		step := second(t, s, a.Login)
		_, err := s.SecondFactor(t.Context(), step, app.code(), home)
		refusedWith(t, err, "auth.code_refused") // the code that added the application was taken by it
		c.Advance(codePeriod)
		code := app.code()
		for _, wrong := range []string{"", "000000", "abcdef", code + "1", strings.Repeat("9", 5000)} {
			_, err := s.SecondFactor(t.Context(), second(t, s, a.Login), wrong, auth.Visitor{Address: "from " + wrong[:min(3, len(wrong))]})
			refusedWith(t, err, "auth.code_refused")
		}
		session, err := s.SecondFactor(t.Context(), step, " "+code[:3]+" "+code[3:], home)
		if err != nil {
			t.Fatal(err)
		}
		if by, err := s.Resume(t.Context(), session, true); err != nil || by.Account != string(a.ID) || !by.Proved.Equal(c.Now()) {
			t.Errorf("%+v %v", by, err)
		}
		_, err = s.SecondFactor(t.Context(), step, code, home)
		refusedWith(t, err, "auth.step_over") // a step is taken once
		_, err = s.SecondFactor(t.Context(), second(t, s, a.Login), code, home)
		refusedWith(t, err, "auth.code_refused") // and so is a code
	})
}

func TestARecoveryCodeServesOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		typed := strings.ToLower(strings.ReplaceAll(app.codes[3], "-", " "))
		if _, err := s.SecondFactor(t.Context(), second(t, s, a.Login), typed, home); err != nil {
			t.Fatal(err)
		}
		_, err := s.SecondFactor(t.Context(), second(t, s, a.Login), app.codes[3], home)
		refusedWith(t, err, "auth.code_refused")
		f, err := s.Factors(within(t, s, app.session))
		if err != nil || f.Recovery != 9 || !f.Password || len(f.List) != 1 || f.List[0].Label != "téléphone" {
			t.Errorf("%+v %v", f, err)
		}
		fresh, err := s.RenewRecovery(within(t, s, app.session))
		if err != nil || len(fresh) != 10 || slices.Contains(fresh, app.codes[0]) {
			t.Fatalf("%v %v", fresh, err)
		}
		_, err = s.SecondFactor(t.Context(), second(t, s, a.Login), app.codes[0], home)
		refusedWith(t, err, "auth.code_refused")
	})
}

// Many who send one right code at once: one is let in.
func TestOneCodeLetsInOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		c.Advance(codePeriod)
		var steps []string
		for range 8 {
			steps = append(steps, second(t, s, a.Login))
		}
		var in atomic.Int64
		var wg sync.WaitGroup
		for n, step := range steps {
			wg.Go(func() {
				if _, err := s.SecondFactor(t.Context(), step, app.code(), auth.Visitor{Address: string(rune('a' + n))}); err == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("one code let in %d", in.Load())
		}
	})
}

func TestTooManyCodesKeepAnAddressOutAndNotTheOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		c.Advance(codePeriod)
		thief := auth.Visitor{Address: "203.0.113.9"}
		for range 5 {
			_, err := s.SecondFactor(t.Context(), second(t, s, a.Login), "123456", thief)
			refusedWith(t, err, "auth.code_refused")
		}
		_, err := s.SecondFactor(t.Context(), second(t, s, a.Login), app.code(), thief)
		wantCode(t, err, fault.KindTooMany, "auth.too_many")
		if _, err := s.SecondFactor(t.Context(), second(t, s, a.Login), app.code(), home); err != nil {
			t.Errorf("the owner is kept out: %v", err)
		}
	})
}

func TestStepsEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		entry, err := s.SignIn(t.Context(), a.Login, password, home)
		if err != nil {
			t.Fatal(err)
		}
		proposed, err := s.ProposeTOTP(t.Context(), entry.Step)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.ProposeTOTP(t.Context(), entry.Step); err != nil || again != proposed {
			t.Errorf("the secret changes while one reads it: %v", err)
		}
		if !strings.Contains(proposed.Address, "secret="+proposed.Secret) || !strings.HasPrefix(proposed.Address, "otpauth://totp/Entr%E2%80%99Actes:") {
			t.Errorf("%s", proposed.Address)
		}
		_, err = s.SecondFactor(t.Context(), entry.Step, "123456", home)
		refusedWith(t, err, "auth.step_over") // a step of one kind is not one of another
		c.Advance(15 * time.Minute)
		_, err = s.ProposeTOTP(t.Context(), entry.Step)
		refusedWith(t, err, "auth.step_over")
		for _, token := range []string{"", "x", strings.Repeat("y", 1<<16), "a\x00b"} {
			_, err := s.ProposeTOTP(t.Context(), token)
			refusedWith(t, err, "auth.step_over")
		}
		// What a step holds that could open an account is sealed.
		err = d.View(t.Context(), func(tx *db.Tx) error {
			texts, err := db.All(tx, db.Value[string], `SELECT data FROM ceremony`)
			for _, text := range texts {
				if strings.Contains(text, proposed.Secret) {
					t.Error("the secret of an application is in the database")
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSensitiveActsWantAFreshProof(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		if _, err := s.StartFactor(within(t, s, app.session)); err != nil {
			t.Fatal(err)
		}
		c.Advance(actor.FreshFor)
		stale := within(t, s, app.session)
		_, err := s.StartFactor(stale)
		refusedWith(t, err, "auth.prove")
		_, err = s.RenewRecovery(stale)
		refusedWith(t, err, "auth.prove")
		refusedWith(t, s.ChangePassword(stale, "une autre phrase longue"), "auth.prove")
		refusedWith(t, s.OfferPairing(stale), "auth.prove")
		refusedWith(t, s.RemoveFactor(stale, "x"), "auth.prove")
		// A password alone does not make it fresh.
		refusedWith(t, s.Prove(t.Context(), app.session, auth.Proof{Password: password}, home), "auth.code_refused")
		if err := s.Prove(t.Context(), app.session, auth.Proof{Code: app.code()}, home); err != nil {
			t.Fatal(err)
		}
		if _, err := s.StartFactor(within(t, s, app.session)); err != nil {
			t.Error(err)
		}
	})
}

func TestALockedSessionWaitsForItsOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{Idle: 15 * time.Minute})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		c.Advance(14 * time.Minute)
		// A page that renews itself keeps nobody in.
		if _, err := s.Resume(t.Context(), app.session, false); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Minute)
		_, err := s.Resume(t.Context(), app.session, true)
		refusedWith(t, err, "auth.locked")
		if name, err := s.LockedName(t.Context(), app.session); err != nil || name != a.Name {
			t.Errorf("%q %v", name, err)
		}
		refusedWith(t, s.Unlock(t.Context(), app.session, auth.Proof{Password: "wrong"}, home), "auth.password_wrong")
		refusedWith(t, s.Unlock(t.Context(), app.session, auth.Proof{}, home), "auth.code_refused")
		if err := s.Unlock(t.Context(), app.session, auth.Proof{Password: password}, home); err != nil {
			t.Fatal(err)
		}
		// A password opens the session, and makes nothing fresh.
		_, err = s.StartFactor(within(t, s, app.session))
		refusedWith(t, err, "auth.prove")
		c.Advance(12 * time.Hour)
		refusedWith(t, s.Unlock(t.Context(), app.session, auth.Proof{Password: password}, home), "auth.session_over")
	})
}

func TestDevices(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		a := addNurse(t, s)
		app := signInFirst(t, s, c, a.Login)
		other := func() string {
			c.Advance(codePeriod)
			session, err := s.SecondFactor(t.Context(), second(t, s, a.Login), app.code(), auth.Visitor{Agent: "Chrome", Address: "192.0.2.7"})
			if err != nil {
				t.Fatal(err)
			}
			return session
		}
		one, two := other(), other()
		devices, err := s.Devices(within(t, s, app.session))
		if err != nil || len(devices) != 3 || !devices[0].Here || devices[1].Agent != "Chrome" || devices[1].Means != "password+totp" {
			t.Fatalf("%+v %v", devices, err)
		}
		stranger, err := s.Add(system(t), auth.NewAccount{Login: "other", Name: "Autre", Roles: a.Roles}, password)
		if err != nil {
			t.Fatal(err)
		}
		theirs := signInFirst(t, s, c, stranger.Login)
		refusedWith(t, s.EndDevice(within(t, s, theirs.session), devices[1].ID), "auth.device")
		if err := s.EndDevice(within(t, s, app.session), devices[1].ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.Resume(t.Context(), two, true)
		refusedWith(t, err, "auth.session_over")
		if n, err := s.EndOthers(within(t, s, app.session)); err != nil || n != 1 {
			t.Errorf("%d %v", n, err)
		}
		_, err = s.Resume(t.Context(), one, true)
		refusedWith(t, err, "auth.session_over")
		for _, still := range []string{app.session, theirs.session} {
			if _, err := s.Resume(t.Context(), still, true); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestTheLastFactorStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		s := newService(t, d, auth.Options{})
		app := signInFirst(t, s, c, addNurse(t, s).Login)
		ctx := within(t, s, app.session)
		f, err := s.Factors(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.RemoveFactor(ctx, f.List[0].ID), fault.KindConflict, "auth.last_factor")
		wantCode(t, s.RemoveFactor(ctx, "elsewhere"), fault.KindNotFound, "auth.factor")
		step, err := s.StartFactor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c.Advance(codePeriod)
		next := enrolTOTP(t, s, c, step)
		if next.session != "" || len(next.codes) != 0 {
			t.Errorf("who is in is let in again: %+v", next)
		}
		if f, err = s.Factors(ctx); err != nil || len(f.List) != 1 {
			t.Errorf("an application replaces the one before: %+v %v", f, err)
		}
	})
}
