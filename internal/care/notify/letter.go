package notify

import (
	"context"
	"errors"
	"fmt"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// LetterID names a document on its way to somebody outside. Whoever keeps the document
// gives this name; here nothing else is known of it.
type LetterID string

// LetterOf gives a letter when it is about to leave by channel. It is called outside any
// transaction, once for each attempt. A letter that does not exist any more is a NotFound.
type LetterOf func(ctx context.Context, id LetterID, channel string) (Letter, error)

// Letter is what is enclosed, and where it goes. It is in memory only.
type Letter struct {
	Target string
	File   *File // nil by a channel that is not secure
}

// File is what a message encloses.
type File struct {
	Name string
	Type string
	Data []byte
}

// Posting is a letter to send.
type Posting struct {
	Letter    LetterID
	Territory string
	Subject   Subject
	Request   string
	// Secure and Mail tell which ways there are: the letter by a secure channel, and a
	// notice without content by ordinary mail, which leaves when the first fails.
	Secure, Mail bool
	Urgent       bool
	Quiet        []Quiet // when it may not ring
	Lang         string
}

// letterTopic is the topic of every delivery of a letter.
const letterTopic Topic = "letter"

// Post writes the deliveries of a letter and promises the first, in the caller's
// transaction. Without any way it does nothing.
func (s *Service) Post(tx *db.Tx, p Posting) (err error) {
	defer fault.Wrap(&err, "post letter %s", p.Letter)
	var ways []string
	if p.Secure {
		ways = append(ways, SecureMailChannel)
	}
	if p.Mail {
		ways = append(ways, MailChannel)
	}
	notice, leaves := ident.New[string](tx.Now()), Leaves(tx.Now(), p.Quiet)
	var rows []delivery
	for i, channel := range ways {
		d := delivery{
			id: ident.New[DeliveryID](tx.Now()), notice: notice, territory: p.Territory, subject: p.Subject, channel: channel, topic: letterTopic,
			request: p.Request, letter: p.Letter, rank: i + 1, params: "{}", urgent: p.Urgent, state: Held, notBefore: leaves, quiet: encodeQuiet(p.Quiet), created: tx.Now(), lang: p.Lang,
		}
		if i == 0 {
			d.state = Queued
		}
		rows = append(rows, d)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := insert(tx, rows); err != nil {
		return err
	}
	// The second leaves only when the first has failed: a letter is not seen here.
	return s.queue.PromiseAll(tx, kindOf(rows[0].channel), leaves, []queue.Item{{Key: string(rows[0].id), Args: sendJob{rows[0].id}}})
}

// Secure tells whether health data may be sent to an address from this house: it has a
// channel for them, which says so.
func (s *Service) Secure(address string) bool {
	c, ok := s.channels[SecureMailChannel].(Secured)
	return ok && c.Secure(address)
}

// enclose completes the message of a letter that is about to leave.
func (s *Service) enclose(ctx context.Context, c claimed) (m Message, err error) {
	m = c.message
	if s.letters == nil {
		return m, Refused("nobody keeps letters here")
	}
	letter, err := s.letters(ctx, c.delivery.letter, c.delivery.channel)
	switch {
	case fault.KindOf(err) == fault.KindNotFound && err != nil:
		return m, Refused("the letter does not exist any more")
	case err != nil:
		return m, fmt.Errorf("the letter cannot be made: %s", fault.CodeOf(err)) // its cause may say too much
	case letter.Target == "":
		return m, errNoAddress
	}
	m.Target = letter.Target
	if c.delivery.channel != SecureMailChannel {
		return m, nil
	}
	if secured, ok := c.channel.(Secured); !ok || !secured.Secure(letter.Target) {
		return m, Refused("the mailbox is not a secure one")
	}
	if letter.File == nil {
		return m, errors.New("the letter is empty")
	}
	m.File = letter.File
	return m, nil
}

// letterWords are what is written around a letter, or instead of it: nothing of its content.
func letterWords(p *i18n.Printer, channel string) Words {
	part := "notice"
	if channel == SecureMailChannel {
		part = "secure"
	}
	return Words{Title: p.T("notify.letter." + part + ".title"), Text: p.T("notify.letter." + part + ".text")}
}
