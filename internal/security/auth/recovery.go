package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"unicode"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// recoveryCodes is how many codes a person keeps for the day his phone is lost.
const recoveryCodes = 10

// codeGroups and codeGroup shape a code that people copy: four groups of four letters and
// digits that cannot be taken for one another, 80 bits.
const (
	codeGroups = 4
	codeGroup  = 4
)

// newCode returns a code to copy: "K7QP-2MXA-…".
func newCode() string {
	text := rand.Text() // base32: no 0, 1, 8 nor 9
	groups := make([]string, codeGroups)
	for i := range groups {
		groups[i] = text[i*codeGroup : (i+1)*codeGroup]
	}
	return strings.Join(groups, "-")
}

// bareCode is a code as it is compared: people type it with spaces, in small letters, with
// the digits that its letters look like.
func bareCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToUpper(r); {
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r >= 'A' && r <= 'Z' || r >= '2' && r <= '9':
			return r
		}
		return -1
	}, typed)
}

// renewRecovery replaces the recovery codes of an account. They are told once: only their
// hashes are kept, which 80 bits protect.
func renewRecovery(tx *db.Tx, account AccountID) (codes []string, err error) {
	if err := tx.Write(`DELETE FROM credential WHERE account = $1 AND kind = $2`, account, kindRecovery); err != nil {
		return nil, err
	}
	for range recoveryCodes {
		code := newCode()
		codes = append(codes, code)
		if err := (newFactor{kind: kindRecovery, handle: tokenHash(bareCode(code))}).write(tx, account); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// RenewRecovery gives the actor ten new recovery codes, told once; those before open
// nothing any more. He proved himself lately.
func (s *Service) RenewRecovery(ctx context.Context) (codes []string, err error) {
	defer fault.Wrap(&err, "renew recovery codes")
	by, err := s.fresh(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		account, err := AccountByID(tx, AccountID(by.Account))
		if err != nil {
			return err
		}
		if codes, err = renewRecovery(tx, account.ID); err != nil {
			return err
		}
		if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "account.factor", Object: "account", ObjectID: by.Account, Detail: kindRecovery})
	})
	return codes, err
}

// spendRecovery takes one recovery code; false when it is none of the account's.
func spendRecovery(tx *db.Tx, account AccountID, typed string) (bool, error) {
	code := bareCode(typed)
	if len(code) != codeGroups*codeGroup {
		return false, nil
	}
	n, err := tx.Exec(`DELETE FROM credential WHERE account = $1 AND kind = $2 AND handle = $3`, account, kindRecovery, tokenHash(code))
	return n == 1, err
}
