// Package backup copies a whole house while it works, encrypted, and makes a house of a copy.
//
// A copy is one picture of the database: every act acknowledged before it began is in it,
// and nothing of a later one. Its text is the same for both engines, so a house moves
// from SQLite to PostgreSQL, or back, through a copy. Sessions are left out: after a
// restoration everybody signs in again.
//
// A copy is encrypted with a key of its own that the master key wraps. It is worth
// nothing without the master key, which is never in it: whoever keeps both in one place
// has encrypted nothing, and whoever loses the key has no copy.
//
// A copy is believed only once it was restored: Verify makes a house of it in a file that
// is thrown away, counts its rows and reads its audit chain again.
package backup
