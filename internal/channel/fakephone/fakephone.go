// Package fakephone is what a demonstration carries instead of telephones and
// mailboxes: whatever would have left the house is kept here and shown on a page, so
// that one person can play all the parts. Nothing leaves, and nothing is lost by a restart.
package fakephone

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
)

// Hint is the live topic touched when a message arrives on any fake phone.
const Hint = "phones"

// Kept is how many messages of one target Forget keeps.
const Kept = 50

// Phones plays one channel. It may be used concurrently.
type Phones struct {
	db      *db.DB
	hub     *live.Hub
	channel string
}

var (
	_ notify.Channel  = (*Phones)(nil)
	_ notify.Repeater = (*Phones)(nil)
	_ notify.Secured  = (*Phones)(nil)
)

// New returns the fake phones of channel, one of notify's channel names.
func New(d *db.DB, hub *live.Hub, channel string) *Phones {
	return &Phones{db: d, hub: hub, channel: channel}
}

// Name is the channel played.
func (p *Phones) Name() string { return p.channel }

// Repeats is true: a message given twice is kept once.
func (p *Phones) Repeats() bool { return true }

// SecureDomain is where the secure mailboxes of the demonstration are: in nobody's.
const SecureDomain = "mssante.example.org"

// Secure tells whether target is a secure mailbox, real or of the demonstration.
func (p *Phones) Secure(target string) bool {
	return p.channel == notify.SecureMailChannel && notify.SecureMailbox(target, append([]string{SecureDomain}, notify.SecureDomains...)...)
}

// Send keeps m on the phone it is for. It is delivered at once.
func (p *Phones) Send(ctx context.Context, m notify.Message) (_ notify.Receipt, err error) {
	defer fault.Wrap(&err, "fake %s", p.channel)
	file := notify.File{}
	if m.File != nil {
		file = *m.File
	}
	err = p.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO fake_message (id, channel, target, title, text, link, urgent, at, file_name, file)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
			string(m.ID), p.channel, m.Target, m.Subject, m.Text, m.Link, m.Urgent, db.Ms(tx.Now()), file.Name, file.Data)
		if err == nil && n > 0 {
			p.hub.Touch(tx, Hint)
		}
		return err
	})
	return notify.Receipt{ProviderID: string(m.ID), Delivered: err == nil}, err
}

// Message is one that a fake phone received.
type Message struct {
	ID      string
	Channel string
	Target  string
	Title   string
	Text    string
	Link    string
	Urgent  bool
	At      time.Time
	File    string // the name of what was enclosed, or empty
}

// FileOf returns what a message enclosed; nothing when it did not.
func FileOf(tx *db.Tx, message string) (notify.File, error) {
	return db.One(tx, "page", func(r db.Row) (f notify.File, err error) {
		err = r.Scan(&f.Name, &f.Data)
		return f, err
	}, `SELECT file_name, file FROM fake_message WHERE id = $1 AND file_name <> ''`, message)
}

// Target is one phone or mailbox that received something.
type Target struct {
	Channel string
	Target  string
	Count   int
	Last    time.Time
}

// Targets lists the phones and mailboxes that received something, the latest first.
func Targets(tx *db.Tx) ([]Target, error) {
	return db.All(tx, func(r db.Row) (t Target, err error) {
		var count, last int64
		err = r.Scan(&t.Channel, &t.Target, &count, &last)
		t.Count, t.Last = int(count), db.At(last)
		return t, err
	}, `SELECT channel, target, COUNT(*), MAX(at) FROM fake_message GROUP BY channel, target ORDER BY MAX(at) DESC, target, channel`)
}

// Messages lists what target received on any channel, newest first, at most limit.
func Messages(tx *db.Tx, target string, limit int) ([]Message, error) {
	return db.All(tx, scan, `SELECT id, channel, target, title, text, link, urgent, at, file_name FROM fake_message
		WHERE target = $1 ORDER BY at DESC, id DESC LIMIT $2`, target, int64(limit))
}

// Latest lists the latest messages of all phones, newest first, at most limit.
func Latest(tx *db.Tx, limit int) ([]Message, error) {
	return db.All(tx, scan, `SELECT id, channel, target, title, text, link, urgent, at, file_name FROM fake_message
		ORDER BY at DESC, id DESC LIMIT $1`, int64(limit))
}

// Forget removes all but the Kept latest messages of target.
func Forget(tx *db.Tx, target string) error {
	return tx.Write(`DELETE FROM fake_message WHERE target = $1 AND id NOT IN
		(SELECT id FROM fake_message WHERE target = $1 ORDER BY at DESC, id DESC LIMIT $2)`, target, int64(Kept))
}

func scan(r db.Row) (m Message, err error) {
	var at int64
	err = r.Scan(&m.ID, &m.Channel, &m.Target, &m.Title, &m.Text, &m.Link, &m.Urgent, &at, &m.File)
	m.At = db.At(at)
	return m, err
}
