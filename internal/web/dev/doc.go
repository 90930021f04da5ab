// Package dev shows what only a demonstration has: the people one may play, each with
// one press, and the telephones and mailboxes where everything that leaves the house
// arrives. Its pages open sessions without any proof: they must never be mounted in a
// house that serves real people.
package dev
