package notify

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The channels an address may name. InboxChannel is implicit: everyone has one.
const (
	InboxChannel = "inbox"
	PushChannel  = "push"
	SMSChannel   = "sms"
	MailChannel  = "mail"
	VoiceChannel = "voice"

	// SecureMailChannel carries letters to the mailboxes where health data may be sent. It
	// is no way to alert anybody: an address is not written for it.
	SecureMailChannel = "secure_mail"
)

// outside lists the channels that leave the house.
var outside = []string{PushChannel, SMSChannel, MailChannel, VoiceChannel}

// Channel is one way out of the house. It is used concurrently, and must give up when
// ctx ends.
type Channel interface {
	// Name is one of the channel names an address may bear.
	Name() string
	// Send hands m over. A nil error means the channel took it. Refused means that
	// trying again is useless, Later when to try again, ErrUnknown that it may or may
	// not have been sent; any other error is temporary and nothing was sent.
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Repeater is the optional ability of a channel to be given the same message twice
// without harm: it recognises Message.ID, or a double costs nobody anything. Others
// are not asked again when the first attempt's outcome is unknown, save once for what
// is urgent.
type Repeater interface {
	Repeats() bool
}

// Bounded is the optional ability of a channel whose other end takes only so many
// messages at once.
type Bounded interface {
	Bound() int
}

// Secured is the ability of a channel to carry health data to some of its targets: what
// is between them stays closed to anybody else. Only such a channel is given a file.
type Secured interface {
	Secure(target string) bool
}

// Message is what a channel carries. It names nobody but its target, save in a file, which
// is given to a Secured channel for a target it says to be secure.
type Message struct {
	ID      DeliveryID // idempotency key: the same for each attempt
	Target  string     // phone in E.164, mail address, push subscription
	Subject string     // title, for channels that have one
	Text    string
	Link    string // page to open, behind sign-in; part of Text where the channel has no place for it
	Urgent  bool
	Lang    string
	File    *File
}

// Receipt is a channel's answer. ProviderID finds the delivery again when the
// provider reports on it later; Delivered says that it reached its target already.
type Receipt struct {
	ProviderID string
	Delivered  bool
}

// ErrUnknown says that the message may have been sent: the channel was given it whole
// and never answered.
var ErrUnknown = errors.New("outcome unknown")

// UnknownOutcome wraps cause as ErrUnknown.
func UnknownOutcome(cause error) error { return fmt.Errorf("%w: %w", ErrUnknown, cause) }

type refused struct{ reason string }

func (r *refused) Error() string { return "refused: " + r.reason }

// Refused says that the message will never be taken: wrong number, closed mailbox.
// reason is for supervisors and logs and must not hold the target.
func Refused(reason string) error { return &refused{reason} }

type later struct {
	wait  time.Duration
	cause error
}

func (l *later) Error() string { return fmt.Sprintf("try again in %s: %v", l.wait, l.cause) }
func (l *later) Unwrap() error { return l.cause }

// Later says that the channel as a whole asks for a rest of wait: every message of
// the channel waits, not only this one.
func Later(wait time.Duration, cause error) error { return &later{wait, cause} }
