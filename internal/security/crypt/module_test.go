//go:build pkcs11

package crypt_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/infra/config"
	"entractes/internal/infra/hsm"
	"entractes/internal/security/crypt"
)

const library = "/usr/lib/softhsm/libsofthsm2.so"

// token is a fresh token of a module made of software.
func token(t *testing.T) hsm.Module {
	t.Helper()
	folder := t.TempDir()
	conf := filepath.Join(folder, "softhsm2.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, "directories.tokendir = %s\nobjectstore.backend = file\n", folder), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	if out, err := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", "essai", "--pin", "1234", "--so-pin", "5678").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return hsm.Module{Library: library, Token: "essai", PIN: "1234", Key: "entractes"}
}

// A master key that a module wraps is not in its file; the house opens it through the module, rotates it, and nothing opens
// it without the module, with another key of it, or altered.
func TestAModuleWrapsTheMasterKey(t *testing.T) {
	m := token(t)
	if _, err := m.Unwrap([]byte("entractes pkcs11 1\n0123456789ab")); fault.CodeOf(err) != "hsm.no_key" {
		t.Errorf("a token without a key: %v", err)
	}
	c := config.Config{MasterKey: filepath.Join(t.TempDir(), "master.key"), PKCS11Module: m.Library, PKCS11Token: m.Token, PKCS11PIN: m.PIN, PKCS11Key: m.Key}
	made, err := c.Key(crypt.NewMasterKey)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.ReadKey()
	if err != nil || !bytes.Equal(made, again) {
		t.Fatalf("read again: %v", err)
	}
	if _, err := crypt.Open(again); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(c.MasterKey)
	if err != nil || bytes.Contains(kept, made[:min(40, len(made))]) || !bytes.HasPrefix(kept, []byte("entractes pkcs11 1\n")) {
		t.Errorf("the file holds the key in the open: %v", err)
	}
	if _, err := c.ChangeKey(crypt.AddMaster); err != nil {
		t.Fatal(err)
	}
	if changed, err := c.ReadKey(); err != nil || bytes.Equal(changed, made) {
		t.Errorf("not changed: %v", err)
	}
	bare := c
	bare.PKCS11Module = ""
	if text, err := bare.ReadKey(); err != nil {
		t.Error(err)
	} else if _, err := crypt.Open(text); fault.CodeOf(err) != "crypt.master" {
		t.Errorf("opened without the module: %v", err)
	}
	for name, try := range map[string]hsm.Module{
		"another PIN":    {Library: m.Library, Token: m.Token, PIN: "9999", Key: m.Key},
		"another token":  {Library: m.Library, Token: "autre", PIN: m.PIN, Key: m.Key},
		"another key":    {Library: m.Library, Token: m.Token, PIN: m.PIN, Key: "autre"},
		"another module": {Library: "/nowhere.so", Token: m.Token, PIN: m.PIN, Key: m.Key},
	} {
		if _, err := try.Unwrap(kept); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	kept[len(kept)-1] ^= 1
	for _, text := range [][]byte{kept, made, nil} {
		if _, err := m.Unwrap(text); fault.CodeOf(err) != "hsm.refused" {
			t.Errorf("altered or in the open: %v", err)
		}
	}
}
