package crypt

import (
	"errors"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// codeDestroyed is the code of the fault by which Seal answers for an owner whose key was destroyed.
const codeDestroyed = "crypt.destroyed"

// errDestroyed is that fault: what was sealed is gone, which is nobody's mistake.
func errDestroyed() error { return fault.NotFound(codeDestroyed) }

// Destroyed tells whether err says that the key of an owner was destroyed.
func Destroyed(err error) bool { return fault.CodeOf(err) == codeDestroyed }

// Destroy makes everything sealed for owner unreadable for ever, wherever its bytes are: the key that
// opens them is overwritten, and its row stays so that no other is made in its place. Nodes that hold the
// key in memory forget it within KeyLife. Copies of the database made before still hold the key, wrapped: the time
// they are kept is the time until it is gone everywhere. Destroying twice changes nothing. It never checks who asks.
func (v *Vault) Destroy(tx *db.Tx, owner string) error {
	if owner == "" {
		return fault.Internal(errors.New("crypt: an owner is needed"))
	}
	err := tx.Write(`INSERT INTO data_key (owner, wrapped, master, created, destroyed) VALUES ($1, $2, '', $3, $3)
		ON CONFLICT (owner) DO UPDATE SET wrapped = excluded.wrapped, master = '', destroyed = excluded.destroyed`, owner, []byte{}, db.Ms(tx.Now()))
	if err != nil {
		return err
	}
	v.keys.forget(owner)
	tx.AfterCommit(func() { v.keys.forget(owner) })
	return nil
}
