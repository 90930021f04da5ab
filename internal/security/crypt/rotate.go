package crypt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// AddMaster returns the text of a master key with one more key in it, which wraps from now on; those
// before still unwrap. Nodes that use the old text meanwhile go on working: they read the new one as soon as
// they meet a data key that they do not know how to open.
func AddMaster(text []byte) ([]byte, error) {
	return change(text, func(m *keyset.Manager) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// RetireMasters returns the text with the key that wraps and no other. What other keys wrapped, data
// keys and copies of the house, no longer opens with it: see Unrotated, and keep the text before for the copies.
func RetireMasters(text []byte) ([]byte, error) {
	return change(text, func(m *keyset.Manager) error {
		handle, err := m.Handle()
		if err != nil {
			return err
		}
		for i := range handle.Len() {
			entry, err := handle.Entry(i)
			if err != nil {
				return err
			}
			if entry.IsPrimary() {
				continue
			}
			if err := m.Delete(entry.KeyID()); err != nil {
				return err
			}
		}
		return nil
	})
}

// change applies how to the wrapping keys of a text.
func change(text []byte, how func(m *keyset.Manager) error) ([]byte, error) {
	if _, err := openMaster(text); err != nil {
		return nil, refusal("crypt.master", err)
	}
	var file masterFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, refusal("crypt.master", err)
	}
	handle, err := readKeyset(file.Wrap)
	if err != nil {
		return nil, refusal("crypt.master", err)
	}
	m := keyset.NewManagerFromHandle(handle)
	if err := how(m); err != nil {
		return nil, fault.Internal(err)
	}
	if handle, err = m.Handle(); err != nil {
		return nil, fault.Internal(err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fault.Internal(err)
	}
	file.Wrap = b.Bytes()
	out, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, fault.Internal(err)
	}
	return append(out, '\n'), nil
}

// Follow makes the vault read its master key again, by read, when it meets a key that it does not
// know and whenever Renew is called. It is called once, before the vault is used.
func (v *Vault) Follow(read func() ([]byte, error)) { v.text = read }

// Renew reads the master key again. A text that is no master key leaves the vault as it was and is
// refused with the code "crypt.master".
func (v *Vault) Renew() error {
	if v.text == nil {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	text, err := v.text()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	if sum == v.last {
		return nil
	}
	m, err := openMaster(text)
	if err != nil {
		return refusal("crypt.master", err)
	}
	v.last = sum
	v.master.Store(&m)
	return nil
}

// knows tells whether a master key is one of ours, reading them again before it says no.
func (v *Vault) knows(id string) bool {
	if v.master.Load().known[id] {
		return true
	}
	return v.Renew() == nil && v.master.Load().known[id]
}

// Rewrap wraps by the current master key up to limit data keys that another wrapped, and returns how
// many it did: fewer than limit means that there is none left. What the data keys seal is not touched, and
// people who read meanwhile notice nothing. It may run on several nodes at once.
func (v *Vault) Rewrap(tx *db.Tx, limit int) (done int, err error) {
	m := v.master.Load()
	ids, err := masters(tx)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if id == m.id {
			continue
		}
		rows, err := db.All(tx, scanKey, `SELECT owner, wrapped, master FROM data_key WHERE master = $1 ORDER BY owner LIMIT $2 FOR UPDATE SKIP LOCKED`, id, int64(limit-done))
		if err != nil {
			return done, err
		}
		for _, k := range rows {
			handle, err := v.handle(k)
			if err != nil {
				return done, err
			}
			wrapped, err := m.wrapKey(handle, k.owner)
			if err != nil {
				return done, err
			}
			if err := tx.Write(`UPDATE data_key SET wrapped = $1, master = $2 WHERE owner = $3 AND master = $4`, wrapped, m.id, k.owner, k.master); err != nil {
				return done, err
			}
			done++
		}
		if done == limit {
			break
		}
	}
	return done, nil
}

// Unrotated counts the data keys that another master key wrapped, and all of them.
func (v *Vault) Unrotated(tx *db.Tx) (left, all int64, err error) {
	_, _, err = db.Find(tx, func(r db.Row) (struct{}, error) { return struct{}{}, r.Scan(&left, &all) },
		`SELECT COALESCE(SUM(CASE WHEN master <> $1 THEN 1 ELSE 0 END), 0), count(*) FROM data_key WHERE master <> ''`, v.master.Load().id)
	if err != nil {
		err = fmt.Errorf("count data keys: %w", err)
	}
	return left, all, err
}
