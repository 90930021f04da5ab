// Package patient keeps the people cared for: who they are, where they live, who
// usually cares for them, and what they agreed to.
//
// An identity is sealed under the patient's own key. Only the commune is in clear,
// because matching needs it, and blind indexes answer "the same name and birth date?" and "the same phone?".
//
// Who may read an identity depends on the requests about the patient, which this
// package does not know. Its functions therefore never check who asks, and never let
// an identity out without its line in the audit: whoever opens one says what for.
//
//	Open, OpenAll, OpenTeam   decrypt, and record the reading
//	Find, FindByPhone, Twin   compare blind indexes: they return what the caller typed, never what is kept
//	TeamOf, CommuneOf, …      read nothing nominative
//
// An identity has one of the four statuses of the national rules, with what each needs (ins.go); a
// matricule leaves the house for a qualified one only. What an identity was stays readable.
//
// A person has one file. Whoever is about to make one asks Twin first; two that were made all
// the same are merged, which moves nothing and is undone exactly (file.go, merge.go).
// Everything here takes any id of a person and reads all his files.
//
// A person may oppose the sharing of what concerns him, with everybody, somebody or a
// profession. An opposition holds until it is withdrawn, and agreeing to a request does not
// withdraw it. Bar and All answer for the packages that act on it.
package patient
