//go:build !pkcs11

package hsm

import "entractes/internal/base/fault"

// Wrap seals text by the key of the module. Refused with the code "hsm.absent" in programs built without the tag pkcs11.
func (m Module) Wrap([]byte) ([]byte, error) { return nil, absent() }

// Unwrap opens what Wrap sealed. Refused with the code "hsm.absent" in programs built without the tag pkcs11.
func (m Module) Unwrap([]byte) ([]byte, error) { return nil, absent() }

func absent() error { return fault.Invalid("hsm.absent", "pkcs11-module") }
