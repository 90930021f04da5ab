// Package enrolment lets people in: professionals who ask to, establishments with their wards, and those whom a
// territory invites. An application proves a phone by a code and a mailbox by a link, shows a professional card, accepts
// the charter and the privacy notice, and waits for somebody who judges it.
//
//	invited ─┐                                       ┌─> admitted: a person or structures, and an account
//	         └─> begun ──> submitted ──> reading ────┤
//	               └─> forgotten                     └─> refused, with a reason
//
// Who judges: for a professional, the clinical supervisor of his profession, or who administers the territory; for
// an establishment, who administers the territory. For anybody else an application does not exist.
//
// What was declared is sealed under a key of the application, the photo of the card too. The key is destroyed when an
// application is left unfinished, and some time after it was judged: what remains says who judged it, when and on
// what acceptance.
//
// A stranger learns nothing here about who is enrolled already: a number or an address that is known is found by who judges.
package enrolment
