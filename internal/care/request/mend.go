package request

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// DeadlineJob is the kind of the promise that ends a search, its key the round.
const DeadlineJob = jobDeadline

// Mend makes anew what an open search has lost: the promise of its deadline, and the
// messages of people who are asked and whom none tells. It leaves an audit line when
// it did. A search that is over, or lacks nothing, is left alone.
func (s *Service) Mend(ctx context.Context, id DispatchID) (err error) {
	defer fault.Wrap(&err, "mend round %s", id)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		st, d, ok, err := s.resumeRound(tx, id)
		if err != nil || !ok {
			return err
		}
		promised, err := db.One(tx, "request.not_found", db.Value[int64], `SELECT count(*) FROM job WHERE key = $1 AND kind = $2 AND state IN ($3, $4)`,
			string(id), jobDeadline, string(queue.Waiting), string(queue.Leased))
		if err != nil {
			return err
		}
		silent, err := st.silent(id)
		if err != nil || promised > 0 && len(silent) == 0 {
			return err
		}
		if promised == 0 {
			if err := s.queue.Promise(tx, jobDeadline, string(id), d.ReplyBy, nil); err != nil {
				return err
			}
		}
		if err := st.tellOffers(d, silent); err != nil {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "request.mended", Object: "request", ObjectID: string(st.r.ID), Patient: string(st.r.Patient), Request: string(st.r.ID)})
	})
}

// silent lists the offers of a round that wait for an answer and whom no message tells.
func (st *step) silent(id DispatchID) ([]Offer, error) {
	told, err := db.All(st.tx, db.Value[OfferID], `SELECT offer FROM delivery WHERE dispatch = $1 AND dispatch <> ''`, string(id))
	if err != nil {
		return nil, err
	}
	offers, err := offersOf(st.tx, id)
	return slices.DeleteFunc(offers, func(o Offer) bool { return o.State != OfferPending || slices.Contains(told, o.ID) }), err
}
