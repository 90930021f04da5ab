package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// undone is the reason of a round whose acceptance was undone. It tells it from a
// release, which is counted and leaves the releaser out of the next round.
const undone = string(ActUndo)

// Undo takes an acceptance back within the territory's time for it, as long as nothing
// followed it: no contact, no start, no message. A new round asks everyone again, for
// what was asked before a proposal was retained.
func (s *Service) Undo(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "undo acceptance of request %s", id)
	return s.do(ctx, id, ActUndo, func(tx *db.Tx) (Request, error) { return s.UndoIn(tx, id) })
}

// UndoIn is Undo inside the caller's transaction.
func (s *Service) UndoIn(tx *db.Tx, id ID) (Request, error) {
	var st *step
	r, err := s.perform(tx, id, ActUndo, func(step *step) error {
		st = step
		until, err := undoUntil(tx, st.r, st.settings)
		if err != nil {
			return err
		}
		if until.IsZero() {
			return fault.Conflict("request.undo_late")
		}
		if err := moveRound(tx, st.r.Dispatch, RoundTaken, RoundReleased, undone); err != nil {
			return err
		}
		if err := st.askAsBefore(); err != nil {
			return err
		}
		if err := st.reschedule(time.Time{}); err != nil {
			return err
		}
		if err := st.openRound(nil); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestUndone)
	})
	if err != nil {
		return r, err
	}
	return st.exhaustIfNobody()
}

// undoUntil is until when the acceptance of r may be undone; zero when it may not.
func undoUntil(tx *db.Tx, r Request, s territory.Settings) (time.Time, error) {
	until := r.AcceptedAt.Add(s.Undo)
	if r.AcceptedAt.IsZero() || !tx.Now().Before(until) {
		return time.Time{}, nil
	}
	since := db.Ms(r.AcceptedAt)
	n, err := db.One(tx, "request.not_found", db.Value[int64], `SELECT (SELECT count(*) FROM thread_message WHERE request = $1 AND created >= $2)
		+ (SELECT count(*) FROM request_act WHERE request = $1 AND at >= $2 AND act IN ('contact', 'start', 'agree_hand_over'))`, string(r.ID), since)
	if err != nil || n > 0 {
		return time.Time{}, err
	}
	return until, nil
}
