// Package pro holds the pages of a professional, on a phone first: what waits for his
// answer, what he carries, what he asked, one request, one patient, what he was told.
//
// A page reads with one use case, turns what it read into words with pure functions
// (view…), and renders. What may be done is what the use case lists (Sheet.Acts,
// Row.Acts): no template decides from a state. A refused act comes back on the page of
// its request, with what was written and the reason; that page is then no longer live,
// so that nothing typed is replaced.
//
// Everything works without script. Titles, addresses and logs hold neither a name nor
// a word about health.
package pro
