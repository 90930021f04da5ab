package request

import (
	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
)

// Key is the one-use key of the form that began a draft: sent again with it, the same
// form makes the same request. It is empty once the request is no draft.
func (r Request) Key() string {
	if r.State != Draft {
		return ""
	}
	return r.once
}

// reopen writes into the draft r what a form opened again may change besides the need:
// the patient, somebody new among them, the requester's phone, and for whom the desk asks.
func (a Ask) reopen(tx *db.Tx, r *Request, who actor.Actor) error {
	if a.Draft != "" && a.Patient == "" && a.NewPatient.FamilyName != "" {
		r.Patient = "" // somebody else than the first time
	}
	if a.Phone != "" {
		r.From.Phone = a.Phone
	}
	if a.For.ID == "" || !who.Has(actor.RoleOperator) {
		return nil
	}
	asker, err := from(tx, a, who)
	asker.Account = r.From.Account
	r.From = asker
	return err
}

// rewriteWho replaces for whom, and by whom, a draft is asked. Only a draft may be rewritten.
func rewriteWho(tx *db.Tx, r Request) error {
	err := tx.Write(`UPDATE request SET patient = $2, service = $3, requester = $4, requester_name = $5, requester_role = $6, requester_phone = $7 WHERE id = $1 AND state = 'draft'`,
		string(r.ID), string(r.Patient), r.From.Service, r.From.Person, r.From.Name, r.From.Role, r.From.Phone)
	if err != nil {
		return err
	}
	return tx.Write(`UPDATE care_order SET patient = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM request WHERE care_order = $1 AND id <> $3)`,
		string(r.Order), string(r.Patient), string(r.ID))
}
