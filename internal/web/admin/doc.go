// Package admin is the door of those who administer a territory: the rules its people
// work by, with their history, and who is on call. Whoever is signed in reads the rules,
// on a page of their own; only administrators change them.
//
// Nothing here shows a request, a patient or a word of care: administering gives no
// right to read them.
package admin
