package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Waitlist keeps an unfilled request until somebody can be found: it rests there, with
// the reason nobody took it, until it is searched again, placed or cancelled.
func (s *Service) Waitlist(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "put request %s on the waiting list", id)
	return s.do(ctx, id, ActWaitlist, func(tx *db.Tx) (Request, error) { return s.WaitlistIn(tx, id) })
}

// WaitlistIn is Waitlist inside the caller's transaction.
func (s *Service) WaitlistIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActWaitlist, func(st *step) error {
		if st.rel.Requester {
			return st.tellDesk(notify.RequestWaitlisted)
		}
		return st.tellRequester(notify.RequestWaitlisted)
	})
}
