// Package retention ends what is kept of people at its term, and keeps what must be.
//
// A file is kept for twenty years after the last thing that happened in it, and in any case until the twenty-eighth birthday
// (CSP R1112-7); both figures are rules of the territory. A claim or an inquiry holds it. Death shortens the term by law: it is
// not counted here, where nothing says it surely, so that a file is never erased too early.
//
// Erasing is destroying the key that sealed everything nominative and everything clinical, in every row, document and
// copy of the database made from then on (security/crypt). What stays names nobody: that a request was made, when, by and to
// whom, on what agreement, and each reading of it.
//
// A territory decides whether the house erases by itself (« keep.erase », off by default): until then it only
// shows what it would erase. Before its term a file is not erased on demand (RGPD 17-3-c): the person may oppose any further
// sharing at once. A file opened by mistake, of which nothing was ever asked, is erased on demand.
package retention
