package directory

import (
	"context"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// SecureMailOf returns the mailbox of a professional where health data may be sent
// (MSSanté, Apicrypt); empty when none is known.
func SecureMailOf(tx *db.Tx, professional string) (string, error) {
	address, _, err := db.Find(tx, db.Value[string], `SELECT secure_mail FROM professional WHERE id = $1`, professional)
	return address, err
}

// SaySecureMail writes the secure mailbox of a professional who says it, or forgets it when empty.
func (s *Service) SaySecureMail(ctx context.Context, of Subject, address string) (err error) {
	defer fault.Wrap(&err, "say the secure mailbox of %s", of.ID)
	return s.change(ctx, of, func(tx *db.Tx, _ owner) error { return SetSecureMail(tx, of.ID, address) })
}

// SetSecureMail writes the secure mailbox of a professional, or forgets it when empty. It
// checks what is written and not who asks.
func SetSecureMail(tx *db.Tx, professional, address string) error {
	address = strings.TrimSpace(address)
	if f := checkEmail(address); f != nil {
		return fault.Invalid(f.Code, "secure_mail")
	}
	n, err := tx.Exec(`UPDATE professional SET secure_mail = $1 WHERE id = $2`, address, professional)
	if err == nil && n == 0 {
		return fault.NotFound("directory.not_found")
	}
	return err
}
