//go:build pkcs11

package hsm

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"

	"github.com/ThalesGroup/crypto11"

	"entractes/internal/base/fault"
)

// header begins what a module wrapped, so that a key in the open is never taken for one.
var header = []byte("entractes pkcs11 1\n")

const (
	keyBits   = 256
	nonceSize = 12
)

// Wrap seals text by the key of the module, made there when there is none.
func (m Module) Wrap(text []byte) (wrapped []byte, err error) {
	defer fault.Wrap(&err, "wrap by the module")
	err = m.with(true, func(key cipher.AEAD) error {
		nonce := make([]byte, nonceSize)
		if _, err := rand.Read(nonce); err != nil {
			return err
		}
		wrapped = append(bytes.Clone(header), key.Seal(nonce, nonce, text, header)...)
		return nil
	})
	return wrapped, err
}

// Unwrap opens what Wrap sealed by the same key. What another key sealed, or nobody did, is refused with the code "hsm.refused".
func (m Module) Unwrap(wrapped []byte) (text []byte, err error) {
	defer fault.Wrap(&err, "unwrap by the module")
	body, ok := bytes.CutPrefix(wrapped, header)
	if !ok || len(body) < nonceSize {
		return nil, fault.Invalid("hsm.refused", "master-key")
	}
	err = m.with(false, func(key cipher.AEAD) error {
		if text, err = key.Open(nil, body[:nonceSize], body[nonceSize:], header); err != nil {
			return fault.Invalid("hsm.refused", "master-key").Because(err)
		}
		return nil
	})
	return text, err
}

// with opens the module, finds its key and closes it again: the key is asked for at the start and when it changes, no more.
func (m Module) with(fresh bool, do func(key cipher.AEAD) error) (err error) {
	module, err := crypto11.Configure(&crypto11.Config{Path: m.Library, TokenLabel: m.Token, Pin: m.PIN})
	if err != nil {
		return fault.Invalid("hsm.module", "pkcs11-module").Because(err)
	}
	defer func() { err = errors.Join(err, module.Close()) }()
	keys, err := module.FindKeys(nil, []byte(m.Key))
	if err == nil && len(keys) == 0 {
		if !fresh {
			return fault.Invalid("hsm.no_key", "pkcs11-key", "key", m.Key)
		}
		keys = make([]*crypto11.SecretKey, 1)
		keys[0], err = module.GenerateSecretKeyWithLabel([]byte(m.Key), []byte(m.Key), keyBits, crypto11.CipherAES)
	}
	if err != nil {
		return fault.Invalid("hsm.module", "pkcs11-module").Because(err)
	}
	aead, err := keys[0].NewGCM()
	if err != nil {
		return err
	}
	return do(aead)
}
