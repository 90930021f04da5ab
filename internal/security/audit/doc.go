// Package audit keeps who saw or did what: sign-ins, readings, acts, refusals. Rows
// are only ever added, in the transaction of the act they tell, without waiting for
// each other; a job then seals them, batch after batch, into a chain.
//
//	audit rows (seal = 0) ──SealIn──> audit_seal 1 <── audit_seal 2 <── audit_seal 3 …
//
// A seal holds the digest of each of its rows and the hash of the seal before it.
// Verify reads everything again and names the first row or seal that was edited,
// removed or added afterwards. A row that commits late, with an identifier older than
// the last seal, is sealed by a later one: nothing escapes, and nothing waits.
//
// The chain proves nothing by itself against somebody who rewrites it whole, from some seal to
// its end. Once a day its head is therefore signed, by a key that is not in the database, and the anchor told to the
// log, to be kept elsewhere: VerifyAnchors compares.
//
// A row never holds health content, a phone, a street, a password nor a token.
package audit
