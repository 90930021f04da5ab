package audit

import (
	"time"

	"entractes/internal/infra/db"
)

// listSize bounds what one reading of a list returns.
const listSize = 1000

// OfPatient returns what was recorded about a patient, the last first, at most a thousand
// lines. It never checks who asks: patient.Accesses does.
func OfPatient(tx *db.Tx, patient string) ([]Line, error) {
	return db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE patient = $1 AND patient <> '' ORDER BY at DESC, id DESC LIMIT $2`, patient, int64(listSize))
}

// OfPatientBy returns, of what was recorded about a patient, what one account did. It never checks who asks.
func OfPatientBy(tx *db.Tx, patient, account string) ([]Line, error) {
	return db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE patient = $1 AND patient <> '' AND account = $2 AND account <> '' ORDER BY at DESC, id DESC LIMIT $3`,
		patient, account, int64(listSize))
}

// Cover is one seal that covers lines about something: how many, and what proves them.
type Cover struct {
	Number int64
	At     time.Time
	Lines  int64
	Hash   []byte
}

// CoversOf returns the seals that cover what was recorded about a request, oldest first,
// and how many of its lines still wait for theirs. It never checks who asks.
func CoversOf(tx *db.Tx, request string) (covers []Cover, waiting int64, err error) {
	covers, err = db.All(tx, func(r db.Row) (c Cover, err error) {
		var at int64
		err = r.Scan(&c.Number, &at, &c.Lines, &c.Hash)
		c.At = db.At(at)
		return c, err
	}, `SELECT s.number, s.at, a.lines, s.hash FROM (SELECT seal, COUNT(*) AS lines FROM audit WHERE request = $1 AND request <> '' AND seal > 0 GROUP BY seal) a
		JOIN audit_seal s ON s.number = a.seal ORDER BY s.number`, request)
	if err != nil {
		return nil, 0, err
	}
	waiting, err = db.One(tx, "audit.nobody", db.Value[int64], `SELECT COUNT(*) FROM audit WHERE request = $1 AND request <> '' AND seal = 0`, request)
	return covers, waiting, err
}
