// Package auth proves who is there. An account holds the name, the roles and the
// directory entry of one person; credentials prove that somebody is that person; a
// session remembers the proof for a while.
//
// What lets somebody in:
//
//	passkey ─────────────────────────────────────────────┐
//	password ──> code of an application, recovery code ───┤
//	         └─> none yet: he adds a factor first ────────┼──> session
//	Pro Santé Connect, professional card (identity.go) ───┤
//	a phone paired from a desk where he is in ────────────┘
//
// Every means has the same strength: two factors. What replaces one that is lost opens no
// side door: a recovery code replaces the application and not the password; a code sent by mail
// replaces the password and not the application; who lost both is readmitted by whoever manages
// accounts, once he is known by other means (readmit.go).
//
// A proof of several steps is a ceremony: a row with an end, taken once, bound to the browser
// that began it by a token of which only the hash is kept.
//
// A session locks when it goes unused, and one factor opens it again (Unlock). What is
// sensitive wants a proof of less than ten minutes (Prove, actor.FreshFor). A session reads its account
// again at each request, so that closing an account or changing its roles takes effect at once.
//
// What a stranger learns: nothing. An unknown login, a wrong password and a closed account
// have one answer, after the same work. Tries are counted, by account and by address, in
// the memory of each node: too many keep an address out, never the owner elsewhere.
//
// Only hashes of passwords, tokens and recovery codes are kept, public keys of passkeys, and
// secrets of applications sealed under the key of their account: neither the database nor its copies let
// anybody in.
package auth
