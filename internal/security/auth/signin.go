package auth

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Visitor is what the door knows of who is asking.
type Visitor struct {
	Agent   string // browser, for the person's own list of sessions
	Address string // network address
}

// tooMany says how long to wait.
func tooMany(wait time.Duration) *fault.Error {
	return fault.TooMany("auth.too_many", "n", int((wait+time.Minute-1)/time.Minute))
}

// system is ctx where the door itself acts: nobody is in yet.
func system(ctx context.Context) context.Context {
	return actor.With(context.WithoutCancel(ctx), actor.System("auth"))
}

// SignIn proves an account by its password and returns the step that follows: a password alone
// lets nobody in. A refusal is always "auth.refused", whatever was wrong, or "auth.too_many" after too
// many tries of this login or from this address.
func (s *Service) SignIn(ctx context.Context, login, password string, from Visitor) (out Entry, err error) {
	defer fault.Wrap(&err, "sign in")
	login = FoldLogin(login)
	if err := s.tried(ctx, login, Account{}, from); err != nil {
		return out, err
	}
	account, secret, err := s.find(ctx, login)
	if err != nil {
		return out, err
	}
	if account.Closed {
		secret = ""
	}
	right, err := s.compare(ctx, password, secret)
	if err != nil {
		return out, err
	}
	if !right {
		return out, s.failed(ctx, account, from, fault.Unauthenticated("auth.refused"))
	}
	s.throttle.succeeded(login, from.Address)
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		out, err = s.afterPassword(tx, account, kindPassword)
		return err
	})
	return out, err
}

// compare tells whether a password is the one of secret. Without a secret it takes as long and says no.
func (s *Service) compare(ctx context.Context, password string, secret Secret) (right bool, err error) {
	known := secret != ""
	if !known {
		if secret, err = s.decoy(); err != nil {
			return false, err
		}
	}
	if len(password) > 4*passwordMax {
		password = "" // refused all the same, without hashing a megabyte
	}
	right, err = s.hasher.matches(ctx, password, secret)
	return right && known, err
}

// find returns the account of login and its password; neither when there is none.
func (s *Service) find(ctx context.Context, login string) (account Account, secret Secret, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		account, _, err = db.Find(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE login = $1`, login)
		if err != nil {
			return err
		}
		secret, _, err = db.Find(tx, db.Value[Secret], `SELECT secret FROM credential WHERE account = $1 AND kind = $2`, account.ID, kindPassword)
		return err
	})
	return account, secret, err
}

// failed records a sign-in that did not succeed and returns why. The login typed is not
// written: people type their password there.
func (s *Service) failed(ctx context.Context, account Account, from Visitor, why *fault.Error) error {
	e := audit.Event{Action: "session.open", Object: "account", ObjectID: string(account.ID), Outcome: audit.Refused, Detail: why.Code + " " + from.Address}
	if err := s.audit.Saw(system(ctx), e); err != nil {
		return err
	}
	return why
}

// OpenSession opens a session for an account without any proof. Only the product
// itself may ask: the people of a demonstration and the command line.
func (s *Service) OpenSession(ctx context.Context, id AccountID, from Visitor) (token string, err error) {
	defer fault.Wrap(&err, "open session of %s", id)
	if by, ok := actor.From(ctx); !ok || !by.IsSystem() {
		return "", fault.Forbidden("forbidden")
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		account, err := AccountByID(tx, id)
		if err != nil {
			return err
		}
		if account.Closed {
			return fault.NotFound("auth.account")
		}
		token, err = s.open(tx, account, opening{means: "system", from: from})
		return err
	})
	return token, err
}
