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

// The kinds of consent. An opposition holds until the person agrees again.
const (
	ConsentSharing    ConsentKind = "sharing"
	ConsentOpposition ConsentKind = "opposition"
)

// Consent is what a person said, told by who recorded it.
type Consent struct {
	Kind    ConsentKind
	Request string // it was given for, or empty
	Account string
	At      time.Time
}

// RecordConsent keeps what a person said, and records it. It never checks who asks.
func RecordConsent(tx *db.Tx, id ID, request string, kind ConsentKind) error {
	if kind != ConsentSharing && kind != ConsentOpposition {
		return fault.Invalid("patient.consent_kind", "consent")
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	_, err := tx.Exec(`INSERT INTO consent (id, patient, kind, request, account, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		ident.New[string](tx.Now()), id, kind, request, by.Account, db.Ms(tx.Now()))
	if err != nil {
		return err
	}
	return audit.Record(tx, audit.Event{Action: "patient.consent", Object: "patient", ObjectID: string(id), Patient: string(id), Request: request, Detail: string(kind)})
}

// Consents returns what a person said, the last first. It never checks who asks.
func Consents(tx *db.Tx, id ID) ([]Consent, error) {
	return db.All(tx, func(r db.Row) (c Consent, err error) {
		var at int64
		err = r.Scan(&c.Kind, &c.Request, &c.Account, &at)
		c.At = db.At(at)
		return c, err
	}, `SELECT kind, request, account, at FROM consent WHERE patient = $1 ORDER BY at DESC, id DESC`, id)
}

// Opposed tells whether the person opposes sharing: the last thing he said counts.
func Opposed(tx *db.Tx, id ID) (bool, error) {
	last, _, err := db.Find(tx, db.Value[ConsentKind], `SELECT kind FROM consent WHERE patient = $1 ORDER BY at DESC, id DESC LIMIT 1`, id)
	return last == ConsentOpposition, err
}
