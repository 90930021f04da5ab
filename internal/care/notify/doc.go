// Package notify tells a person something, by the right channel, until told.
//
// A notice is one thing to say to one subject: a person, or a structure whose users
// answer for it. Tell writes, in the caller's transaction and before the first send,
// one delivery for each way to reach the subject:
//
//   - the inbox, at once;
//   - the first outside channel, queued;
//   - the others, held: each leaves when the one before failed, or when nobody has
//     seen the notice after a delay. Seeing it anywhere stops them all.
//
// The states of a delivery:
//
//	held ──► queued ──► sending ──► sent ──► delivered ──► seen
//	  │        │ ▲         │ │
//	  │        │ └─ again ─┘ ├──► failed    the next held delivery is queued
//	  │        │             └──► unknown   the channel never answered; likewise
//	  └────────┴──► cancelled               seen elsewhere, round closed, too late
//
// A solicitation asks for an answer and belongs to a round of search. CloseRound
// cancels those not sent, in the transaction that closes the round. A send begins by
// a transaction that reads the state again and marks the delivery as sending: a
// solicitation either was in hand before the round closed, and ToldOf counts its
// subject among those to be told of the closing, or it never leaves.
//
// Promises are kept at least once. The identifier of a delivery is the idempotency
// key given to its channel; a channel that cannot recognise it is not asked again
// when it may already have sent, save once for what is urgent.
//
// A letter is a document for somebody outside. It is asked for when it leaves, and given
// to a channel only when that channel says that the mailbox is a secure one; when this
// fails, a notice without content goes by ordinary mail. No document is ever stored here.
//
// What leaves the house otherwise names no patient, no health datum and no motive: sentences are
// made here, from a catalogue and a short list of parameters (render.go), never by the features.
package notify
