// Package crypttest opens vaults for tests.
package crypttest

import (
	"testing"

	"entractes/internal/security/crypt"
)

// Vault is a vault of a master key that nobody else has.
func Vault(t testing.TB) *crypt.Vault {
	t.Helper()
	key, err := crypt.NewMasterKey()
	if err != nil {
		t.Fatal(err)
	}
	v, err := crypt.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
