package directory

import "entractes/internal/infra/db"

// PersonOfRPPS returns the active professional who bears a number, or "". It never checks who asks.
func PersonOfRPPS(tx *db.Tx, rpps string) (string, error) {
	id, _, err := db.Find(tx, db.Value[string], `SELECT id FROM professional WHERE rpps = $1 AND rpps <> '' AND active = TRUE`, rpps)
	return id, err
}

// Workplace returns the active structure of a FINESS number where a professional works, or "". It never
// checks who asks.
func Workplace(tx *db.Tx, person, finess string) (string, error) {
	id, _, err := db.Find(tx, db.Value[string], `SELECT s.id FROM professional p JOIN structure s ON s.id = p.structure
		WHERE p.id = $1 AND s.finess = $2 AND s.finess <> '' AND s.active = TRUE`, person, finess)
	return id, err
}

// RPPSLooksRight tells whether the last digit of a number follows from the others (Luhn). A number that does not may
// have been mistyped; it is never refused for that.
func RPPSLooksRight(rpps string) bool {
	sum := 0
	for i := range len(rpps) {
		d := int(rpps[len(rpps)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
