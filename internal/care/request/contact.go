package request

import (
	"context"
	"strconv"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// NextDetail is where an act keeps the visit it agreed, in milliseconds.
const NextDetail = "next"

// Contact says that the patient was reached and that the first visit is agreed for
// next. It may be said again when they agree otherwise.
func (s *Service) Contact(ctx context.Context, id ID, next time.Time) (r Request, err error) {
	defer fault.Wrap(&err, "contact for request %s", id)
	return s.do(ctx, id, ActContact, func(tx *db.Tx) (Request, error) { return s.ContactIn(tx, id, next) })
}

// ContactIn is Contact inside the caller's transaction.
func (s *Service) ContactIn(tx *db.Tx, id ID, next time.Time) (Request, error) {
	if next.IsZero() {
		return Request{}, fault.Invalid("request.next_needed", "next")
	}
	if err := checkNext(next, tx.Now()); err != nil {
		return Request{}, err
	}
	return s.perform(tx, id, ActContact, func(st *step) error {
		st.r.NextVisit = next
		st.done.Detail = map[string]string{NextDetail: strconv.FormatInt(db.Ms(next), 10)}
		if err := st.watchCommitment(); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestContact)
	})
}

// Next is the visit the act agreed; zero when it agreed none.
func (a Done) Next() time.Time {
	ms, err := strconv.ParseInt(a.Detail[NextDetail], 10, 64)
	if err != nil {
		return time.Time{} // an act without one
	}
	return db.At(ms)
}

// checkNext wants a next visit, when there is one, that is to come and not too far.
func checkNext(next, now time.Time) error {
	var l fault.List
	if !next.IsZero() && next.Before(now) {
		l.Add(fault.Invalid("request.next_past", "next"))
	}
	if next.After(now.Add(maxAhead)) {
		l.Add(fault.Invalid("request.start_far", "next"))
	}
	return l.Err()
}
