package auth

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Proof is how somebody who is in proves himself again: by a passkey (Step and Response), by a
// code, or by his password, which is enough to open a session that locked and not for what is sensitive.
type Proof struct {
	Step     string
	Response []byte
	Code     string
	Password string
}

// Unlock opens again a session that locked, for its owner. The refusals are those of the means of
// proof, and "auth.session_over".
func (s *Service) Unlock(ctx context.Context, token string, p Proof, from Visitor) (err error) {
	defer fault.Wrap(&err, "unlock")
	return s.prove(ctx, token, p, from, false)
}

// Prove makes the proof of a session fresh, for what is sensitive: a passkey or a code, and no password.
func (s *Service) Prove(ctx context.Context, token string, p Proof, from Visitor) (err error) {
	defer fault.Wrap(&err, "prove again")
	p.Password = ""
	return s.prove(ctx, token, p, from, true)
}

func (s *Service) prove(ctx context.Context, token string, p Proof, from Visitor, strongly bool) error {
	found, now, err := s.sessionOf(ctx, token)
	if err != nil {
		return err
	}
	account := found.account
	ctx = actor.With(ctx, account.Actor())
	if p.Response == nil {
		if err := s.tried(ctx, codeOf(account), account, from); err != nil {
			return err
		}
	}
	if p.Password != "" {
		if err := s.rightPassword(ctx, account, p.Password); err != nil {
			return s.proved(ctx, account, from, err)
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		means, err := s.again(tx, account, p)
		if err != nil {
			return err
		}
		fresh := now
		if !strongly {
			fresh = found.proved
		}
		if err := tx.Write(`UPDATE session SET seen = $1, proved = $2 WHERE id = $3`, db.Ms(tx.Now()), db.Ms(fresh), found.id); err != nil {
			return err
		}
		return audit.RecordAs(tx, account.Actor(), audit.Event{Action: "session.prove", Object: "account", ObjectID: string(account.ID), Detail: means + " " + from.Address})
	})
	return s.proved(ctx, account, from, err)
}

// again takes a proof of an account and returns by which means.
func (s *Service) again(tx *db.Tx, account Account, p Proof) (means string, err error) {
	switch {
	case p.Response != nil:
		owner, err := s.checkPasskey(tx, p.Step, p.Response)
		if err == nil && owner.ID != account.ID {
			err = fault.Unauthenticated("auth.passkey_other")
		}
		return kindPasskey, err
	case p.Password != "":
		return kindPassword, nil // rightPassword has looked at it
	}
	return s.checkCode(tx, account.ID, p.Code)
}

// rightPassword refuses, with "auth.password_wrong", what is not the password of an account.
func (s *Service) rightPassword(ctx context.Context, account Account, password string) error {
	_, secret, err := s.find(ctx, account.Login)
	if err != nil {
		return err
	}
	right, err := s.compare(ctx, password, secret)
	if err == nil && !right {
		err = fault.Unauthenticated("auth.password_wrong").At("password")
	}
	return err
}
