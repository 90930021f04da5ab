package request

import (
	"strings"

	"entractes/internal/base/actor"
)

// The lists of somebody who has asked for ten years show the ten requests of today. Each kind
// of request that may be in a list is the head of an index, read for as many rows as the list
// has; among joins the ids found. Alternatives joined by OR would be read to the end.

// among keeps the requests that one of heads finds.
func among(heads ...[]string) string {
	var all []string
	for _, h := range heads {
		all = append(all, h...)
	}
	return `id IN (` + strings.Join(all, ` UNION `) + `)`
}

// head finds the latest requests that satisfy where, at most limit.
func head(where, alias, limit string) string {
	return `SELECT id FROM (SELECT id FROM request WHERE ` + where + ` ORDER BY created DESC, id DESC LIMIT ` + limit + `) ` + alias
}

// askedBy finds, among those that satisfy where, the latest requests that somebody asked, that
// his service did, and that he typed for others: his person is argument $1, his service $2,
// his account $3.
func askedBy(where, limit string) []string {
	return []string{
		head(`requester = $1 AND requester <> '' AND `+where, "own", limit), head(`service = $2 AND service <> '' AND `+where, "ours", limit),
		head(`account = $3 AND `+where, "typed", limit),
	}
}

// currentlyAskedBy is askedBy for the lists of a holder, argument at the place holder: what is no
// error and has not been put away, with time or by hand, and what was taken back.
func currentlyAskedBy(limit, holder string) []string {
	kept := `state <> 'entered_in_error' AND archived = FALSE AND NOT EXISTS (SELECT 1 FROM request_shelf h WHERE h.request = request.id AND h.holder = ` + holder + ` AND h.archived = TRUE)`
	return append(askedBy(kept, limit), `SELECT k.id FROM request_shelf h CROSS JOIN request k WHERE k.id = h.request AND h.holder = `+holder+` AND h.archived = FALSE AND k.state <> 'entered_in_error'
		AND (k.requester = $1 AND k.requester <> '' OR k.service = $2 AND k.service <> '' OR k.account = $3)`)
}

// carriedBy finds the latest requests that somebody carries, or his service, in states: his
// person is argument $1, his service $2.
func carriedBy(states, limit string) []string {
	carried := ` AND provider <> '' AND state IN (` + states + `)`
	return []string{head(`provider = $1`+carried, "mine", limit), head(`provider = $2`+carried, "shared", limit)}
}

// askerOf are the arguments of askedBy.
func askerOf(who actor.Actor) []any { return []any{who.Person, who.Structure, who.Account} }
