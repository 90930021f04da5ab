package audit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Action names what was done, "request.accept". Each feature declares its own.
type Action string

// Outcome tells how it ended.
type Outcome string

// The outcomes. An empty Outcome means OK.
const (
	OK      Outcome = "ok"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// Event is what is recorded. Object and ObjectID name the thing seen or changed;
// Patient and Request are set whenever it concerns one, so that it is found from there.
type Event struct {
	Action   Action
	Object   string
	ObjectID string
	Patient  string
	Request  string
	Outcome  Outcome
	Detail   string // never health content, a phone or a street
}

// Audit records and seals.
type Audit struct{ db *db.DB }

// New returns the audit of d.
func New(d *db.DB) *Audit { return &Audit{db: d} }

// detailSize bounds a detail, in bytes. What is longer is cut.
const detailSize = 500

// Record adds one row in the caller's transaction; the actor is the one of its
// context. Nobody in the context is refused with the code "audit.nobody": what has no
// author is not done.
func (a *Audit) Record(tx *db.Tx, e Event) error { return Record(tx, e) }

// RecordAll adds one row for each event, in order.
func (a *Audit) RecordAll(tx *db.Tx, events []Event) error { return Record(tx, events...) }

// Record is Audit.Record for the transaction functions that belong to no service.
func Record(tx *db.Tx, events ...Event) error {
	by, ok := actor.From(tx.Context())
	if !ok {
		return (&fault.Error{Kind: fault.KindInternal, Code: "audit.nobody"}).Because(errors.New("audit: the context carries no actor"))
	}
	return RecordAs(tx, by, events...)
}

// RecordAs is Record for the door, where who acts is known only inside the transaction that
// lets him in.
func RecordAs(tx *db.Tx, by actor.Actor, events ...Event) error {
	for batch := range slices.Chunk(events, rowsPerInsert) {
		if err := insert(tx, by, batch); err != nil {
			return err
		}
	}
	return nil
}

// rowsPerInsert bounds the arguments of one statement.
const rowsPerInsert = 50

func insert(tx *db.Tx, by actor.Actor, events []Event) error {
	var values strings.Builder
	var args []any
	for n, e := range events {
		if e.Outcome == "" {
			e.Outcome = OK
		}
		row := []any{
			ident.New[string](tx.Now()), db.Ms(tx.Now()), clean(by.Account), clean(by.Person), clean(by.Name), clean(string(by.Role())),
			clean(by.OnBehalf), clean(string(e.Action)), clean(e.Object), clean(e.ObjectID), clean(e.Patient), clean(e.Request),
			clean(string(e.Outcome)), clean(e.Detail), int64(0),
		}
		if n > 0 {
			values.WriteString(", ")
		}
		values.WriteString(db.In(len(args)+1, len(row)))
		args = append(args, row...)
	}
	return tx.Write(`INSERT INTO audit (`+lineColumns+`, seal) VALUES `+values.String(), args...)
}

// RecordPatients records e for each of patients, save those about whom the same account
// recorded the same action less than quiet ago: a list that renews itself on a screen is read
// once, however often it is drawn.
func (a *Audit) RecordPatients(tx *db.Tx, e Event, patients []string, quiet time.Duration) error {
	by, _ := actor.From(tx.Context()) // nobody is refused by Record
	known := map[string]bool{}
	for batch := range slices.Chunk(patients, rowsPerInsert) {
		args := append([]any{by.Account, string(e.Action), db.Ms(tx.Now().Add(-quiet))}, db.Args(batch)...)
		seen, err := db.All(tx, db.Value[string], `SELECT DISTINCT patient FROM audit WHERE account = $1 AND action = $2 AND at > $3 AND patient <> '' AND patient IN `+db.In(4, len(batch)), args...)
		if err != nil {
			return err
		}
		for _, p := range seen {
			known[p] = true
		}
	}
	var events []Event
	for _, p := range patients {
		if !known[p] && p != "" {
			known[p] = true
			e.Patient, e.ObjectID = p, p
			events = append(events, e)
		}
	}
	return Record(tx, events...)
}

// clean keeps what both engines store. An audit row is never lost for a byte it could not hold.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) <= detailSize {
		return s
	}
	cut := detailSize
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// Saw records, in a transaction of its own, what was only read. Never called inside
// a transaction: there, Record is.
func (a *Audit) Saw(ctx context.Context, e Event) error {
	return a.db.Update(ctx, func(tx *db.Tx) error { return a.Record(tx, e) })
}

// Refusal records, in a transaction of its own, that err ended the act told by e, and
// returns err; nil records nothing. It is called after the act's transaction, which
// the refusal has undone: return a.Refusal(ctx, event, err). Only refusals of
// rights and our own failures are recorded, not the mistakes of a form.
func (a *Audit) Refusal(ctx context.Context, e Event, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	switch fault.KindOf(err) {
	case fault.KindForbidden, fault.KindNotFound, fault.KindUnauthenticated, fault.KindTooMany:
		e.Outcome = Refused
	case fault.KindInternal, fault.KindUnavailable:
		e.Outcome = Failed
	default:
		return err
	}
	if e.Detail == "" {
		e.Detail = fault.CodeOf(err)
	}
	if lost := a.Saw(context.WithoutCancel(ctx), e); lost != nil {
		return errors.Join(err, lost)
	}
	return err
}
