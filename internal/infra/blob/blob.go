// Package blob keeps bytes under a name, in the database, so that they are written, copied
// and lost with the rows that speak of them. A blob is written once and never changed; it is
// read whole, which bounds its size. It is not a secret place: seal what must be one.
package blob

import (
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Max is the size of the largest blob, in bytes.
const Max = 24 << 20

// Put keeps body under name. A name already taken is the fault "db.duplicate"; a body
// larger than Max is "blob.large". The bytes are on disk with the transaction.
func Put(tx *db.Tx, name string, body []byte) error {
	if len(body) > Max {
		return fault.Invalid("blob.large", "", "mb", Max>>20)
	}
	if body == nil {
		body = []byte{} // an empty blob is no missing one
	}
	_, err := tx.Exec(`INSERT INTO blob (name, body, size, created) VALUES ($1, $2, $3, $4)`, name, body, int64(len(body)), db.Ms(tx.Now()))
	return err
}

// Get returns what Put kept under name; fault.NotFound when there is nothing.
func Get(tx *db.Tx, name string) ([]byte, error) {
	return db.One(tx, "blob.not_found", db.Value[[]byte], `SELECT body FROM blob WHERE name = $1`, name)
}

// Delete forgets name. It succeeds when there is nothing.
func Delete(tx *db.Tx, name string) error {
	return tx.Write(`DELETE FROM blob WHERE name = $1`, name)
}
