package request

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
)

// replacedDetail is where an act names the member of the usual team in whose place it was done.
const replacedDetail = "replaces"

// inPlace keeps with an answer to o, an act of its recipient, whom he replaces, if anybody.
func (st *step) inPlace(o Offer) {
	if o.Replaces != "" {
		st.detail(replacedDetail, o.Replaces)
	}
}

// Replaced names the member of the usual team in whose place a was done; "" when who did it was asked himself.
func (a Done) Replaced() string { return a.Detail[replacedDetail] }

// deepest is how many replacements are followed when the one named is away himself.
const deepest = 3

// withReplacements adds to the usual team, in the place of each member who is away when care
// is wanted, whom he named for that time. A replacement who is a member too is asked as one.
func withReplacements(tx *db.Tx, r Request, q directory.Query, usual []Candidate) ([]Candidate, error) {
	zone, now := civil.ZoneOf(string(r.Commune)), tx.Now()
	from, to := r.need(zone).When(now)
	away := usual
	for range deepest {
		var next []Candidate
		for _, c := range away {
			in, ok := replacedDuring(c, from, to, now, zone)
			if !ok || slices.ContainsFunc(usual, func(o Candidate) bool { return o.Subject == in }) {
				continue
			}
			found, err := directory.CandidatesOf(tx, q, []directory.Subject{in})
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				name := c.Name
				if c.Replaces != "" {
					name = c.Replaces
				}
				next = append(next, Candidate{Candidate: f, Usual: true, Replaces: name})
				usual = append(usual, next[len(next)-1])
			}
		}
		away = next
	}
	return usual, nil
}

// replacedDuring is whom a candidate who is away all the time asked named for it.
func replacedDuring(c Candidate, from, to, now time.Time, zone civil.Zone) (directory.Subject, bool) {
	if directory.Available(c.Candidate, from, to, now, zone) != directory.AvailableAbsent {
		return directory.Subject{}, false
	}
	return c.ReplacedWithin(from, to)
}
