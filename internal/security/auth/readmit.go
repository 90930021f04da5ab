package auth

import (
	"context"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Readmit forgets all that proves the owner of an account, who lost it or has nothing yet, ends his
// sessions, and returns a code to tell him, once whoever manages accounts knows by other means that it is
// he. With the code, for a day, he chooses a password and a second factor. He is told by every way that
// reaches him, so that nobody is readmitted in his place without his knowing. The actor proved himself lately, or is
// refused with the code "auth.prove".
func (s *Service) Readmit(ctx context.Context, id AccountID) (code string, err error) {
	defer fault.Wrap(&err, "readmit %s", id)
	e := audit.Event{Action: "account.readmit", Object: "account", ObjectID: string(id)}
	code = newCode()
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if by, ok := actor.From(ctx); ok && !by.IsSystem() && !by.Fresh(tx.Now()) {
			return fault.Forbidden("auth.prove")
		}
		account, err := s.managed(tx, id)
		if err != nil {
			return err
		}
		if account.Closed {
			return fault.NotFound("auth.account")
		}
		if _, err := endSessions(tx, id, ""); err != nil {
			return err
		}
		if err := tx.Write(`DELETE FROM credential WHERE account = $1`, id); err != nil {
			return err
		}
		if err := beginWith(tx, stepFirst, firstToken(account.Login, code), id, nil); err != nil {
			return err
		}
		if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
			return err
		}
		return s.audit.Record(tx, e)
	})
	if err != nil {
		return "", s.audit.Refusal(ctx, e, err)
	}
	return code, nil
}

// firstToken binds a code to the login it was told for.
func firstToken(login, code string) string {
	return strings.Join([]string{FoldLogin(login), bareCode(code)}, "\x00")
}

// Enter gives an account its password, for who types the code that was told to him, and returns
// the step of his second factor. A code that is not right is refused with "auth.code_refused".
func (s *Service) Enter(ctx context.Context, login, code, password string, from Visitor) (out Entry, err error) {
	defer fault.Wrap(&err, "enter with a code")
	login = FoldLogin(login)
	wait, _ := s.throttle.begin("first "+login, from.Address, s.db.Now())
	if wait > 0 {
		return out, tooMany(wait)
	}
	token := firstToken(login, code)
	account, err := s.of(ctx, stepFirst, token)
	if fault.CodeOf(err) == "auth.step_over" {
		return out, s.failed(ctx, Account{}, from, fault.Unauthenticated("auth.code_refused").At("code"))
	}
	if err != nil {
		return out, err
	}
	return s.choose(ctx, stepFirst, token, account, password)
}
