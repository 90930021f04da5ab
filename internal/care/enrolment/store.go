package enrolment

import (
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/blob"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// proof is a code or a link under way: the hash of what was sent, until when it holds, how often it was mistyped and
// how many were sent.
type proof struct {
	hash  string
	until time.Time
	tries int64
	sent  int64
}

const columns = `id, territory, kind, profession, state, sealed, card, phone_index, origin, phone_code, phone_until, phone_tries, phone_sent, phone_proved,
	mail_token, mail_until, mail_sent, mail_proved, charter, privacy, accepted, inviter, judge, reason, entry, account, created, touched, submitted, decided`

func scan(r db.Row) (a Application, err error) {
	var phoneUntil, phoneProved, mailUntil, mailProved, accepted, created, touched, submitted, decided int64
	err = r.Scan(&a.ID, &a.Territory, &a.Kind, &a.Profession, &a.State, &a.sealed, &a.card, &a.phoneIndex, &a.origin,
		&a.phone.hash, &phoneUntil, &a.phone.tries, &a.phone.sent, &phoneProved, &a.mail.hash, &mailUntil, &a.mail.sent, &mailProved,
		&a.Charter, &a.Privacy, &accepted, &a.inviter, &a.Judge, &a.Reason, &a.Entry, &a.Account, &created, &touched, &submitted, &decided)
	a.phone.until, a.mail.until = db.At(phoneUntil), db.At(mailUntil)
	a.PhoneProved, a.MailProved, a.Accepted = db.At(phoneProved), db.At(mailProved), db.At(accepted)
	a.Created, a.Touched, a.Submitted, a.Decided = db.At(created), db.At(touched), db.At(submitted), db.At(decided)
	a.HasCard, a.Forgotten = a.card != "", a.sealed == nil
	return a, err
}

func place(id ID) crypt.Place {
	return crypt.Place{Table: "application", Column: "sealed", Row: string(id)}
}

func cardPlace(name string) crypt.Place {
	return crypt.Place{Table: "blob", Column: "body", Row: name}
}

// one returns an application with what it declares, for who changes it; NotFound when where finds none.
func (s *Service) one(tx *db.Tx, where string, args ...any) (Application, error) {
	return s.read(tx, where+` FOR UPDATE`, args...)
}

// read is one for who only reads.
func (s *Service) read(tx *db.Tx, where string, args ...any) (Application, error) {
	a, err := db.One(tx, "enrol.not_found", scan, `SELECT `+columns+` FROM application WHERE `+where, args...)
	if err != nil {
		return a, err
	}
	return a, s.open(tx, &a)
}

// open reads what was declared, while it is kept.
func (s *Service) open(tx *db.Tx, a *Application) error {
	if a.Forgotten {
		return nil
	}
	return s.vault.OpenJSON(tx, string(a.ID), place(a.ID), a.sealed, &a.Declared)
}

// add writes a new application; token is what its applicant holds, or "".
func (s *Service) add(tx *db.Tx, a *Application, token string) (err error) {
	a.Created, a.Touched = tx.Now(), tx.Now()
	if a.sealed, err = s.vault.SealJSON(tx, string(a.ID), place(a.ID), a.Declared); err != nil {
		return err
	}
	return tx.Write(`INSERT INTO application (id, territory, kind, profession, state, token, sealed, phone_index, origin, mail_token, mail_until, mail_sent, inviter, created, touched)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
		a.ID, a.Territory, string(a.Kind), string(a.Profession), string(a.State), hashOf(token), a.sealed, a.phoneIndex, a.origin,
		a.mail.hash, db.Ms(a.mail.until), a.mail.sent, a.inviter, db.Ms(a.Created))
}

// save writes what changed of an application.
func (s *Service) save(tx *db.Tx, a *Application) (err error) {
	a.Touched = tx.Now()
	if a.sealed, err = s.vault.SealJSON(tx, string(a.ID), place(a.ID), a.Declared); err != nil {
		return err
	}
	return tx.Write(`UPDATE application SET territory = $2, profession = $3, state = $4, sealed = $5, card = $6, phone_index = $7, phone_code = $8, phone_until = $9, phone_tries = $10,
		phone_sent = $11, phone_proved = $12, mail_token = $13, mail_until = $14, mail_sent = $15, mail_proved = $16, charter = $17, privacy = $18, accepted = $19,
		judge = $20, reason = $21, entry = $22, account = $23, touched = $24, submitted = $25, decided = $26 WHERE id = $1`,
		a.ID, a.Territory, string(a.Profession), string(a.State), a.sealed, a.card, a.phoneIndex, a.phone.hash, db.Ms(a.phone.until), a.phone.tries,
		a.phone.sent, db.Ms(a.PhoneProved), a.mail.hash, db.Ms(a.mail.until), a.mail.sent, db.Ms(a.MailProved), a.Charter, a.Privacy, db.Ms(a.Accepted),
		a.Judge, a.Reason, a.Entry, a.Account, db.Ms(a.Touched), db.Ms(a.Submitted), db.Ms(a.Decided))
}

// keepCard replaces the photo of the card.
func (s *Service) keepCard(tx *db.Tx, a *Application, name string, picture []byte) error {
	if a.card != "" {
		if err := blob.Delete(tx, a.card); err != nil {
			return err
		}
	}
	sealed, err := s.vault.Seal(tx, string(a.ID), cardPlace(name), picture)
	if err != nil {
		return err
	}
	a.card, a.HasCard = name, true
	return blob.Put(tx, name, sealed)
}

// openCard reads the photo of the card.
func (s *Service) openCard(tx *db.Tx, a Application) ([]byte, error) {
	if a.card == "" {
		return nil, fault.NotFound("enrol.not_found")
	}
	sealed, err := blob.Get(tx, a.card)
	if err != nil {
		return nil, err
	}
	return s.vault.Open(tx, string(a.ID), cardPlace(a.card), sealed)
}

// forget destroys what was declared, with the ways to reach the applicant: they are those of his account, if he has one.
func (s *Service) forget(tx *db.Tx, a Application) error {
	for _, way := range []way{byPhone, byMail} {
		if err := s.notify.SetAddresses(tx, subjectOf(a.ID, way), nil); err != nil {
			return err
		}
	}
	if a.card != "" {
		if err := blob.Delete(tx, a.card); err != nil {
			return err
		}
	}
	if err := s.vault.Destroy(tx, string(a.ID)); err != nil {
		return err
	}
	return tx.Write(`UPDATE application SET sealed = NULL, card = '', token = '', phone_code = '', mail_token = '', phone_index = $2, origin = $2 WHERE id = $1`, a.ID, []byte{})
}
