package request

import (
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// restingActs are those that a request nobody took waits for, as long as it may be tried again.
var restingActs = []Act{ActRetry, ActPlace, ActWaitlist}

// ReadOnly tells whether a request in a state can only be read at now: nobody has taken
// it since then, and the time to try again is over. It may still be cancelled, or marked as an error.
func ReadOnly(s State, since, now time.Time, within time.Duration) bool {
	return s == Unfilled && !since.IsZero() && !now.Before(since.Add(within))
}

// ActsLeft returns acts without those that a request which can only be read no longer takes.
func ActsLeft(acts []Act, readOnly bool) []Act {
	if !readOnly {
		return acts
	}
	return slices.DeleteFunc(slices.Clone(acts), func(a Act) bool { return slices.Contains(restingActs, a) })
}

// readOnly tells it of r: nobody had taken it at the end of its last search.
func readOnly(tx *db.Tx, r Request, s territory.Settings) (bool, error) {
	if r.State != Unfilled {
		return false, nil
	}
	since := r.Created
	if r.Dispatch != "" {
		d, err := readRound(tx, r.Dispatch)
		if err != nil {
			return false, err
		}
		if !d.Closed.IsZero() {
			since = d.Closed
		}
	}
	return ReadOnly(r.State, since, tx.Now(), s.ReadOnly), nil
}

// mayStillTry refuses to search again, to place and to waitlist what can only be read.
func (st *step) mayStillTry() error {
	if !slices.Contains(restingActs, st.act) {
		return nil
	}
	over, err := readOnly(st.tx, st.r, st.settings)
	if err == nil && over {
		err = fault.Conflict("request.read_only")
	}
	return err
}
