package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Write sends a message in the thread between the requester's service and the
// provider. It is sealed with the patient's key, and the other side is told that one waits.
func (s *Service) Write(ctx context.Context, id ID, text string) (err error) {
	defer fault.Wrap(&err, "message on request %s", id)
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.WriteIn(tx, id, text) })
}

// WriteIn is Write inside the caller's transaction.
func (s *Service) WriteIn(tx *db.Tx, id ID, text string) error {
	if err := checkText(text, "message"); err != nil {
		return err
	}
	who, err := signedIn(tx)
	if err != nil {
		return err
	}
	r, err := load(tx, id)
	if err != nil {
		return err
	}
	m := ident.New[MessageID](tx.Now())
	if key := onceOf(tx.Context()); key != "" {
		m = MessageID(onceID(key, who.Account))
		if _, sent, err := db.Find(tx, db.Value[string], `SELECT id FROM thread_message WHERE id = $1`, string(m)); err != nil || sent {
			return err
		}
	}
	st, err := s.begin(tx, r, who, "message")
	if err != nil {
		return err
	}
	side := Requester
	switch {
	case st.rel.Provider, st.rel.Stands:
		side = Provider
	case st.rel.Requester || st.rel.Operator:
	default:
		return fault.NotFound("request.not_found")
	}
	if r.Provider.ID == "" {
		return fault.Conflict("request.no_provider")
	}
	sealed, err := s.vault.Seal(tx, string(r.Patient), crypt.Place{Table: "thread_message", Column: "body", Row: string(m)}, []byte(text))
	if err != nil {
		return err
	}
	err = tx.Write(`INSERT INTO thread_message (id, request, body, person, name, side, created, on_behalf) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		string(m), string(id), sealed, who.Person, who.Name, string(side), db.Ms(tx.Now()), st.serves())
	if err != nil {
		return err
	}
	if err := s.audit.Record(tx, audit.Event{Action: "request.message", Object: "request", ObjectID: string(id), Patient: string(r.Patient), Request: string(id)}); err != nil {
		return err
	}
	st.touch()
	if side == Provider {
		return st.tellRequester(notify.RequestMessage)
	}
	return st.tellProvider(notify.RequestMessage)
}
