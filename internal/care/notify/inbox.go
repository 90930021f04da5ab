package notify

import (
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/infra/db"
)

// Page asks for a part of an inbox, newest first.
type Page struct {
	Before DeliveryID // entries older than this one; empty for the newest
	Limit  int        // 1 to 100; 30 when zero
}

// Entry is one line of an inbox.
type Entry struct {
	ID      DeliveryID
	Subject Subject
	At      time.Time
	Topic   Topic
	Request string
	Offer   string
	Urgent  bool
	Seen    bool
	params  string
}

// Words says the entry in the language of p.
func (e Entry) Words(p *i18n.Printer) Words {
	params, err := decodeParams(e.params)
	if err != nil {
		params = nil // the general sentence still leads to the request
	}
	return words(p, InboxChannel, e.Topic, params, "", e.Request)
}

// Inbox reads what subjects were told, newest first: a person, and the structures he
// answers for. Withdrawn solicitations are not shown. It never checks who asks.
func (s *Service) Inbox(tx *db.Tx, page Page, subjects ...Subject) ([]Entry, error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	limit := page.Limit
	if limit <= 0 {
		limit = 30
	}
	args := append(ids(subjects), InboxChannel, string(Cancelled), int64(min(limit, 100)))
	n := len(subjects)
	where := ""
	if page.Before != "" {
		args = append(args, string(page.Before))
		where = ` AND id < ` + arg(n+4)
	}
	return db.All(tx, scanEntry, `SELECT id, subject_kind, subject, created, topic, request, offer, urgent, seen, params FROM delivery
		WHERE subject IN `+db.In(1, n)+` AND channel = `+arg(n+1)+` AND state <> `+arg(n+2)+where+` ORDER BY id DESC LIMIT `+arg(n+3), args...)
}

func scanEntry(r db.Row) (e Entry, err error) {
	var at, seen int64
	err = r.Scan(&e.ID, &e.Subject.Kind, &e.Subject.ID, &at, &e.Topic, &e.Request, &e.Offer, &e.Urgent, &seen, &e.params)
	e.At, e.Seen = db.At(at), seen > 0
	return e, err
}

// EntryOf reads one inbox entry of one of subjects; not found when it is somebody else's.
func (s *Service) EntryOf(tx *db.Tx, id DeliveryID, subjects ...Subject) (Entry, error) {
	if len(subjects) == 0 {
		return Entry{}, fault.NotFound("notify.unknown")
	}
	n := len(subjects)
	return db.One(tx, "notify.unknown", scanEntry, `SELECT id, subject_kind, subject, created, topic, request, offer, urgent, seen, params
		FROM delivery WHERE subject IN `+db.In(1, n)+` AND channel = `+arg(n+1)+` AND id = `+arg(n+2),
		append(ids(subjects), InboxChannel, string(id))...)
}

// Entries reads several inbox entries of one subject, by their ids; those that are
// somebody else's are left out. It never checks who asks.
func (s *Service) Entries(tx *db.Tx, subject Subject, list []DeliveryID) (map[DeliveryID]Entry, error) {
	out := map[DeliveryID]Entry{}
	if len(list) == 0 {
		return out, nil
	}
	all, err := db.All(tx, scanEntry, `SELECT id, subject_kind, subject, created, topic, request, offer, urgent, seen, params FROM delivery
		WHERE subject = $1 AND channel = $2 AND id IN `+db.In(3, len(list)), append([]any{subject.ID, InboxChannel}, db.Args(list)...)...)
	for _, e := range all {
		out[e.ID] = e
	}
	return out, err
}

// Unread counts the inbox entries nobody has seen.
func (s *Service) Unread(tx *db.Tx, subjects ...Subject) (int, error) {
	if len(subjects) == 0 {
		return 0, nil
	}
	n, _, err := db.Find(tx, db.Value[int64], `SELECT COUNT(*) FROM delivery WHERE subject IN `+db.In(1, len(subjects))+
		` AND channel = 'inbox' AND state = 'delivered'`, ids(subjects)...)
	return int(n), err
}

func ids(subjects []Subject) []any {
	out := make([]any, len(subjects))
	for i, s := range subjects {
		out[i] = s.ID
	}
	return out
}
