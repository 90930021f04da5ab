// Package crypt encrypts what is said about a person. Each owner (a patient) has a
// data key, kept in the database under the master key, which is never there. A text
// is bound to its owner and to its place: moved to another row, column, table or
// owner, it does not open, and neither does a key moved to another owner.
//
//	master key (a file) ── wraps ──> data key (one per owner) ── seals ──> fields
//	                   └─ beside it: the key of blind indexes
//
// A blind index answers "the same name?" without holding the name: it is computed
// under a key of its own and cannot be reversed. What can be guessed entirely, such as
// a phone number, is protected by that key and by nothing else.
//
// Losing the master key loses everything sealed. Its text may hold several keys at once: one
// wraps, all unwrap. A new one is added, then every data key is wrapped anew while people work, then the
// old one goes (rotate.go). No sealed field is touched by it, and blind indexes have their own key, which stays.
//
// Erasing is destroying the data key (Destroy): what it sealed, in any row, blob or file, is gone:
// it opens as nothing, and nothing can be sealed in its place.
package crypt
