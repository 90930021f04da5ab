package notify

import (
	"time"

	"entractes/internal/infra/db"
)

// Trace is one delivery about a request with its times, zero while they have not come.
type Trace struct {
	ID        DeliveryID
	Subject   Subject
	Channel   string
	Topic     Topic
	Solicits  bool
	Dispatch  string
	Letter    LetterID
	State     State
	Written   time.Time
	Sent      time.Time
	Delivered time.Time
	Seen      time.Time
	Reason    string
}

// Traces reads every delivery about request with its times, oldest first. It never checks who asks.
func (s *Service) Traces(tx *db.Tx, request string) ([]Trace, error) {
	return db.All(tx, func(r db.Row) (t Trace, err error) {
		var written, sent, delivered, seen int64
		err = r.Scan(&t.ID, &t.Subject.Kind, &t.Subject.ID, &t.Channel, &t.Topic, &t.Solicits, &t.Dispatch, &t.Letter, &t.State, &written, &sent, &delivered, &seen, &t.Reason)
		t.Written, t.Sent, t.Delivered, t.Seen = db.At(written), db.At(sent), db.At(delivered), db.At(seen)
		return t, err
	}, `SELECT id, subject_kind, subject, channel, topic, solicits, dispatch, letter, state, created, sent, delivered, seen, error
		FROM delivery WHERE request = $1 AND request <> '' ORDER BY id`, request)
}
