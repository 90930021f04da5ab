package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Challenge is what a browser signs with a passkey. Options is the JSON that
// parseRequestOptionsFromJSON or parseCreationOptionsFromJSON reads; Step the token of the step.
type Challenge struct {
	Step    string          `json:"step"`
	Options json.RawMessage `json:"options"`
}

// responseMax bounds what a browser answers, in bytes.
const responseMax = 64 << 10

// holder is an account as the library knows it. The handle that an authenticator keeps is the
// identifier of the account, which names nobody.
type holder struct {
	Account
	keys []webauthn.Credential
}

// WebAuthnID implements webauthn.User.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName implements webauthn.User.
func (h holder) WebAuthnName() string { return h.Login }

// WebAuthnDisplayName implements webauthn.User.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials implements webauthn.User.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// holderOf reads an account with its passkeys.
func holderOf(tx *db.Tx, id AccountID) (h holder, err error) {
	if h.Account, err = AccountByID(tx, id); err != nil {
		return h, err
	}
	texts, err := db.All(tx, db.Value[string], `SELECT secret FROM credential WHERE account = $1 AND kind = $2 ORDER BY created, id`, id, kindPasskey)
	for _, text := range texts {
		var key webauthn.Credential
		if err := json.Unmarshal([]byte(text), &key); err != nil {
			return h, fault.Internal(err)
		}
		h.keys = append(h.keys, key)
	}
	return h, err
}

func handleOf(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// ChallengePasskey begins a sign-in by any passkey of this house.
func (s *Service) ChallengePasskey(ctx context.Context) (out Challenge, err error) {
	defer fault.Wrap(&err, "challenge a passkey")
	assertion, session, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return out, fault.Internal(err)
	}
	if out.Options, err = json.Marshal(assertion.Response); err != nil {
		return out, fault.Internal(err)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		out.Step, err = begin(tx, stepPasskey, "", session)
		return err
	})
	return out, err
}

// SignInByPasskey opens a session for whoever owns the passkey that signed the challenge of step.
// The refusals: "auth.step_over" (an old answer, or one sent twice), "auth.passkey_origin" (signed for
// another site), "auth.passkey_unknown", "auth.passkey_copied" (its counter went back: somebody copied
// it) and "auth.passkey_refused".
func (s *Service) SignInByPasskey(ctx context.Context, token string, response []byte, from Visitor) (session string, err error) {
	defer fault.Wrap(&err, "sign in by passkey")
	var account Account
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if account, err = s.checkPasskey(tx, token, response); err != nil {
			return err
		}
		session, err = s.open(tx, account, opening{means: kindPasskey, from: from})
		return err
	})
	return session, s.passkeyFailed(ctx, token, account, from, err)
}

// passkeyFailed records an answer that was refused, and ends its step: a challenge is answered once.
func (s *Service) passkeyFailed(ctx context.Context, token string, account Account, from Visitor, err error) error {
	if fault.KindOf(err) != fault.KindUnauthenticated {
		return err
	}
	ended := s.db.Update(ctx, func(tx *db.Tx) error {
		return tx.Write(`DELETE FROM ceremony WHERE id = $1`, tokenHash(token))
	})
	if ended != nil {
		return ended
	}
	e := audit.Event{Action: "session.open", Object: "account", ObjectID: string(account.ID), Detail: fault.CodeOf(err) + " " + from.Address}
	return s.audit.Refusal(system(ctx), e, err)
}

// checkPasskey verifies the answer to a challenge and ends its step; it returns whose passkey it is.
func (s *Service) checkPasskey(tx *db.Tx, token string, response []byte) (account Account, err error) {
	c, err := awaited(tx, stepPasskey, token)
	if err != nil {
		return account, err
	}
	var session webauthn.SessionData
	if err := c.read(&session); err != nil {
		return account, err
	}
	answer, err := parse(response, protocol.ParseCredentialRequestResponseBytes)
	if err != nil {
		return account, err
	}
	if answer.Response.CollectedClientData.Origin != s.origin {
		return account, fault.Unauthenticated("auth.passkey_origin")
	}
	var found holder
	_, key, err := s.passkeys.ValidatePasskeyLogin(func(rawID, _ []byte) (webauthn.User, error) {
		owner, known, err := db.Find(tx, db.Value[AccountID], `SELECT account FROM credential WHERE kind = $1 AND handle = $2`, kindPasskey, handleOf(rawID))
		if err == nil && !known {
			err = fault.Unauthenticated("auth.passkey_unknown")
		}
		if err != nil {
			return nil, err
		}
		found, err = holderOf(tx, owner)
		return found, err
	}, session, answer)
	if found.ID == "" && err != nil {
		return account, unknownPasskey(err)
	}
	if err != nil {
		return found.Account, fault.Unauthenticated("auth.passkey_refused").Because(err)
	}
	if found.Closed {
		return found.Account, fault.Unauthenticated("auth.passkey_unknown")
	}
	if key.Authenticator.CloneWarning {
		return found.Account, fault.Unauthenticated("auth.passkey_copied")
	}
	if err := take(tx, c); err != nil {
		return found.Account, err
	}
	return found.Account, keep(tx, key)
}

