package crypt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Place is where a sealed text lives. Sealed for one place, it opens at no other.
type Place struct{ Table, Column, Row string }

// Vault seals and opens. It may be used concurrently.
type Vault struct {
	master atomic.Pointer[master]
	keys   *cache

	mu   sync.Mutex
	text func() ([]byte, error) // the text of the master key again; nil when it never changes
	last [sha256.Size]byte      // of the text in use
}

// cachedKeys bounds the data keys kept unwrapped in memory.
const cachedKeys = 4096

// Open reads a master key made by NewMasterKey. It refuses any other text with the code "crypt.master".
func Open(master []byte) (*Vault, error) {
	m, err := openMaster(master)
	if err != nil {
		return nil, refusal("crypt.master", err)
	}
	v := &Vault{keys: newCache(cachedKeys), last: sha256.Sum256(master)}
	v.master.Store(&m)
	return v, nil
}

// refusal is an internal fault with a code of its own: integrity is ours to keep, and
// the person can do nothing about it.
func refusal(code string, cause error) error {
	return (&fault.Error{Kind: fault.KindInternal, Code: code}).Because(cause)
}

// Check refuses, with the code "crypt.wrong_master", a database whose keys were wrapped
// by another master key. It is asked once at start, before anything is sealed beside them.
func (v *Vault) Check(tx *db.Tx) error {
	ids, err := masters(tx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !v.knows(id) {
			return v.wrongMaster(id)
		}
		sample, err := db.All(tx, scanKey, `SELECT owner, wrapped, master FROM data_key WHERE master = $1 ORDER BY owner LIMIT 1`, id)
		if err != nil {
			return err
		}
		for _, k := range sample {
			if _, err := v.unwrap(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// masters lists the master keys that wrapped some data key.
func masters(tx *db.Tx) (out []string, err error) {
	for id := ""; ; out = append(out, id) {
		// One step of the index for each master key, however many data keys there are.
		next, found, err := db.Find(tx, db.Value[string], `SELECT master FROM data_key WHERE master > $1 ORDER BY master LIMIT 1`, id)
		if err != nil || !found {
			return out, err
		}
		id = next
	}
}

func (v *Vault) wrongMaster(id string) error {
	return refusal("crypt.wrong_master", fmt.Errorf("a data key was wrapped by master key %s, the one given is %s", id, v.master.Load().id))
}

// Seal encrypts plain for its owner and place. The owner's data key is made with the
// first text, in the caller's transaction: a transaction that ends in an error leaves no key.
func (v *Vault) Seal(tx *db.Tx, owner string, at Place, plain []byte) ([]byte, error) {
	ad, err := bind(owner, at)
	if err != nil {
		return nil, err
	}
	key, ok, err := v.key(tx, owner)
	if err == nil && !ok {
		key, err = v.create(tx, owner)
	}
	if err != nil {
		return nil, err
	}
	sealed, err := key.Encrypt(plain, ad)
	if err != nil {
		return nil, fault.Internal(err)
	}
	return sealed, nil
}

// Open decrypts what Seal made for the same owner and place. Anything else, moved,
// cut or altered, is refused with the code "crypt.refused". What was sealed by a key that was destroyed is
// gone: it opens as nothing, so that what stays around it is still read.
func (v *Vault) Open(tx *db.Tx, owner string, at Place, sealed []byte) ([]byte, error) {
	ad, err := bind(owner, at)
	if err != nil {
		return nil, err
	}
	key, ok, err := v.key(tx, owner)
	if Destroyed(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, refusal("crypt.refused", fmt.Errorf("no data key for the owner of %s.%s, row %s", at.Table, at.Column, at.Row))
	}
	plain, err := key.Decrypt(sealed, ad)
	if err != nil {
		return nil, refusal("crypt.refused", fmt.Errorf("%s.%s, row %s: %w", at.Table, at.Column, at.Row, err))
	}
	return plain, nil
}

// SealJSON seals value written as JSON.
func (v *Vault) SealJSON(tx *db.Tx, owner string, at Place, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fault.Internal(err)
	}
	return v.Seal(tx, owner, at, plain)
}

// OpenJSON opens what SealJSON sealed and reads it into the pointer given, which stays as it is when the key was destroyed.
func (v *Vault) OpenJSON(tx *db.Tx, owner string, at Place, sealed []byte, into any) error {
	plain, err := v.Open(tx, owner, at, sealed)
	if err != nil || plain == nil {
		return err
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fault.Internal(fmt.Errorf("read %s.%s, row %s: %w", at.Table, at.Column, at.Row, err))
	}
	return nil
}

// indexSize is the length of a blind index in bytes.
const indexSize = 16

// Index returns the blind index of values, which the caller has folded: equal values
// of the same purpose, and only they, have equal indexes. Purposes never compare.
func (v *Vault) Index(purpose string, values ...string) []byte {
	input := appendText(nil, purpose)
	for _, value := range values {
		input = appendText(input, value)
	}
	// The only error is a length that HMAC-SHA-256 does not give, and 16 is below 32.
	index, _ := v.master.Load().index.ComputePrimaryPRF(input, indexSize)
	return index
}

// Signer returns the signing key of a purpose. It is derived from the key of blind indexes, which a
// rotation of the master key leaves alone: what was signed stays verified.
func (v *Vault) Signer(purpose string) ed25519.PrivateKey {
	// The only error is a length that HMAC-SHA-256 does not give, and it gives 32 bytes.
	seed, _ := v.master.Load().index.ComputePrimaryPRF(appendText(appendText(nil, "signer"), purpose), ed25519.SeedSize)
	return ed25519.NewKeyFromSeed(seed)
}

// bind writes owner and place so that two different ones are never the same bytes.
func bind(owner string, at Place) ([]byte, error) {
	if owner == "" || at.Table == "" || at.Column == "" || at.Row == "" {
		return nil, fault.Internal(errors.New("crypt: an owner and a whole place are needed"))
	}
	ad := appendText(nil, "field")
	for _, s := range []string{owner, at.Table, at.Column, at.Row} {
		ad = appendText(ad, s)
	}
	return ad, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// wrappedKey is one row of data_key.
type wrappedKey struct {
	owner   string
	wrapped []byte
	master  string
}

// destroyed tells a key that was destroyed: no master key wraps it.
func (k wrappedKey) destroyed() bool { return k.master == "" }

func scanKey(r db.Row) (k wrappedKey, err error) {
	err = r.Scan(&k.owner, &k.wrapped, &k.master)
	return k, err
}

// key returns the data key of owner; false when it has none yet. A key read in a
// transaction is kept in memory only once the transaction is on disk: a key whose
// making is undone must never seal anything later.
func (v *Vault) key(tx *db.Tx, owner string) (tink.AEAD, bool, error) {
	if err := tx.Ready(); err != nil {
		return nil, false, err
	}
	if key, ok := v.keys.get(owner, tx.Now()); ok {
		return key, true, nil
	}
	key, err := db.Memo(tx, "data_key", owner, func() (tink.AEAD, error) { return v.read(tx, owner) })
	if errors.Is(err, errNoKey) {
		return nil, false, nil
	}
	return key, err == nil, err
}

var errNoKey = errors.New("crypt: no data key")

// read opens the data key of owner as the transaction sees it; errNoKey when it has none.
func (v *Vault) read(tx *db.Tx, owner string) (tink.AEAD, error) {
	row, ok, err := db.Find(tx, scanKey, `SELECT owner, wrapped, master FROM data_key WHERE owner = $1`, owner)
	if err == nil && !ok {
		err = errNoKey
	}
	if err != nil {
		return nil, err
	}
	if row.destroyed() {
		return nil, errDestroyed()
	}
	key, err := v.unwrap(row)
	if err != nil {
		return nil, err
	}
	at := tx.Now()
	tx.AfterCommit(func() { v.keys.put(owner, key, at) })
	return key, nil
}

// create makes the data key of owner. When another transaction was faster, its key is the one.
func (v *Vault) create(tx *db.Tx, owner string) (tink.AEAD, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMNoPrefixKeyTemplate())
	if err != nil {
		return nil, fault.Internal(err)
	}
	m := v.master.Load()
	wrapped, err := m.wrapKey(handle, owner)
	if err != nil {
		return nil, err
	}
	err = tx.Write(`INSERT INTO data_key (owner, wrapped, master, created) VALUES ($1, $2, $3, $4) ON CONFLICT (owner) DO NOTHING`,
		owner, wrapped, m.id, db.Ms(tx.Now()))
	if err != nil {
		return nil, err
	}
	key, ok, err := v.key(tx, owner)
	if err == nil && !ok {
		err = fault.Internal(errors.New("crypt: the data key just made is not there"))
	}
	return key, err
}

// unwrap opens a data key with the master key.
func (v *Vault) unwrap(k wrappedKey) (tink.AEAD, error) {
	handle, err := v.handle(k)
	if err != nil {
		return nil, err
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, refusal("crypt.refused", fmt.Errorf("data key of %s: %w", k.owner, err))
	}
	return key, nil
}

// handle opens the keyset of a data key with the master key.
func (v *Vault) handle(k wrappedKey) (*keyset.Handle, error) {
	if !v.knows(k.master) {
		return nil, v.wrongMaster(k.master)
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(k.wrapped)), v.master.Load().wrap, wrapBinding(k.owner))
	if err != nil {
		return nil, refusal("crypt.refused", fmt.Errorf("data key of %s: %w", k.owner, err))
	}
	return handle, nil
}

// wrapKey seals a data key by the primary master key.
func (m *master) wrapKey(handle *keyset.Handle, owner string) ([]byte, error) {
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), m.wrap, wrapBinding(owner)); err != nil {
		return nil, fault.Internal(err)
	}
	return wrapped.Bytes(), nil
}

func wrapBinding(owner string) []byte { return appendText(appendText(nil, "data_key"), owner) }
