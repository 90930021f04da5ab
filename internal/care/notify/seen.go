package notify

import (
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Seen notes that subject opened request: whatever was told of it counts as seen, and
// what was still to leave about it stays. It may be called at each opening; it
// returns quickly when nothing is unseen.
func (s *Service) Seen(tx *db.Tx, subject Subject, request string) (err error) {
	defer fault.Wrap(&err, "mark %s as seen", request)
	// A delivery in the hands of a channel keeps its state until the channel answers.
	n, err := tx.Exec(`UPDATE delivery SET seen = $1, state = CASE
			WHEN state IN ($2, $3) THEN $4
			WHEN state IN ($5, $6, $7) THEN $8
			ELSE state END
		WHERE request = $9 AND subject = $10 AND seen = 0 AND state NOT IN ($11, $12) AND letter = ''`,
		db.Ms(tx.Now()), string(Queued), string(Held), string(Cancelled), string(Sent), string(Delivered), string(Unknown), string(Seen),
		request, subject.ID, string(Failed), string(Cancelled))
	if err == nil && n > 0 {
		s.hub.Touch(tx, subject.hint())
		s.hub.Touch(tx, "request:"+request)
	}
	return err
}

// SeenAll marks every entry of subject's inbox as seen, without claiming that he
// opened what they are about: fallbacks are kept.
func (s *Service) SeenAll(tx *db.Tx, subject Subject) (err error) {
	defer fault.Wrap(&err, "mark the inbox as seen")
	n, err := tx.Exec(`UPDATE delivery SET seen = $1, state = $2 WHERE subject = $3 AND channel = 'inbox' AND state = 'delivered'`,
		db.Ms(tx.Now()), string(Seen), subject.ID)
	if err == nil && n > 0 {
		s.hub.Touch(tx, subject.hint())
	}
	return err
}