// unknownPasskey keeps the failures of the database apart from a passkey that nobody has.
func unknownPasskey(err error) error {
	if kind := fault.KindOf(err); kind == fault.KindUnavailable {
		return err
	}
	return fault.Unauthenticated("auth.passkey_unknown").Because(err)
}

// keep writes what a passkey must remember of its last use.
func keep(tx *db.Tx, key *webauthn.Credential) error {
	text, err := json.Marshal(key)
	if err != nil {
		return fault.Internal(err)
	}
	return tx.Write(`UPDATE credential SET secret = $1, used = $2 WHERE kind = $3 AND handle = $4`, string(text), db.Ms(tx.Now()), kindPasskey, handleOf(key.ID))
}

// parse reads what a browser answered.
func parse[T any](response []byte, with func([]byte) (*T, error)) (*T, error) {
	if len(response) > responseMax {
		return nil, fault.Unauthenticated("auth.passkey_refused")
	}
	answer, err := with(response)
	if err != nil {
		return nil, fault.Unauthenticated("auth.passkey_refused").Because(err)
	}
	return answer, nil
}

// ProposePasskey begins a new passkey for the account of a step that adds a factor.
func (s *Service) ProposePasskey(ctx context.Context, token string) (out Challenge, err error) {
	defer fault.Wrap(&err, "propose a passkey")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, _, a, err := s.adding(tx, token)
		if err != nil {
			return err
		}
		h, err := holderOf(tx, c.account)
		if err != nil {
			return err
		}
		var had []protocol.CredentialDescriptor
		for _, key := range h.keys {
			had = append(had, key.Descriptor())
		}
		creation, session, err := s.passkeys.BeginRegistration(h, webauthn.WithExclusions(had))
		if err != nil {
			return fault.Internal(err)
		}
		if a.Passkey, err = json.Marshal(session); err != nil {
			return fault.Internal(err)
		}
		if out.Options, err = json.Marshal(creation.Response); err != nil {
			return fault.Internal(err)
		}
		return remember(tx, c, a)
	})
	out.Step = token
	return out, err
}

// ConfirmPasskey adds the passkey that a browser made for ProposePasskey, under the name its owner
// gives it. The refusals are those of SignInByPasskey, and "auth.passkey_known".
func (s *Service) ConfirmPasskey(ctx context.Context, token string, response []byte, label string, from Visitor) (out Added, err error) {
	defer fault.Wrap(&err, "confirm a passkey")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, _, a, err := s.adding(tx, token)
		if err != nil {
			return err
		}
		if a.Passkey == nil {
			return fault.Unauthenticated("auth.step_over")
		}
		key, err := s.made(tx, c, a, response)
		if err != nil {
			return err
		}
		text, err := json.Marshal(key)
		if err != nil {
			return fault.Internal(err)
		}
		out, err = s.added(tx, c, a, newFactor{kind: kindPasskey, secret: string(text), handle: handleOf(key.ID), label: label}, from)
		return err
	})
	if fault.CodeOf(err) == "db.duplicate" {
		err = fault.Conflict("auth.passkey_known")
	}
	return out, err
}

// made verifies a new passkey.
func (s *Service) made(tx *db.Tx, c ceremony, a adding, response []byte) (*webauthn.Credential, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(a.Passkey, &session); err != nil {
		return nil, fault.Internal(err)
	}
	answer, err := parse(response, protocol.ParseCredentialCreationResponseBytes)
	if err != nil {
		return nil, err
	}
	if answer.Response.CollectedClientData.Origin != s.origin {
		return nil, fault.Unauthenticated("auth.passkey_origin")
	}
	h, err := holderOf(tx, c.account)
	if err != nil {
		return nil, err
	}
	key, err := s.passkeys.CreateCredential(h, session, answer)
	if err != nil {
		return nil, fault.Unauthenticated("auth.passkey_refused").Because(err)
	}
	return key, nil
}
