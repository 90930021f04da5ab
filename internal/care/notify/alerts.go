package notify

import (
	"slices"
	"time"

	"entractes/internal/infra/db"
)

// alertChunk is how many subjects one query names.
const alertChunk = 300

// Alerts counts the solicitations that left the house for subject since an instant: the
// figure shown to a person.
func (s *Service) Alerts(tx *db.Tx, subject Subject, since time.Time) (int, error) {
	n, _, err := db.Find(tx, db.Value[int64], `SELECT COUNT(DISTINCT notice) FROM delivery
		WHERE subject = $1 AND channel IN ($2, $3, $4, $5) AND sent >= $6 AND solicits = $7`,
		subject.ID, PushChannel, SMSChannel, MailChannel, VoiceChannel, db.Ms(since), true)
	return int(n), err
}

// AlertsAhead counts, for each of subjects, the solicitations that ring between two instants:
// those that have left, and those about to. It is what a daily cap reads. Those of one round
// are left out: the round that asks does not count against itself.
func (s *Service) AlertsAhead(tx *db.Tx, from, to time.Time, subjects []string, without string) (map[string]int, error) {
	type counted struct {
		subject string
		n       int64
	}
	out := make(map[string]int, len(subjects))
	for ids := range slices.Chunk(subjects, alertChunk) {
		args := []any{db.Ms(from), db.Ms(to), true, without, PushChannel, SMSChannel, MailChannel, VoiceChannel}
		args = append(args, db.Args(ids)...)
		all, err := db.All(tx, func(r db.Row) (c counted, err error) { return c, r.Scan(&c.subject, &c.n) },
			`SELECT subject, COUNT(DISTINCT notice) FROM delivery WHERE subject IN `+db.In(9, len(ids))+` AND channel IN ($5, $6, $7, $8)
			AND solicits = $3 AND dispatch <> $4 AND state IN ('queued', 'sending', 'sent', 'delivered', 'seen', 'unknown')
			AND CASE WHEN sent > 0 THEN sent ELSE not_before END >= $1 AND CASE WHEN sent > 0 THEN sent ELSE not_before END < $2 GROUP BY subject`, args...)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			out[c.subject] = int(c.n)
		}
	}
	return out, nil
}
