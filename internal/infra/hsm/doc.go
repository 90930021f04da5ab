// Package hsm wraps the master key by a key of a hardware module, which it never leaves (PKCS#11). The file of the master key then
// holds what the module wrapped, and opens nowhere without it.
//
// Programs are built without it: it needs C and the library of the module's maker. With the tag pkcs11 it is there; without, whoever
// asks for a module is refused clearly rather than served with a key in the open.
package hsm

// Module says which key of which module wraps.
type Module struct {
	Library string // of its maker, a shared object
	Token   string // label of the token
	PIN     string
	Key     string // label of the key; made in the token when there is none
}

// Asked tells whether a module is asked for.
func (m Module) Asked() bool { return m.Library != "" }
