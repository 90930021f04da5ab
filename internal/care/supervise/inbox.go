package supervise

import (
	"cmp"
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// Item is one request that concerns a service, as its shared inbox keeps it: what was told
// of it last, who of the service has read that, and who looks after it. It holds nothing nominative.
type Item struct {
	Request request.ID
	State   request.State
	// ReplyBy is set while the service is asked and has not answered.
	ReplyBy time.Time
	// Last is what the service was told last; its ID is empty when it was told nothing.
	Last notify.Entry
	// At is when something last happened that concerns the service.
	At time.Time
	// Unread counts what nobody of the service has read.
	Unread int
	Owner  Owner
	// Readers are those who opened the request since Last.
	Readers []Reading
}

// Waiting tells whether the service has something to answer.
func (i Item) Waiting() bool { return !i.ReplyBy.IsZero() }

// Inbox is what concerns a service: what it is asked first, then what nobody has read, the latest first.
type Inbox struct {
	Now        time.Time
	Reader     string
	Items      []Item
	Colleagues []Colleague
	// Unread, Mine and Nobody count the items, whatever is shown.
	All, Unread, Mine, Nobody int
}

// InboxFilter keeps a part of the inbox.
type InboxFilter string

// The parts.
const (
	InboxAll    InboxFilter = ""
	InboxUnread InboxFilter = "unread"
	InboxMine   InboxFilter = "mine"
	InboxNobody InboxFilter = "nobody"
)

// inboxMost bounds the items of an inbox, and inboxRecent how long what has ended stays in it.
const (
	inboxMost   = 100
	inboxRecent = 7 * 24 * time.Hour
)

// ReadInbox reads the shared inbox of the service of whoever asks: one for all who work
// there. For anybody else, and for the desk, it does not exist.
func (s *Service) ReadInbox(ctx context.Context, keep InboxFilter) (box Inbox, err error) {
	defer fault.Wrap(&err, "inbox of a service")
	who, within, err := teamOf(ctx)
	if err != nil {
		return box, err
	}
	if within.service == "" {
		return box, fault.NotFound("page")
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		box = Inbox{Now: tx.Now(), Reader: who.Account}
		if box.Colleagues, err = colleagues(tx, within); err != nil {
			return err
		}
		items, err := s.items(tx, within)
		if err != nil {
			return err
		}
		box.sort(items, keep)
		return nil
	})
	return box, err
}

