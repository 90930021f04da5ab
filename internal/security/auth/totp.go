package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Codes of an application follow RFC 6238 as every application knows it: 6 digits, 30
// seconds, SHA-1. A clock may be one code early or late.
const (
	totpPeriod = 30 * time.Second
	totpDrift  = 1
	totpBytes  = 20
)

// TOTP is a secret proposed to an application: Address is what its camera reads, Secret
// what people type instead.
type TOTP struct {
	Owner   string // name of whose account it is for
	Secret  string
	Address string
}

// ProposeTOTP returns the secret of the step, made the first time it is asked for. It
// proves nothing until ConfirmTOTP.
func (s *Service) ProposeTOTP(ctx context.Context, token string) (out TOTP, err error) {
	defer fault.Wrap(&err, "propose a secret")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, account, a, err := s.adding(tx, token)
		if err != nil {
			return err
		}
		secret, err := s.proposed(tx, c, &a)
		out = TOTP{Owner: account.Name, Secret: secret, Address: totpAddress(account.Login, secret)}
		return err
	})
	return out, err
}

// adding reads a step that adds a factor, with whose it is.
func (s *Service) adding(tx *db.Tx, token string) (c ceremony, account Account, a adding, err error) {
	if c, err = awaited(tx, stepFactor, token); err != nil {
		return c, account, a, err
	}
	if err = c.read(&a); err != nil {
		return c, account, a, err
	}
	account, err = AccountByID(tx, c.account)
	return c, account, a, err
}

// proposed opens the secret of a step, or makes it.
func (s *Service) proposed(tx *db.Tx, c ceremony, a *adding) (string, error) {
	at := crypt.Place{Table: "ceremony", Column: "data", Row: c.id}
	if a.TOTP != nil {
		secret, err := s.vault.Open(tx, string(c.account), at, a.TOTP)
		return string(secret), err
	}
	b := make([]byte, totpBytes)
	_, _ = rand.Read(b)
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
	sealed, err := s.vault.Seal(tx, string(c.account), at, []byte(secret))
	if err != nil {
		return "", err
	}
	a.TOTP = sealed
	return secret, remember(tx, c, *a)
}

func totpAddress(login, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Entr’Actes"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape("Entr’Actes:"+login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// ConfirmTOTP adds the application whose code shows that it holds the secret. Another code
// is refused with "auth.code_refused", and the step goes on.
func (s *Service) ConfirmTOTP(ctx context.Context, token, code, label string, from Visitor) (out Added, err error) {
	defer fault.Wrap(&err, "confirm a secret")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, _, a, err := s.adding(tx, token)
		if err != nil {
			return err
		}
		secret, err := s.proposed(tx, c, &a)
		if err != nil {
			return err
		}
		step, ok := totpStep(secret, code, tx.Now(), 0)
		if !ok {
			return fault.Unauthenticated("auth.code_refused").At("code")
		}
		sealed, err := s.vault.Seal(tx, string(c.account), totpPlace(c.account), []byte(secret))
		if err != nil {
			return err
		}
		// An application replaces the one before: two secrets would double the codes that open.
		if err := tx.Write(`DELETE FROM credential WHERE account = $1 AND kind = $2`, c.account, kindTOTP); err != nil {
			return err
		}
		out, err = s.added(tx, c, a, newFactor{kind: kindTOTP, sealed: sealed, label: label, counter: step}, from)
		return err
	})
	return out, err
}

func totpPlace(account AccountID) crypt.Place {
	return crypt.Place{Table: "credential", Column: "sealed", Row: string(account)}
}

// totpStep returns the period whose code was typed, after the last one taken: a code read over
// a shoulder proves nothing.
func totpStep(secret, typed string, now time.Time, last int64) (int64, bool) {
	code := strings.Join(strings.Fields(typed), "")
	current := now.Unix() / int64(totpPeriod/time.Second)
	for step := current - totpDrift; step <= current+totpDrift; step++ {
		if step <= last {
			continue
		}
		// step is positive: no clock of ours runs before 1970.
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // see above
		if err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// checkTOTP tells whether a code is one of the account's application, and that it was used.
func (s *Service) checkTOTP(tx *db.Tx, account AccountID, typed string) (bool, error) {
	type row struct {
		id     string
		sealed []byte
		last   int64
	}
	r, found, err := db.Find(tx, func(r db.Row) (out row, err error) { return out, r.Scan(&out.id, &out.sealed, &out.last) },
		`SELECT id, sealed, counter FROM credential WHERE account = $1 AND kind = $2`, account, kindTOTP)
	if err != nil || !found {
		return false, err
	}
	secret, err := s.vault.Open(tx, string(account), totpPlace(account), r.sealed)
	if err != nil {
		return false, err
	}
	step, ok := totpStep(string(secret), typed, tx.Now(), r.last)
	if !ok {
		return false, nil
	}
	// The same code sent twice at once is taken once.
	n, err := tx.Exec(`UPDATE credential SET counter = $1, used = $2 WHERE id = $3 AND counter < $1`, step, db.Ms(tx.Now()), r.id)
	return n == 1, err
}
