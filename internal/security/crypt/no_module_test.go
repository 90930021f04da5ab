//go:build !pkcs11

package crypt_test

import (
	"path/filepath"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/infra/config"
	"entractes/internal/security/crypt"
)

// A program built without modules refuses clearly, and makes no key in the open instead.
func TestWithoutModules(t *testing.T) {
	c := config.Config{MasterKey: filepath.Join(t.TempDir(), "master.key"), PKCS11Module: "/usr/lib/softhsm/libsofthsm2.so"}
	for range 2 {
		if _, err := c.Key(crypt.NewMasterKey); fault.CodeOf(err) != "hsm.absent" {
			t.Errorf("%v", err)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(filepath.Dir(c.MasterKey), "*")); len(found) != 0 {
		t.Errorf("left behind: %v", found)
	}
}
