package crypt

import "entractes/internal/infra/db"

// Prefetch reads the data keys of owners in one query and keeps them in memory once
// the transaction of tx is on disk, so that a list opened next asks the database for none. An owner
// without a key, or whose key was destroyed, is left out.
func (v *Vault) Prefetch(tx *db.Tx, owners []string) error {
	var missing []string
	for _, owner := range owners {
		if _, ok := v.keys.get(owner, tx.Now()); !ok {
			missing = append(missing, owner)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	rows, err := db.All(tx, scanKey, `SELECT owner, wrapped, master FROM data_key WHERE owner IN `+db.In(1, len(missing)), db.Args(missing)...)
	if err != nil {
		return err
	}
	at := tx.Now()
	for _, row := range rows {
		if row.destroyed() {
			continue
		}
		key, err := v.unwrap(row)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { v.keys.put(row.owner, key, at) })
	}
	return nil
}
