package audit

import (
	"fmt"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

const (
	// Margin is how long a row waits before it is sealed, so that transactions under way
	// rarely commit behind a seal. The chain holds without it.
	Margin = 10 * time.Second
	// batch bounds the rows of one seal.
	batch = 500
)

// SealIn seals, in one seal, the oldest rows that wait for it; more tells that others
// are ready. It is the work of one job at a time: of two at once, one ends in a
// conflict, to be tried again, and the chain stays whole.
func (a *Audit) SealIn(tx *db.Tx) (more bool, err error) {
	// The last seal is read before the rows: a seal made in between takes the number wanted here, and never the rows alone.
	last, _, err := db.Find(tx, scanSeal, `SELECT `+sealColumns+` FROM audit_seal ORDER BY number DESC LIMIT 1`)
	if err != nil {
		return false, err
	}
	lines, err := db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE seal = 0 AND at <= $1 ORDER BY id LIMIT `+fmt.Sprint(batch+1),
		db.Ms(tx.Now().Add(-Margin)))
	if err != nil || len(lines) == 0 {
		return false, err
	}
	if len(lines) > batch {
		lines, more = lines[:batch], true
	}
	s := seal{
		number: last.number + 1, at: db.Ms(tx.Now()), rows: int64(len(lines)), first: lines[0].ID, last: lines[len(lines)-1].ID,
		previous: append([]byte{}, last.hash...),
	}
	for _, l := range lines {
		d := digest(l)
		s.digests = append(s.digests, d[:]...)
	}
	s.hash = s.sum()
	// The seal comes first: its number is unique, so that two jobs at once meet here, before any row is marked.
	err = tx.Write(`INSERT INTO audit_seal (`+sealColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.number, s.at, s.rows, s.first, s.last, s.previous, s.hash, s.digests)
	if err != nil {
		return false, err
	}
	return more, mark(tx, s.number, lines)
}

func mark(tx *db.Tx, number int64, lines []Line) error {
	args := []any{number}
	for _, l := range lines {
		args = append(args, l.ID)
	}
	n, err := tx.Exec(`UPDATE audit SET seal = $1 WHERE seal = 0 AND id IN `+db.In(2, len(lines)), args...)
	if err == nil && n != int64(len(lines)) {
		err = fault.Internal(fmt.Errorf("audit: %d rows marked of %d sealed", n, len(lines)))
	}
	return err
}
