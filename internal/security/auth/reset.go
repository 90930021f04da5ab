package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// mailedDigits is the length of a code that is sent: about 26 bits, for ten minutes and five tries.
const mailedDigits = 8

// mailedCode returns a code to send.
func mailedCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		return "", fault.Internal(err)
	}
	return fmt.Sprintf("%0*d", mailedDigits, n), nil
}

// resetting is what the step of a forgotten password remembers: the hash of the code that was
// sent, with the tries made of it. Without a code nothing was sent, and nothing opens.
type resetting struct {
	Code  string `json:"code,omitempty"`
	Tries int    `json:"tries,omitempty"`
}

// ForgotPassword sends a code to the owner of a login and returns the token of the step where he
// types it. What it returns and how long it takes tell nobody whether the login exists: only an open
// account that has a second factor is sent a code, since a mailbox alone must open nothing.
func (s *Service) ForgotPassword(ctx context.Context, login string, from Visitor) (token string, err error) {
	defer fault.Wrap(&err, "forgot password")
	login = FoldLogin(login)
	wait, _ := s.throttle.begin("forgot "+login, from.Address, s.db.Now())
	if wait > 0 {
		return "", tooMany(wait)
	}
	code, err := mailedCode()
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		account, found, err := db.Find(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE login = $1`, login)
		if err != nil {
			return err
		}
		if !found || account.Closed {
			token, err = begin(tx, stepReset, "", resetting{})
			return err
		}
		f, err := factorsOf(tx, account.ID)
		if err != nil {
			return err
		}
		if !f.Strong() {
			token, err = begin(tx, stepReset, account.ID, resetting{})
			return err
		}
		if token, err = begin(tx, stepReset, account.ID, resetting{Code: tokenHash(code)}); err != nil {
			return err
		}
		if err := s.tell(tx, account, News{Topic: TopicCode, Code: code}); err != nil {
			return err
		}
		return audit.RecordAs(tx, actor.System("auth"), audit.Event{Action: "account.forgot", Object: "account", ObjectID: string(account.ID), Detail: from.Address})
	})
	return token, err
}

// triesOfCode is how often a code that was sent may be mistyped.
const triesOfCode = 5

// ResetPassword gives the account of the step a new password, for who types the code that was
// sent. It opens no session: the second factor follows, as after any password. A code that is not right
// is refused with "auth.code_refused", five times; then with "auth.step_over".
func (s *Service) ResetPassword(ctx context.Context, token, code, password string, from Visitor) (out Entry, err error) {
	defer fault.Wrap(&err, "reset password")
	account, right, err := s.checkMailed(ctx, token, code)
	if err != nil {
		return out, err
	}
	if !right {
		return out, s.proved(ctx, account, from, fault.Unauthenticated("auth.code_refused").At("code"))
	}
	return s.choose(ctx, stepReset, token, account, password)
}

// choose ends a step by the password that its owner chose, and returns the step of his second factor.
func (s *Service) choose(ctx context.Context, kind step, token string, account Account, password string) (out Entry, err error) {
	secret, err := s.Hash(ctx, password, account.Login, account.Name)
	if err != nil {
		return out, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, kind, token)
		if err != nil {
			return err
		}
		if err := take(tx, c); err != nil {
			return err
		}
		if err := s.newPassword(tx, account, secret, ""); err != nil {
			return err
		}
		out, err = s.afterPassword(tx, account, string(kind))
		return err
	})
	return out, err
}

// checkMailed counts one try of a code that was sent, and tells whether it was right.
func (s *Service) checkMailed(ctx context.Context, token, code string) (account Account, right bool, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, stepReset, token)
		if err != nil {
			return err
		}
		var r resetting
		if err := c.read(&r); err != nil {
			return err
		}
		if r.Tries++; r.Tries > triesOfCode {
			return fault.Unauthenticated("auth.step_over")
		}
		right = r.Code != "" && subtle.ConstantTimeCompare([]byte(r.Code), []byte(tokenHash(digits(code)))) == 1
		if c.account != "" {
			if account, err = AccountByID(tx, c.account); err != nil {
				return err
			}
		}
		if right && account.Closed {
			right = false
		}
		return remember(tx, c, r)
	})
	return account, right, err
}

// digits keeps the digits of what was typed.
func digits(typed string) string {
	out := make([]rune, 0, len(typed))
	for _, r := range typed {
		if r >= '0' && r <= '9' {
			out = append(out, r)
		}
	}
	return string(out)
}

// newPassword writes a password, ends the sessions of the account but one, and tells its owner.
func (s *Service) newPassword(tx *db.Tx, account Account, secret Secret, but string) error {
	if err := setSecret(tx, account.ID, kindPassword, secret); err != nil {
		return err
	}
	if _, err := endSessions(tx, account.ID, but); err != nil {
		return err
	}
	if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
		return err
	}
	return audit.RecordAs(tx, account.Actor(), audit.Event{Action: "account.password", Object: "account", ObjectID: string(account.ID)})
}

// ChangePassword gives the actor another password and signs him out elsewhere. He proved himself
// lately, which says more than the password before would.
func (s *Service) ChangePassword(ctx context.Context, password string) (err error) {
	defer fault.Wrap(&err, "change password")
	by, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	var account Account
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		account, err = AccountByID(tx, AccountID(by.Account))
		return err
	})
	if err != nil {
		return err
	}
	secret, err := s.Hash(ctx, password, account.Login, account.Name)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.newPassword(tx, account, secret, by.Session) })
}
