package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

// computed are the reasons of an unfilled request that only a search can have.
var computed = []nomenclature.ReasonCode{nomenclature.NobodyMatches, nomenclature.NobodyAvailable, nomenclature.AllDeclined, nomenclature.NoAnswer}

// HandBackReasons are those a provider may give for handing a request back.
func HandBackReasons() []nomenclature.Reason {
	return slices.DeleteFunc(nomenclature.Reasons(nomenclature.UnfilledReasons), func(r nomenclature.Reason) bool { return slices.Contains(computed, r.Code) })
}

// HandBack says that an accepted request cannot be taken in charge after all (EA-094):
// its round failed, for a reason of HandBackReasons, and no search follows by itself.
// The desk and the requester are told as when nobody came.
func (s *Service) HandBack(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "hand back request %s", id)
	return s.do(ctx, id, ActHandBack, func(tx *db.Tx) (Request, error) { return s.HandBackIn(tx, id, reason) })
}

// HandBackIn is HandBack inside the caller's transaction.
func (s *Service) HandBackIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.UnfilledReasons, reason) || slices.Contains(computed, nomenclature.ReasonCode(reason)) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.perform(tx, id, ActHandBack, func(st *step) error {
		if err := moveRound(tx, st.r.Dispatch, RoundTaken, RoundFailed, reason); err != nil {
			return err
		}
		// When it was accepted stays: it is part of how long the patient has waited.
		st.r.Reason, st.r.Provider, st.r.NextVisit, st.done.Reason = reason, Who{}, time.Time{}, reason
		if err := s.queue.Announce(tx, NewsUnfilled, string(id)); err != nil {
			return err
		}
		return st.tellUnfilled()
	})
}
