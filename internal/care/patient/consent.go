package patient

import (
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// ConsentKind tells what a person said about the sharing of what concerns him.
type ConsentKind string

// ConsentSharing is the agreement to a request and to what it shares. What a person opposes is an Opposition.
const ConsentSharing ConsentKind = "sharing"

// Consent is what a person said, told by who recorded it.
type Consent struct {
	Kind    ConsentKind
	Request string // it was given for, or empty
	Account string
	At      time.Time
}

// RecordConsent keeps what a person said, and records it. It never checks who asks.
func RecordConsent(tx *db.Tx, id ID, request string, kind ConsentKind) error {
	if kind != ConsentSharing {
		return fault.Invalid("patient.consent_kind", "consent")
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	err := tx.Write(`INSERT INTO consent (id, patient, kind, request, account, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		ident.New[string](tx.Now()), id, kind, request, by.Account, db.Ms(tx.Now()))
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Event{Action: "patient.consent", Object: "patient", ObjectID: string(id), Patient: string(id), Request: request, Detail: string(kind)})
}

// Consents returns what a person said, the last first. It never checks who asks.
func Consents(tx *db.Tx, id ID) ([]Consent, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	return db.All(tx, func(r db.Row) (c Consent, err error) {
		var at int64
		err = r.Scan(&c.Kind, &c.Request, &c.Account, &at)
		c.At = db.At(at)
		return c, err
	}, `SELECT kind, request, account, at FROM consent WHERE kind = $1 AND patient IN `+db.In(2, len(f.all))+` ORDER BY at DESC, id DESC`, append([]any{string(ConsentSharing)}, db.Args(f.all)...)...)
}
