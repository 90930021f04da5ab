// Package queue keeps promises. A job is written in the transaction of the state it
// follows and is tried until it is done: a crash loses none.
//
//	Promise ──▶ waiting ──▶ leased ──▶ done (the row is deleted)
//	              ▲  │         │
//	              │  │         ├──▶ waiting   Snooze, or an error: later, with jitter
//	              │  │         ├──▶ cancelled, discarded
//	              │  │         └──▶ dead      too many attempts, or words nobody can read
//	              │  └──▶ cancelled           Withdraw
//	              └────── dead                Retry
//
// There are two kinds of work. InTx jobs move states: the handler works in one
// transaction with the completion of its job, so that it is done exactly once, and
// such a job passes from waiting to done without a lease. Outside jobs speak to the
// world: they are leased, run beside each other, and are done at least once; Job.ID
// is the key by which a recipient recognises a repetition.
//
// Every handler begins by reading the state again: what a job was promised for may
// have gone. Arguments hold identifiers, never health data. Jobs run in the order
// of their due time, several at once; InTx jobs of one key run one after the other.
// How it works inside is told in DESIGN.md.
package queue
