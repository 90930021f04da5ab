// Package auth proves who is there. An account holds the name, the roles and the
// directory entry of one person; credentials prove that somebody is that person; a
// session remembers the proof for a while.
//
// An account may sign in with a password today. A credential has a kind, where
// stronger means take their place without changing accounts or sessions.
//
// What a stranger learns: nothing. An unknown login, a wrong password and a closed account
// have one answer, after the same work. Tries are counted, by account and by address, in
// the memory of each node.
//
// Only the hash of a password and the hash of a session's token are kept: neither the
// database nor its copies let anybody in. A session reads its account again at each
// request, so that closing an account or changing its roles takes effect at once.
package auth
