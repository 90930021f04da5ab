package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Damage names what is wrong with a chain.
type Damage string

// The damages.
const (
	RowEdited   Damage = "row_edited"   // the row is not the one that was sealed
	RowRemoved  Damage = "row_removed"  // a sealed row is gone; Row is the one before it, or empty
	RowInserted Damage = "row_inserted" // the row was put under a seal after it was made
	SealEdited  Damage = "seal_edited"  // the seal is not the one that was made
	SealRemoved Damage = "seal_removed" // the seal is gone, or its rows name a seal that never was
)

// Break is the first place where the chain does not hold.
type Break struct {
	Damage Damage
	Seal   int64
	Row    string
}

// Report is what Verify read.
type Report struct {
	Seals    int64
	Rows     int64     // sealed
	Waiting  int64     // not sealed yet
	Oldest   time.Time // of the rows that wait; long ago means that sealing has stopped
	LastHash []byte    // of the last seal, to be compared with the one kept elsewhere
	Broken   *Break    // nil when everything holds
}

// sealsPerView bounds how much one reading transaction reads.
const sealsPerView = 100

// Verify reads the whole chain again, and stops at the first break. Its error says only
// that the database could not be read: a broken chain is in the report.
func (a *Audit) Verify(ctx context.Context) (report Report, err error) {
	defer fault.Wrap(&err, "verify the audit")
	for done := false; err == nil && !done; {
		err = a.db.View(ctx, func(tx *db.Tx) error {
			seals, err := db.All(tx, scanSeal, `SELECT `+sealColumns+` FROM audit_seal WHERE number > $1 ORDER BY number LIMIT $2`, report.Seals, int64(sealsPerView))
			if err != nil {
				return err
			}
			for _, s := range seals {
				if err := report.read(tx, s); err != nil || report.Broken != nil {
					done = true
					return err
				}
			}
			if len(seals) == sealsPerView {
				return nil
			}
			done = true
			return report.end(tx)
		})
	}
	return report, err
}

// read verifies one seal against the one before it and against its rows.
func (r *Report) read(tx *db.Tx, s seal) error {
	switch {
	case s.number != r.Seals+1:
		r.Broken = &Break{Damage: SealRemoved, Seal: r.Seals + 1}
	case !bytes.Equal(s.previous, r.LastHash), !bytes.Equal(s.sum(), s.hash), int64(len(s.digests)) != s.rows*sha256.Size:
		r.Broken = &Break{Damage: SealEdited, Seal: s.number}
	}
	if r.Broken != nil {
		return nil
	}
	lines, err := db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE seal = $1 ORDER BY id`, s.number)
	if err != nil {
		return err
	}
	if r.Broken = compare(s, lines); r.Broken == nil {
		r.Seals, r.LastHash = s.number, s.hash
		r.Rows += s.rows
	}
	return nil
}

// compare finds the first line that is not one of those sealed, or the first sealed that is not there.
func compare(s seal, lines []Line) *Break {
	sealed := map[[sha256.Size]byte]bool{}
	for d := range bytesIn(s.digests) {
		sealed[d] = true
	}
	there := map[[sha256.Size]byte]bool{}
	for _, l := range lines {
		d := digest(l)
		if !sealed[d] && int64(len(lines)) > s.rows {
			return &Break{Damage: RowInserted, Seal: s.number, Row: l.ID}
		}
		if !sealed[d] {
			return &Break{Damage: RowEdited, Seal: s.number, Row: l.ID}
		}
		there[d] = true
	}
	n := 0
	for d := range bytesIn(s.digests) {
		if !there[d] {
			b := &Break{Damage: RowRemoved, Seal: s.number}
			if n > 0 {
				b.Row = lines[n-1].ID
			}
			return b
		}
		n++
	}
	return nil
}

// bytesIn yields the digests written one after the other.
func bytesIn(digests []byte) func(yield func([sha256.Size]byte) bool) {
	return func(yield func([sha256.Size]byte) bool) {
		for len(digests) >= sha256.Size && yield([sha256.Size]byte(digests[:sha256.Size])) {
			digests = digests[sha256.Size:]
		}
	}
}

// end looks for rows of seals that are not there, and counts those that wait.
func (r *Report) end(tx *db.Tx) error {
	orphan, found, err := db.Find(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE seal < 0 OR seal > $1 ORDER BY seal, id LIMIT 1`, r.Seals)
	if err != nil {
		return err
	}
	if found {
		r.Broken = &Break{Damage: SealRemoved, Seal: r.Seals + 1, Row: orphan.ID}
		return nil
	}
	var oldest int64
	_, _, err = db.Find(tx, func(row db.Row) (struct{}, error) {
		return struct{}{}, row.Scan(&r.Waiting, &oldest)
	}, `SELECT count(*), COALESCE(min(at), 0) FROM audit WHERE seal = 0`)
	r.Oldest = db.At(oldest)
	return err
}
