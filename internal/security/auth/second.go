package auth

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Next says what a proof still waits for.
type Next string

// What may follow a right password.
const (
	NextCode   Next = "code"   // the account has a second factor: a code, or one of its passkeys
	NextFactor Next = "factor" // it has none yet: one is added now
)

// Entry is how far a proof has come: either a session is open, or Step is the token of the step that follows.
type Entry struct {
	Session string
	Step    string
	Next    Next
}

// afterPassword returns the step that follows a right password. No password opens a session alone.
func (s *Service) afterPassword(tx *db.Tx, account Account, means string) (out Entry, err error) {
	f, err := factorsOf(tx, account.ID)
	if err != nil {
		return out, err
	}
	out.Next = NextCode
	if !f.Strong() {
		out.Next = NextFactor
		out.Step, err = begin(tx, stepFactor, account.ID, adding{Means: means})
		return out, err
	}
	out.Step, err = begin(tx, stepSecond, account.ID, second{Means: means})
	return out, err
}

// second is what the step of a second factor remembers.
type second struct {
	Means string `json:"means"`
}

// SecondFactor ends a sign-in begun by a password with a code: of an application, or one of the
// recovery codes. A code that is not right is refused with "auth.code_refused"; too many are, with
// "auth.too_many", from that address only.
func (s *Service) SecondFactor(ctx context.Context, token, code string, from Visitor) (session string, err error) {
	defer fault.Wrap(&err, "second factor")
	account, err := s.of(ctx, stepSecond, token)
	if err != nil {
		return "", err
	}
	if err := s.tried(ctx, codeOf(account), account, from); err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, stepSecond, token)
		if err != nil {
			return err
		}
		var remembered second
		if err := c.read(&remembered); err != nil {
			return err
		}
		kind, err := s.checkCode(tx, account.ID, code)
		if err != nil {
			return err
		}
		if err := take(tx, c); err != nil {
			return err
		}
		session, err = s.open(tx, account, opening{means: remembered.Means + "+" + kind, from: from})
		return err
	})
	return session, s.proved(ctx, account, from, err)
}

// checkCode takes a code of an application or a recovery code, and returns which it was.
func (s *Service) checkCode(tx *db.Tx, account AccountID, code string) (kind string, err error) {
	ok, err := s.checkTOTP(tx, account, code)
	if err != nil {
		return "", err
	}
	if ok {
		return kindTOTP, nil
	}
	if ok, err = spendRecovery(tx, account, code); err != nil {
		return "", err
	}
	if ok {
		return kindRecovery, nil
	}
	return "", fault.Unauthenticated("auth.code_refused").At("code")
}

// of returns the open account that a step is about.
func (s *Service) of(ctx context.Context, kind step, token string) (account Account, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, kind, token)
		if err != nil {
			return err
		}
		account, err = AccountByID(tx, c.account)
		return err
	})
	if err == nil && account.Closed {
		err = fault.Unauthenticated("auth.refused")
	}
	return account, err
}

// Owner is the name of whose second factor a step waits for, for the page that asks him for it.
func (s *Service) Owner(ctx context.Context, token string) (name string, err error) {
	account, err := s.of(ctx, stepSecond, token)
	return account.Name, err
}

// tried counts one try of what is proved before it is made; the first of too many is recorded.
func (s *Service) tried(ctx context.Context, what string, account Account, from Visitor) error {
	wait, first := s.throttle.begin(what, from.Address, s.db.Now())
	if wait <= 0 {
		return nil
	}
	refused := tooMany(wait)
	if !first {
		return refused
	}
	return s.failed(ctx, account, from, refused)
}

// codeOf is what tries of codes are counted under, apart from those of passwords.
func codeOf(account Account) string { return "code of " + string(account.ID) }

// proved forgets the tries of a code that was right, and records one that was not.
func (s *Service) proved(ctx context.Context, account Account, from Visitor, err error) error {
	if err == nil {
		s.throttle.succeeded(codeOf(account), from.Address)
		return nil
	}
	if fault.KindOf(err) != fault.KindUnauthenticated {
		return err
	}
	e := audit.Event{Action: "session.open", Object: "account", ObjectID: string(account.ID), Detail: fault.CodeOf(err) + " " + from.Address}
	return s.audit.Refusal(system(ctx), e, err)
}
