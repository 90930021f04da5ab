// Package supervise reads, for those who watch over a territory, what is asked, what is
// late and what is stuck, and keeps how they share that work: who looks after a row, what
// one shift tells the next, which views they watch. Whoever acts on a request does so
// through care/request: nothing here moves one.
//
// Supervisors and operators read every request of their territory; a ward and a discharge coordinator
// read those of their service only (EA-124). Nobody else reads anything. Drafts belong to who writes
// them; errors are out of ordinary view, and supervisors find them by their filter. What has been
// archived is found by its filter and by a text.
//
// A page costs the same number of queries whatever it holds, and each query walks an
// index in the order of the page: the console of a region is as quick as that of a village.
// Numbers above a list are exact up to CountCap, and say "more" beyond.
//
// Names are opened after the page is known, with one line of the audit which tells how
// many were read and what was asked.
//
// The desk of a territory is one team, and each service is another. A row has one owner in each,
// changed by compare-and-set: the slower of two is told who has it. It is a promise between
// colleagues and no right. Where the territory says so, a row is nobody's again at the end of the
// shift; otherwise it is kept, and said to be stale after a while. Notes about a request
// are sealed with the patient's key and read by those who read its motive; the general note of a shift
// is for what concerns no patient. The inbox of a service is one for all who work there.
package supervise
