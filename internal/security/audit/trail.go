package audit

import "entractes/internal/infra/db"

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