// sort counts the items, keeps a part of them and puts them in order.
func (b *Inbox) sort(items []Item, keep InboxFilter) {
	for _, i := range items {
		mine, nobody := i.Owner.Account == b.Reader, i.Owner.Nobody()
		b.All++
		if i.Unread > 0 {
			b.Unread++
		}
		if mine {
			b.Mine++
		}
		if nobody {
			b.Nobody++
		}
		if keep == InboxAll || keep == InboxUnread && i.Unread > 0 || keep == InboxMine && mine || keep == InboxNobody && nobody {
			b.Items = append(b.Items, i)
		}
	}
	rank := func(i Item) int {
		switch {
		case i.Waiting():
			return 0
		case i.Unread > 0:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(b.Items, func(x, y Item) int {
		if c := cmp.Compare(rank(x), rank(y)); c != 0 {
			return c
		}
		if x.Waiting() {
			return x.ReplyBy.Compare(y.ReplyBy)
		}
		return y.At.Compare(x.At)
	})
}

// inboxText finds what concerns the service $1: what it asks or carries and is alive,
// what it is asked, and what it was told since $2 or has not read. What it has put away is out until something new comes, drafts and errors always are.
const inboxText = `SELECT r.id, r.state, r.created, r.territory,
		COALESCE((SELECT r.reply_by FROM offer o WHERE o.dispatch = r.dispatch AND o.recipient = $1 AND o.state = 'pending' AND r.state = 'searching'), 0)
	FROM request r WHERE r.id IN (
		SELECT id FROM (SELECT id FROM request WHERE service = $1 AND service <> '' AND state IN ('searching', 'accepted', 'started', 'suspended', 'unfilled', 'waitlisted') AND archived = FALSE ORDER BY created DESC LIMIT $3) a
		UNION SELECT id FROM (SELECT id FROM request WHERE provider = $1 AND provider <> '' AND state IN ('accepted', 'started', 'suspended') ORDER BY id DESC LIMIT $3) c
		UNION SELECT id FROM (SELECT request AS id FROM offer WHERE recipient = $1 AND state = 'pending' AND asked > 0 ORDER BY asked DESC LIMIT $3) asked
		UNION SELECT id FROM (SELECT request AS id FROM delivery WHERE subject = $1 AND channel = 'inbox' AND state <> 'cancelled' AND request <> '' AND created >= $2 ORDER BY created DESC LIMIT $4) d
		UNION SELECT id FROM (SELECT request AS id FROM delivery WHERE subject = $1 AND channel = 'inbox' AND state = 'delivered' AND request <> '' ORDER BY created DESC LIMIT $4) u)
	AND r.state NOT IN ('draft', 'entered_in_error')
	AND (COALESCE((SELECT h.archived FROM request_shelf h WHERE h.request = r.id AND h.holder = $1), r.archived) = FALSE
		OR EXISTS (SELECT 1 FROM delivery n WHERE n.subject = $1 AND n.request = r.id AND n.channel = 'inbox' AND n.state = 'delivered'))
	ORDER BY r.created DESC, r.id DESC LIMIT $5`

// items reads what concerns a service, with what goes with it, in a number of queries that does not depend on it.
func (s *Service) items(tx *db.Tx, within scope) ([]Item, error) {
	const told = 5 // entries a request has, more or less
	var territories []string
	items, err := db.All(tx, func(r db.Row) (i Item, err error) {
		var created, reply int64
		var of string
		err = r.Scan(&i.Request, &i.State, &created, &of, &reply)
		i.At, i.ReplyBy = db.At(created), db.At(reply)
		territories = append(territories, of)
		return i, err
	}, inboxText, within.service, db.Ms(tx.Now().Add(-inboxRecent)), int64(inboxMost), int64(inboxMost*told), int64(inboxMost))
	if err != nil || len(items) == 0 {
		return nil, err
	}
	ids := make([]request.ID, len(items))
	for n, i := range items {
		ids[n] = i.Request
	}
	if err := s.told(tx, within, ids, items); err != nil {
		return nil, err
	}
	settings, _, err := rulesOf(tx, territories[0])
	if err != nil {
		return nil, err
	}
	had, err := owners(tx, within, ids, settings.OwnerStale)
	for n, i := range items {
		items[n].Owner = had[i.Request]
	}
	if err != nil {
		return nil, err
	}
	return items, readers(tx, within, ids, items)
}

// told fills what the service was told last of each request, and how much of it nobody has read.
func (s *Service) told(tx *db.Tx, within scope, ids []request.ID, items []Item) error {
	type count struct {
		last   notify.DeliveryID
		unread int
	}
	counts := map[request.ID]count{}
	subject := notify.Subject{Kind: notify.Structure, ID: within.service}
	var last []notify.DeliveryID
	_, err := db.All(tx, func(r db.Row) (c count, err error) {
		var id request.ID
		err = r.Scan(&id, &c.last, &c.unread)
		counts[id] = c
		last = append(last, c.last)
		return c, err
	}, `SELECT request, max(id), COALESCE(sum(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END), 0) FROM delivery
		WHERE subject = $1 AND channel = 'inbox' AND state <> 'cancelled' AND request IN `+db.In(2, len(ids))+` GROUP BY request`, append([]any{within.service}, db.Args(ids)...)...)
	if err != nil {
		return err
	}
	entries, err := s.notify.Entries(tx, subject, last)
	for n, i := range items {
		c := counts[i.Request]
		items[n].Unread, items[n].Last = c.unread, entries[c.last]
		if e, ok := entries[c.last]; ok && e.At.After(i.At) {
			items[n].At = e.At
		}
	}
	return err
}

// readers fills who of the service opened each request since it was last told of it.
func readers(tx *db.Tx, within scope, ids []request.ID, items []Item) error {
	at := map[request.ID]int{}
	for n, i := range items {
		at[i.Request] = n
	}
	_, err := db.All(tx, func(r db.Row) (v Reading, err error) {
		var id request.ID
		var ms int64
		err = r.Scan(&id, &v.Account, &v.Name, &ms)
		v.At = db.At(ms)
		if n, ok := at[id]; ok && !v.At.Before(items[n].At) {
			items[n].Readers = append(items[n].Readers, v)
		}
		return v, err
	}, `SELECT request, account, name, at FROM inbox_reading WHERE service = $1 AND request IN `+db.In(2, len(ids))+` ORDER BY request, at, account`, append([]any{within.service}, db.Args(ids)...)...)
	return err
}

// ReadItem notes that the actor has opened a request which concerns his service. For
// somebody without a service, and for a request that is none of its business, it does nothing.
func (s *Service) ReadItem(ctx context.Context, id request.ID) (err error) {
	defer fault.Wrap(&err, "read item %s", id)
	who, within, err := teamOf(ctx)
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		return nil // who has no service reads nothing for one
	}
	if err != nil || within.service == "" {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := within.concerns(tx, id); err != nil {
			return err
		}
		err := tx.Write(`INSERT INTO inbox_reading (service, request, account, name, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (service, request, account) DO UPDATE SET at = excluded.at, name = excluded.name`, within.service, string(id), who.Account, who.Name, db.Ms(tx.Now()))
		s.hub.Touch(tx, within.topic())
		return err
	})
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		return nil // it is none of its business
	}
	return err
}
