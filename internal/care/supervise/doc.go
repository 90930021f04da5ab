// Package supervise reads, for those who watch over a territory, what is asked, what is
// late and what is stuck. It writes nothing: whoever acts on a row does so through care/request.
//
// Supervisors and operators read every request of their territory; a ward and a discharge coordinator
// read those of their service only (EA-124). Nobody else reads anything. Drafts belong to who writes
// them and errors are out of ordinary view: neither is here.
//
// A page costs the same number of queries whatever it holds, and each query walks an
// index in the order of the page: the console of a region is as quick as that of a village.
// Numbers above a list are exact up to CountCap, and say "more" beyond.
//
// Names are opened after the page is known, with one line of the audit which tells how
// many were read and what was asked.
package supervise
