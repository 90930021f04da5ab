package request

import (
	"encoding/json"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Proposal is a « yes, but » (G14): what somebody asked would do instead of what is
// asked. A field left empty is as asked.
type Proposal struct {
	// Start is when care would start.
	Start time.Time
	// Days is for how long, when it is shorter than asked.
	Days int
	// Acts are those he would do, when they are not all that are asked.
	Acts []nomenclature.ActCode
	// Note says more to the requester. It is sealed with the patient's key.
	Note string
	// Coming names who would come, when a cabinet or a structure proposes.
	Coming string
}

// Proposed is a proposal that waits, as the requester reads it. Its Note is empty for
// who may not read clinical texts.
type Proposed struct {
	Proposal
	Offer OfferID
	By    Who
	Usual bool
	Km    float64
	At    time.Time
	// Left are the acts asked that he would not do.
	Left []nomenclature.ActCode
}

// terms is what a proposal changes, as its row keeps it.
type terms struct {
	Start  int64                  `json:"start,omitempty"`
	Days   int                    `json:"days,omitempty"`
	Acts   []nomenclature.ActCode `json:"acts,omitempty"`
	Coming string                 `json:"coming,omitempty"`
}

// against keeps of p what differs from what r asks, in the order of r. It refuses what
// is no part of it: a longer duration, an act not asked, nothing at all.
func (p Proposal) against(r Request, now time.Time) (Proposal, error) {
	var l fault.List
	l = append(l, fault.Fields(checkStart(p.Start, now))...)
	if p.Days < 0 || p.Days > maxDays || r.Care.Days > 0 && p.Days > r.Care.Days {
		l.Add(fault.Invalid("request.proposal_days", "days", "n", shorter(r.Care.Days)))
	}
	if slices.ContainsFunc(p.Acts, func(a nomenclature.ActCode) bool { return !slices.Contains(r.Acts, a) }) {
		l.Add(fault.Invalid("request.proposal_acts", "acts"))
	}
	if len(p.Note) > maxNote {
		l.Add(fault.Invalid("request.note_long", "note", "n", maxNote))
	}
	if p.Start.Equal(r.StartAt) {
		p.Start = time.Time{}
	}
	if p.Days == r.Care.Days {
		p.Days = 0
	}
	if len(p.Acts) > 0 {
		p.Acts = slices.DeleteFunc(slices.Clone(r.Acts), func(a nomenclature.ActCode) bool { return !slices.Contains(p.Acts, a) })
	}
	if len(p.Acts) == len(r.Acts) {
		p.Acts = nil
	}
	if len(l) == 0 && p.Start.IsZero() && p.Days == 0 && len(p.Acts) == 0 && p.Note == "" {
		l.Add(fault.Invalid("request.proposal_empty", "start"))
	}
	return p, l.Err()
}

// shorter is the longest duration that may be proposed for days asked; 0 is a duration nobody knows.
func shorter(days int) int {
	if days == 0 {
		return maxDays
	}
	return days
}

// left lists the acts of r that p leaves out.
func (p Proposal) left(r Request) []nomenclature.ActCode {
	if len(p.Acts) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Acts), func(a nomenclature.ActCode) bool { return slices.Contains(p.Acts, a) })
}

func notePlace(id OfferID) crypt.Place {
	return crypt.Place{Table: "proposal", Column: "note", Row: string(id)}
}

// putProposal writes what the recipient of an offer proposes, in place of what he had proposed before.
func (st *step) putProposal(id OfferID, p Proposal) error {
	note, err := st.s.vault.Seal(st.tx, string(st.r.Patient), notePlace(id), []byte(p.Note))
	if err != nil {
		return err
	}
	kept, err := json.Marshal(terms{Start: db.Ms(p.Start), Days: p.Days, Acts: p.Acts, Coming: p.Coming})
	if err != nil {
		return err
	}
	return st.tx.Write(`INSERT INTO proposal (offer, request, terms, note, created) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (offer) DO UPDATE SET terms = excluded.terms, note = excluded.note, created = excluded.created`,
		string(id), string(st.r.ID), string(kept), note, db.Ms(st.tx.Now()))
}

// keptProposal is a row of proposal, its note still sealed.
type keptProposal struct {
	Proposed
	note []byte
}

func scanProposal(row db.Row) (k keptProposal, err error) {
	var kept string
	var at int64
	if err := row.Scan(&k.Offer, &k.By.Kind, &k.By.ID, &k.By.Name, &k.Usual, &k.Km, &kept, &k.note, &at); err != nil {
		return k, err
	}
	var t terms
	err = json.Unmarshal([]byte(kept), &t)
	k.Start, k.Days, k.Acts, k.Coming, k.At = db.At(t.Start), t.Days, t.Acts, t.Coming, db.At(at)
	return k, err
}

// proposals reads those that wait in the current round of r, the first made first. note
// tells whose note is opened.
func (s *Service) proposals(tx *db.Tx, r Request, note func(Proposed) bool) ([]Proposed, error) {
	kept, err := db.All(tx, scanProposal, `SELECT o.id, o.recipient_kind, o.recipient, o.recipient_name, o.usual, o.km, p.terms, p.note, p.created
		FROM proposal p JOIN offer o ON o.id = p.offer WHERE o.dispatch = $1 AND o.state = 'proposed' ORDER BY p.created, o.id`, string(r.Dispatch))
	if err != nil {
		return nil, err
	}
	var out []Proposed
	for _, k := range kept {
		k.Left = k.left(r)
		if note(k.Proposed) {
			plain, err := s.vault.Open(tx, string(r.Patient), notePlace(k.Offer), k.note)
			if err != nil {
				return nil, err
			}
			k.Note = string(plain)
		}
		out = append(out, k.Proposed)
	}
	return out, nil
}

// readProposals reads what waits in the round, for who may read it: the requester and the
// desk all of it, the notes only where the motive is open; whoever proposed, his own.
func (s *Service) readProposals(tx *db.Tx, st *step, sight Sight) ([]Proposed, error) {
	if st.r.State != Searching {
		return nil, nil
	}
	all := st.rel.Requester || st.rel.Supervisor || st.rel.Operator
	mine := func(p Proposed) bool { return p.Offer == st.rel.Offer }
	found, err := s.proposals(tx, st.r, func(p Proposed) bool { return mine(p) || all && sight.Motive })
	return slices.DeleteFunc(found, func(p Proposed) bool { return !all && !mine(p) }), err
}
