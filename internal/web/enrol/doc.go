// Package enrol serves the pages by which people are let in: a professional or an establishment asks, proves how it is
// reached and follows what becomes of it; whoever judges reads and decides; an establishment manages its users; a territory
// invites. What each may do is decided by the use cases (care/enrolment).
package enrol
