package enrolment

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"entractes/internal/base/actor"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/security/crypt"
)

// Service holds the use cases. It may be used concurrently.
type Service struct {
	db     *db.DB
	queue  *queue.Queue
	vault  *crypt.Vault
	audit  *audit.Audit
	auth   *auth.Service
	notify *notify.Service
}

// New returns the use cases on d, and registers its jobs.
func New(d *db.DB, q *queue.Queue, v *crypt.Vault, a *audit.Audit, accounts *auth.Service, n *notify.Service) *Service {
	s := &Service{db: d, queue: q, vault: v, audit: a, auth: accounts, notify: n}
	q.InTx(forgetKind, s.forgetOld)
	q.InTx(reachKind, s.askReach)
	return s
}

// way is one way to reach an applicant. Until he is admitted each is told of apart, as a subject of its own: a code for
// his phone must not leave by mail.
type way string

const (
	byPhone way = "phone"
	byMail  way = "mail"
)

func subjectOf(id ID, w way) notify.Subject {
	return notify.Subject{Kind: notify.Professional, ID: string(id) + "." + string(w)}
}

// tell writes to an applicant by one way.
func (s *Service) tell(tx *db.Tx, a Application, w way, topic notify.Topic, params map[string]string) error {
	phone, email := a.Declared.reach()
	address := notify.Address{Channel: notify.SMSChannel, Target: string(phone)}
	if w == byMail {
		address = notify.Address{Channel: notify.MailChannel, Target: email}
	}
	if err := s.notify.SetAddresses(tx, subjectOf(a.ID, w), []notify.Address{address}); err != nil {
		return err
	}
	return s.notify.Tell(tx, notify.Notice{Territory: a.Territory, Subject: subjectOf(a.ID, w), Topic: topic, Params: params, Urgent: true})
}

// record writes one line of the trail about an application. An applicant has no account: the application acts.
func record(tx *db.Tx, a Application, action audit.Action, detail string) error {
	e := audit.Event{Action: action, Object: "application", ObjectID: string(a.ID), Detail: detail}
	if by, ok := actor.From(tx.Context()); ok && !by.IsSystem() {
		return audit.Record(tx, e)
	}
	return audit.RecordAs(tx, actor.System("enrolment"), e)
}

// newToken is what a link or a browser holds: 130 bits, in letters and digits that go in an address.
func newToken() string { return rand.Text() }

func hashOf(token string) string {
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// with runs do on the application that a token of a browser holds.
func (s *Service) with(ctx context.Context, token string, do func(tx *db.Tx, a *Application) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		a, err := s.one(tx, `token = $1 AND token <> ''`, hashOf(token))
		if err != nil {
			return err
		}
		return do(tx, &a)
	})
}
