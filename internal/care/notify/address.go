package notify

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Address is one way to reach a subject outside the house. The inbox needs none.
type Address struct {
	Channel string // push, sms, mail or voice
	Target  string // phone in E.164, mail address, push subscription
	Muted   bool   // the person asked not to be written to there; only Mute and Unmute change it
}

// SetAddresses makes list, in its order of preference, the addresses of subject. An
// address that stays keeps its muting; one that is no longer in the list is forgotten,
// and what still waits for it goes to another of the same channel, or fails over.
func (s *Service) SetAddresses(tx *db.Tx, subject Subject, list []Address) error {
	if err := validAddresses(list); err != nil {
		return err
	}
	kept, err := addressRows(tx, []string{subject.ID})
	if err != nil {
		return err
	}
	for _, row := range kept {
		if !slices.ContainsFunc(list, func(a Address) bool { return a.Channel == row.Channel && a.Target == row.Target }) {
			if err := tx.Write(`DELETE FROM address WHERE id = $1`, row.id); err != nil {
				return err
			}
		}
	}
	for rank, a := range list {
		err := tx.Write(`INSERT INTO address (id, subject, channel, target, rank, muted, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (subject, channel, target) DO UPDATE SET rank = excluded.rank`,
			ident.New[string](tx.Now()), subject.ID, a.Channel, a.Target, int64(rank), false, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
	}
	return nil
}

func validAddresses(list []Address) error {
	var faults fault.List
	for _, a := range list {
		if !slices.Contains(outside, a.Channel) {
			faults.Add(fault.Invalid("notify.channel.unknown", a.Channel))
		}
		if strings.TrimSpace(a.Target) == "" || strings.ContainsFunc(a.Target, unicode.IsControl) {
			faults.Add(fault.Invalid("notify.target.missing", a.Channel))
		}
	}
	return faults.Err()
}

// Addresses reads the addresses of subject, muted ones too, in order of preference.
// Nobody can be alerted outside the house when none is left unmuted.
func (s *Service) Addresses(tx *db.Tx, subject Subject) ([]Address, error) {
	rows, err := addressRows(tx, []string{subject.ID})
	out := make([]Address, len(rows))
	for i, r := range rows {
		out[i] = r.Address
	}
	return out, err
}

// Mute stops every writing to target, whoever it belongs to: the answer to « STOP ».
// It returns how many addresses it muted. Unmute is its reverse.
func (s *Service) Mute(tx *db.Tx, channel, target string) (int64, error) {
	return tx.Exec(`UPDATE address SET muted = $1 WHERE channel = $2 AND target = $3 AND muted = $4`, true, channel, target, false)
}

// Unmute allows writing to target again.
func (s *Service) Unmute(tx *db.Tx, channel, target string) (int64, error) {
	return tx.Exec(`UPDATE address SET muted = $1 WHERE channel = $2 AND target = $3 AND muted = $4`, false, channel, target, true)
}

type addressRow struct {
	Address
	id, subject string
}

func addressRows(tx *db.Tx, subjects []string) ([]addressRow, error) {
	var out []addressRow
	for chunk := range slices.Chunk(subjects, 100) {
		rows, err := db.All(tx, func(r db.Row) (a addressRow, err error) {
			err = r.Scan(&a.id, &a.subject, &a.Channel, &a.Target, &a.Muted)
			return a, err
		}, `SELECT id, subject, channel, target, muted FROM address WHERE subject IN `+db.In(1, len(chunk))+` ORDER BY subject, rank`, db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// currentTarget tells where a delivery must go now: its own target while the subject
// still has it, else another address of the same channel that the notice does not use
// already; false when there is none.
func currentTarget(tx *db.Tx, d delivery) (string, bool, error) {
	rows, err := addressRows(tx, []string{d.subject.ID})
	if err != nil {
		return "", false, err
	}
	rows = slices.DeleteFunc(rows, func(r addressRow) bool { return r.Channel != d.channel || r.Muted })
	if slices.ContainsFunc(rows, func(r addressRow) bool { return r.Target == d.target }) {
		return d.target, true, nil
	}
	if len(rows) == 0 {
		return "", false, nil
	}
	used, err := db.All(tx, db.Value[string], `SELECT target FROM delivery WHERE notice = $1 AND notice <> '' AND channel = $2`, d.notice, d.channel)
	for _, r := range rows {
		if !slices.Contains(used, r.Target) {
			return r.Target, true, err
		}
	}
	return "", false, err
}

// OwnerOf is the owner of an account as somebody who is told. Whoever is nobody of the directory is reached at
// his login, when it is an address.
func (s *Service) OwnerOf(tx *db.Tx, account auth.Account) (Subject, error) {
	if account.Person != "" {
		return Subject{Kind: Professional, ID: account.Person}, nil
	}
	subject := Subject{Kind: Professional, ID: string(account.ID)}
	kept, err := s.Addresses(tx, subject)
	if err != nil || len(kept) > 0 {
		return subject, err
	}
	if address, err := mail.ParseAddress(account.Login); err == nil && address.Address == account.Login {
		return subject, s.SetAddresses(tx, subject, []Address{{Channel: MailChannel, Target: account.Login}})
	}
	return subject, nil
}
