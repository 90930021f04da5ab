package request

import (
	"strings"

	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// rounds reads the searches of a request with whom each asked, the latest first.
func (s *Service) rounds(tx *db.Tx, r Request, sight Sight) ([]RoundSheet, error) {
	all, err := roundsOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	var out []RoundSheet
	for i := len(all) - 1; i >= 0; i-- {
		d := all[i]
		offers, err := offersOf(tx, d.ID)
		if err != nil {
			return nil, err
		}
		reach, err := s.notify.Reach(tx, string(d.ID))
		if err != nil {
			return nil, err
		}
		reasons, err := reasonsOf(tx, d.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, RoundSheet{Round: d, Counts: countRound(offers, reach), Resources: resources(offers, reach, reasons, sight)})
	}
	return out, nil
}

func countRound(offers []Offer, reach []notify.Reached) RoundCounts {
	c := notify.CountReach(reach)
	out := RoundCounts{Asked: len(offers), Reached: c.Reached, Seen: c.Seen}
	for _, o := range offers {
		if o.State == OfferDeclined {
			out.Declined++
		}
	}
	return out
}

func reasonsOf(tx *db.Tx, id DispatchID) ([]Resource, error) {
	return db.All(tx, func(row db.Row) (r Resource, err error) {
		return r, row.Scan(&r.Who.ID, &r.Who.Name, &r.Verdict, &r.Wave, &r.Usual, &r.Km, &r.Replaces)
	}, `SELECT subject, name, verdict, wave, usual, km, replaces FROM dispatch_reason WHERE dispatch = $1 ORDER BY CASE WHEN wave > 0 THEN wave ELSE 1000 END, km, subject`, string(id))
}

// resources joins who was asked with how he was reached and what he answered, and adds
// the people considered and not asked. Answers stay empty unless sight opens them.
func resources(offers []Offer, reach []notify.Reached, considered []Resource, sight Sight) []Resource {
	reached := make(map[string]notify.State, len(reach))
	for _, r := range reach {
		reached[r.Subject.ID] = r.State
	}
	asked := make(map[string]bool, len(offers))
	var out []Resource
	for _, o := range offers {
		asked[o.To.ID] = true
		r := Resource{Who: o.To, Verdict: VerdictAsked, Wave: o.Wave, Usual: o.Usual, Replaces: o.Replaces, Km: o.Km, Asked: o.Asked}
		if sight.Answers {
			r.Answer, r.Answered, r.Reason, r.Reached, r.Why = o.State, o.Decided, o.Reason, reached[o.To.ID], o.Why
		}
		out = append(out, r)
	}
	for _, r := range considered {
		if !asked[r.Who.ID] && (sight.Answers || r.Wave > 0) {
			r.Who.Kind = directory.KindProfessional
			out = append(out, r)
		}
	}
	return out
}

// prefixed puts an alias before each column of a list.
func prefixed(alias, columns string) string {
	parts := strings.Split(columns, ",")
	for i, c := range parts {
		parts[i] = alias + "." + strings.TrimSpace(c)
	}
	return strings.Join(parts, ", ")
}
