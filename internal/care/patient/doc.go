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
//	Find, FindByPhone         compare blind indexes: they return what the caller typed, never what is kept
//	TeamOf, CommuneOf, …      read nothing nominative
//
// A person may oppose the sharing of what concerns him: the last of his consents and
// oppositions counts, at once.
package patient
