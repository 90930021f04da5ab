package enrolment

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// How long what is sent holds, how often it may be asked for, and how often a code may be mistyped.
const (
	codeFor    = 10 * time.Minute
	linkFor    = 24 * time.Hour
	codeDigits = 8
	mostTries  = 5
	mostSent   = 5
)

// What one phone and one address of the network may begin: a stranger makes the house send text messages.
const (
	phoneMost, phoneWithin   = 3, 24 * time.Hour
	originMost, originWithin = 20, time.Hour
)

// Begin writes an application and sends the code and the link that prove how its applicant is reached. It returns what
// his browser holds to go on. Invitation is the end of the link by which he was invited, or empty: its mailbox is proved. From is
// the address of the network it comes from. Every fault of what was typed is returned, each with its field.
func (s *Service) Begin(ctx context.Context, d Declared, invitation, from string) (token string, err error) {
	defer fault.Wrap(&err, "begin an application")
	token = newToken()
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		a := Application{ID: ident.New[ID](tx.Now()), Kind: d.kind(), State: Begun, Declared: d}
		if err := s.useInvitation(tx, &a, invitation); err != nil {
			return err
		}
		if a.Territory, err = a.Declared.normalize(tx, a.inviter != ""); err != nil {
			return err
		}
		if d.Person != nil {
			a.Profession = a.Declared.Person.Profession
		}
		phone, _ := a.Declared.reach()
		a.phoneIndex, a.origin = s.vault.Index("enrol.phone", string(phone)), s.vault.Index("enrol.origin", from)
		if err := s.notTooMany(tx, a); err != nil {
			return err
		}
		if err := s.add(tx, &a, token); err != nil {
			return err
		}
		if err := record(tx, a, "enrol.begin", string(a.Kind)+" "+string(a.Profession)); err != nil {
			return err
		}
		return s.sendProofs(tx, &a)
	})
	return token, err
}

// notTooMany refuses the applications that one phone or one address of the network begins too often.
func (s *Service) notTooMany(tx *db.Tx, a Application) error {
	for _, limit := range []struct {
		column string
		index  []byte
		most   int64
		within time.Duration
	}{{"phone_index", a.phoneIndex, phoneMost, phoneWithin}, {"origin", a.origin, originMost, originWithin}} {
		n, err := db.One(tx, "enrol.not_found", db.Value[int64], `SELECT count(*) FROM application WHERE `+limit.column+` = $1 AND created > $2`, limit.index, db.Ms(tx.Now().Add(-limit.within)))
		if err != nil {
			return err
		}
		if n >= limit.most {
			return fault.TooMany("enrol.too_many")
		}
	}
	return nil
}

// Change replaces what was declared, before it is submitted. A phone or a mailbox that changes is to be proved again.
func (s *Service) Change(ctx context.Context, token string, d Declared) (err error) {
	defer fault.Wrap(&err, "change an application")
	return s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		if !a.Open() || a.Kind != d.kind() {
			return fault.Conflict("enrol.submitted")
		}
		phone, email := a.Declared.reach()
		a.Declared = d
		if a.Territory, err = a.Declared.normalize(tx, a.inviter != ""); err != nil {
			return err
		}
		if d.Person != nil {
			a.Profession = a.Declared.Person.Profession
		}
		newPhone, newEmail := a.Declared.reach()
		if newPhone != phone {
			a.PhoneProved, a.phoneIndex, a.phone.hash = time.Time{}, s.vault.Index("enrol.phone", string(newPhone)), ""
		}
		if newEmail != email {
			a.MailProved, a.mail.hash = time.Time{}, ""
		}
		return s.sendProofs(tx, a)
	})
}

// Resend sends the code or the link again.
func (s *Service) Resend(ctx context.Context, token string, phone bool) (err error) {
	defer fault.Wrap(&err, "send a proof again")
	return s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		switch {
		case !a.Open():
			return fault.Conflict("enrol.submitted")
		case phone:
			a.phone.hash = ""
		default:
			a.mail.hash = ""
		}
		return s.sendProofs(tx, a)
	})
}

// sendProofs sends what is not proved and not under way, and saves the application.
func (s *Service) sendProofs(tx *db.Tx, a *Application) error {
	if a.PhoneProved.IsZero() && a.phone.hash == "" {
		if a.phone.sent >= mostSent {
			return fault.TooMany("enrol.too_many")
		}
		n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
		if err != nil {
			return fault.Internal(err)
		}
		code := fmt.Sprintf("%0*d", codeDigits, n)
		a.phone = proof{hash: hashOf(code), until: tx.Now().Add(codeFor), sent: a.phone.sent + 1}
		if err := s.tell(tx, *a, byPhone, notify.EnrolPhone, map[string]string{notify.ParamCode: code}); err != nil {
			return err
		}
	}
	if a.MailProved.IsZero() && a.mail.hash == "" {
		if a.mail.sent >= mostSent {
			return fault.TooMany("enrol.too_many")
		}
		link := newToken()
		a.mail = proof{hash: hashOf(link), until: tx.Now().Add(linkFor), sent: a.mail.sent + 1}
		if err := s.tell(tx, *a, byMail, notify.EnrolMail, map[string]string{notify.ParamToken: link}); err != nil {
			return err
		}
	}
	return s.save(tx, a)
}

// ProvePhone takes the code that was sent to the phone. One that is not right, or too old, is refused with
// "enrol.code"; after five tries another one must be asked for.
func (s *Service) ProvePhone(ctx context.Context, token, code string) (err error) {
	defer fault.Wrap(&err, "prove a phone")
	var refused error
	err = s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		if !a.PhoneProved.IsZero() {
			return nil
		}
		a.phone.tries++
		right := a.phone.hash != "" && subtle.ConstantTimeCompare([]byte(a.phone.hash), []byte(hashOf(digits(code)))) == 1
		switch {
		case a.phone.tries > mostTries || !tx.Now().Before(a.phone.until):
			a.phone.hash, refused = "", fault.Invalid("enrol.code_over", "code")
		case !right:
			refused = fault.Invalid("enrol.code", "code")
		default:
			a.PhoneProved, a.phone.hash = tx.Now(), ""
		}
		return s.save(tx, a)
	})
	if err == nil {
		err = refused
	}
	return err
}

// ProveMail takes the end of the link that was sent to the mailbox, in whatever browser it is opened. A link that
// was used or is too old is refused with "enrol.link_over". It opens nothing else.
func (s *Service) ProveMail(ctx context.Context, link string) (err error) {
	defer fault.Wrap(&err, "prove a mailbox")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		a, err := s.one(tx, `mail_token = $1 AND mail_token <> ''`, hashOf(link))
		if fault.KindOf(err) == fault.KindNotFound || err == nil && (a.State != Begun || !tx.Now().Before(a.mail.until)) {
			return fault.NotFound("enrol.link_over")
		}
		if err != nil {
			return err
		}
		a.MailProved, a.mail.hash = tx.Now(), ""
		return s.save(tx, &a)
	})
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
