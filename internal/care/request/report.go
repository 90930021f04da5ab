package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Report writes a care report (CR). It is sealed with the patient's key; the
// requester's service, the usual team and the registered GP are told that there is one.
func (s *Service) Report(ctx context.Context, id ID, text string) (r Request, err error) {
	defer fault.Wrap(&err, "report on request %s", id)
	return s.do(ctx, id, ActReport, func(tx *db.Tx) (Request, error) { return s.ReportIn(tx, id, text) })
}

// ReportIn is Report inside the caller's transaction.
func (s *Service) ReportIn(tx *db.Tx, id ID, text string) (Request, error) {
	if err := checkText(text, "report"); err != nil {
		return Request{}, err
	}
	return s.perform(tx, id, ActReport, func(st *step) error {
		report := ident.New[ReportID](tx.Now())
		sealed, err := s.vault.Seal(tx, string(st.r.Patient), crypt.Place{Table: "report", Column: "body", Row: string(report)}, []byte(text))
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO report (id, request, body, person, name, created) VALUES ($1,$2,$3,$4,$5,$6)`,
			string(report), string(id), sealed, st.who.Person, st.r.Provider.Name, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		return st.tellCircle(notify.RequestReport)
	})
}

// checkText asks for a text that says something and fits.
func checkText(text, field string) error {
	if text == "" {
		return fault.Invalid("request.text_empty", field)
	}
	if len(text) > maxNote {
		return fault.Invalid("request.note_long", field, "n", maxNote)
	}
	return nil
}
