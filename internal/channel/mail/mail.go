// Package mail hands e-mail over to an SMTP server. A letter says that something
// waits in the application and no more: it is ordinary, unencrypted mail. A sender made
// for secure mailboxes, whose server belongs to an operator of them, encloses documents
// and writes to nobody else.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	stdmail "net/mail"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
)

// Security says how the connection is protected.
type Security string

// The protections. Plain is refused for a server that is not this machine.
const (
	StartTLS Security = "starttls" // the default; a server that does not offer it is refused
	TLS      Security = "tls"
	Plain    Security = "plain"
)

// Config describes the server and the sender.
type Config struct {
	Host     string
	Port     int // 587, 465 or 25 by Security when zero
	Security Security
	Username string // empty: no authentication
	Password string
	From     string        // "Entr’Actes <coordination@example.org>"
	Hello    string        // name given in EHLO; the sender's domain when empty
	Timeout  time.Duration // of each network operation; 10 s when zero
	// Secure lists the domains whose mailboxes the server reaches without anybody else
	// reading on the way; a sender with some writes to nobody else.
	Secure []string
	TLS    *tls.Config // for private authorities and client certificates; nil for the system's
}

// Sender sends letters. It may be used concurrently: each letter has its connection.
type Sender struct {
	from    string
	domain  string
	host    string
	secure  []string
	options []gomail.Option
}

var (
	_ notify.Channel  = (*Sender)(nil)
	_ notify.Repeater = (*Sender)(nil)
	_ notify.Bounded  = (*Sender)(nil)
	_ notify.Secured  = (*Sender)(nil)
)

// New reads c. It does not connect.
func New(c Config) (_ *Sender, err error) {
	defer fault.Wrap(&err, "configure e-mail")
	sender, err := stdmail.ParseAddress(c.From)
	if err != nil {
		return nil, err
	}
	s := &Sender{from: sender.String(), domain: sender.Address[strings.LastIndexByte(sender.Address, '@')+1:], host: c.Host, secure: c.Secure}
	if c.Hello == "" {
		c.Hello = s.domain
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	s.options = []gomail.Option{gomail.WithHELO(c.Hello), gomail.WithTimeout(c.Timeout), gomail.WithoutNoop()}
	port, err := s.protect(c)
	if err != nil {
		return nil, err
	}
	if c.Port != 0 {
		port = c.Port
	}
	s.options = append(s.options, gomail.WithPort(port))
	if c.Username != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// protect adds the options of c.Security and returns its usual port.
func (s *Sender) protect(c Config) (port int, err error) {
	if c.TLS != nil {
		s.options = append(s.options, gomail.WithTLSConfig(c.TLS.Clone()))
	}
	switch c.Security {
	case StartTLS, "":
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.TLSMandatory))
		return 587, nil
	case TLS:
		s.options = append(s.options, gomail.WithSSL())
		return 465, nil
	case Plain:
		if !isThisMachine(c.Host) {
			return 0, fmt.Errorf("e-mail without encryption is only for a server on this machine, not %q", c.Host)
		}
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
		return 25, nil
	}
	return 0, fmt.Errorf("unknown protection %q: starttls, tls or plain", c.Security)
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Name is notify.MailChannel, or notify.SecureMailChannel for a sender of secure mail.
func (s *Sender) Name() string {
	if len(s.secure) > 0 {
		return notify.SecureMailChannel
	}
	return notify.MailChannel
}

// Secure tells whether the mailbox is one of those where health data may be sent.
func (s *Sender) Secure(target string) bool { return notify.SecureMailbox(target, s.secure...) }

// Bound is how many connections a mail server takes from one sender without complaint.
func (*Sender) Bound() int { return 16 }

// Repeats is true: a letter received twice bears the same Message-ID and harms nobody.
func (s *Sender) Repeats() bool { return true }

// Send hands one letter over. The server's answer decides: 5yz is refused for good,
// anything else may be tried again; a connection lost after the text is unknown.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	if (len(s.secure) > 0 || m.File != nil) && !s.Secure(m.Target) {
		return notify.Receipt{}, notify.Refused("not a secure mailbox")
	}
	letter, err := s.compose(m)
	if err != nil {
		return notify.Receipt{}, err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return notify.Receipt{}, err
	}
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return s.answer(m, letter, err)
	}
	return s.receipt(m), nil
}

// compose writes the letter. An address that cannot be one is refused for good.
func (s *Sender) compose(m notify.Message) (*gomail.Msg, error) {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := letter.From(s.from); err != nil {
		return nil, err
	}
	if err := letter.To(m.Target); err != nil {
		return nil, notify.Refused("not a mail address")
	}
	letter.SetMessageIDWithValue(s.messageID(m))
	letter.SetDate()
	letter.Subject(m.Subject)
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.Lang != "" {
		letter.SetGenHeader("Content-Language", m.Lang)
	}
	if m.Urgent {
		letter.SetImportance(gomail.ImportanceHigh)
	}
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.File != nil {
		return letter, letter.AttachReader(m.File.Name, bytes.NewReader(m.File.Data), gomail.WithFileContentType(gomail.ContentType(m.File.Type)))
	}
	return letter, nil
}

func (s *Sender) messageID(m notify.Message) string { return string(m.ID) + "@" + s.domain }

func (s *Sender) receipt(m notify.Message) notify.Receipt {
	return notify.Receipt{ProviderID: "<" + s.messageID(m) + ">"}
}

// answer turns the error of a session into one of notify's outcomes, in words that
// hold no address: servers like to repeat it.
func (s *Sender) answer(m notify.Message, letter *gomail.Msg, err error) (notify.Receipt, error) {
	if letter.IsDelivered() {
		// Only the farewell failed.
		return s.receipt(m), nil
	}
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return notify.Receipt{}, errors.New("the mail server cannot be reached: " + withoutAddress(err, m.Target))
	}
	reason := fmt.Sprintf("%d %s", failed.ErrorCode(), failed.EnhancedStatusCode())
	final := []gomail.SendErrReason{gomail.ErrSMTPDataClose, gomail.ErrWriteContent}
	switch {
	case failed.ErrorCode() >= 500 && !failed.IsTemp():
		return notify.Receipt{}, notify.Refused(strings.TrimSpace(reason))
	case failed.ErrorCode() == 0 && slices.Contains(final, failed.Reason):
		return notify.Receipt{}, notify.UnknownOutcome(errors.New("the mail server did not answer to the letter"))
	}
	return notify.Receipt{}, errors.New("the mail server says " + strings.TrimSpace(reason))
}

func withoutAddress(err error, target string) string {
	return strings.ReplaceAll(err.Error(), target, "…")
}
