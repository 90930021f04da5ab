package notify

import (
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// CloseRound cancels, in the transaction that closes the round, every solicitation of
// dispatch that is not in hand, and forbids new ones. It may be called twice.
func (s *Service) CloseRound(tx *db.Tx, dispatch string) (err error) {
	defer fault.Wrap(&err, "close round %s", dispatch)
	n, err := tx.Exec(`INSERT INTO closed_round (dispatch, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, dispatch, db.Ms(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	// Their jobs are left to find it out: an attempt that a dead node left unfinished
	// still has to be settled by its own.
	return tx.Write(`UPDATE delivery SET state = CASE WHEN unknowns > 0 THEN $1 ELSE $2 END WHERE dispatch = $3 AND dispatch <> '' AND solicits = $4
		AND (state IN ($5, $6) OR channel = $7 AND state = $8)`,
		string(Unknown), string(Cancelled), dispatch, true, string(Queued), string(Held), InboxChannel, string(Delivered))
}

// ToldOf lists, in the order they were told, the subjects to whom a solicitation of
// dispatch went out, is going out, or was shown: those to be told that it is taken or
// cancelled. The transaction that closes the round calls it after CloseRound: a send
// that begins before the closing would be missed earlier.
func (s *Service) ToldOf(tx *db.Tx, dispatch string) ([]Subject, error) {
	return db.All(tx, scanSubject, `SELECT subject_kind, subject FROM delivery WHERE dispatch = $1 AND dispatch <> '' AND solicits = $2
		AND (state IN ($3, $4, $5, $6) OR unknowns > 0 OR seen > 0) AND (channel <> $7 OR seen > 0)
		GROUP BY subject_kind, subject ORDER BY MIN(id)`,
		dispatch, true, string(Sending), string(Sent), string(Delivered), string(Unknown), InboxChannel)
}

func scanSubject(r db.Row) (s Subject, err error) {
	err = r.Scan(&s.Kind, &s.ID)
	return s, err
}

// CloseOffer cancels every solicitation of a round to one subject that is not in hand:
// he is asked no more, the others still are.
func (s *Service) CloseOffer(tx *db.Tx, dispatch string, subject Subject) (err error) {
	defer fault.Wrap(&err, "close the offer of round %s", dispatch)
	return tx.Write(`UPDATE delivery SET state = CASE WHEN unknowns > 0 THEN $1 ELSE $2 END WHERE dispatch = $3 AND dispatch <> '' AND solicits = $4 AND subject_kind = $5 AND subject = $6
		AND (state IN ($7, $8) OR channel = $9 AND state = $10)`,
		string(Unknown), string(Cancelled), dispatch, true, subject.Kind, subject.ID, string(Queued), string(Held), InboxChannel, string(Delivered))
}
