package backup

import (
	"time"

	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Made is one copy that was made, restored for proof, and kept.
type Made struct {
	At   time.Time // the instant it is a picture of
	File string    // its name, without its folder
	Rows int64
	Size int64 // bytes
	Took time.Duration
}

// Record writes that a copy was made. The house tells by it how old the last one is.
func Record(tx *db.Tx, m Made) error {
	return tx.Write(`INSERT INTO backup (id, at, file, copied, size, took) VALUES ($1, $2, $3, $4, $5, $6)`,
		ident.New[string](tx.Now()), db.Ms(m.At), m.File, m.Rows, m.Size, m.Took.Milliseconds())
}

// Last returns the last copy made; false when none ever was.
func Last(tx *db.Tx) (Made, bool, error) {
	return db.Find(tx, func(r db.Row) (m Made, err error) {
		var at, took int64
		err = r.Scan(&at, &m.File, &m.Rows, &m.Size, &took)
		m.At, m.Took = db.At(at), time.Duration(took)*time.Millisecond
		return m, err
	}, `SELECT at, file, copied, size, took FROM backup ORDER BY at DESC LIMIT 1`)
}
