package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// undone is the reason of a round whose acceptance was undone. It tells it from a
// release, which is counted and leaves the releaser out of the next round.
const undone = string(ActUndo)

// Undo takes an acceptance back within the territory's time for it, as long as nothing
// followed it: no contact, no start, no message. A new round asks everyone again.
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
		+ (SELECT count(*) FROM request_act WHERE request = $1 AND at >= $2 AND act IN ('contact', 'start'))`, string(r.ID), since)
	if err != nil || n > 0 {
		return time.Time{}, err
	}
	return until, nil
}

// offered lists what parties may do now: what the table allows, save an acceptance that
// may no longer be undone, and who comes for a person, who comes himself. until is when that ends.
func offered(tx *db.Tx, r Request, s territory.Settings, parties []Party) (acts []Act, until time.Time, err error) {
	acts = ActsAllowed(r.State, parties...)
	if r.Provider.Kind != directory.KindStructure {
		acts = slices.DeleteFunc(acts, func(a Act) bool { return a == ActNameComing }) // a person comes himself
	}
	if !slices.Contains(acts, ActUndo) {
		return acts, until, nil
	}
	if until, err = undoUntil(tx, r, s); until.IsZero() {
		acts = slices.DeleteFunc(acts, func(a Act) bool { return a == ActUndo })
	}
	return acts, until, err
}
