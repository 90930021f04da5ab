package request

import (
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// unreached hears that somebody who was asked has no way left to be told. When that is so of
// everybody asked so far who has not answered, waiting for them is waiting for nobody: the
// next wave opens at once, and when there is none the desk is told, once.
func (s *Service) unreached(tx *db.Tx, offer string) error {
	o, found, err := db.Find(tx, scanOffer, `SELECT `+offerColumns+` FROM offer WHERE id = $1`, offer)
	if err != nil || !found || o.State != OfferPending {
		return err
	}
	r, err := load(tx, o.Request)
	if err != nil || r.State != Searching || r.Dispatch != o.Dispatch {
		return err
	}
	heard, err := s.somebodyMayHear(tx, o.Dispatch)
	if err != nil || heard {
		return err
	}
	d, err := readRound(tx, o.Dispatch)
	if err != nil {
		return err
	}
	st, err := s.begin(tx, r, system, ActWiden)
	if err != nil {
		return err
	}
	if d.Wave < d.Waves {
		return st.bringForward(d)
	}
	if d.Planned.Unreached {
		return nil
	}
	d.Planned.Unreached = true
	if err := replan(tx, d); err != nil {
		return err
	}
	return st.tellDesk(notify.RequestUnreached)
}

// somebodyMayHear tells whether one of those asked in a round, who has not answered, was told
// or may still be.
func (s *Service) somebodyMayHear(tx *db.Tx, id DispatchID) (bool, error) {
	offers, err := offersOf(tx, id)
	if err != nil {
		return false, err
	}
	waiting := map[directory.Subject]bool{}
	for _, o := range offers {
		if o.State == OfferProposed {
			return true, nil // the requester has an answer to give
		}
		waiting[o.To.Subject] = o.State == OfferPending
	}
	told, err := s.notify.Reach(tx, string(id))
	for _, t := range told {
		subject := directory.Subject{Kind: directory.Kind(t.Subject.Kind), ID: t.Subject.ID}
		if waiting[subject] && !t.Lost() {
			return true, nil
		}
	}
	return false, err
}
