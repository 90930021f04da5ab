package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// IdentityFile is an identity with what it was before each change, the last first.
type IdentityFile struct {
	patient.Patient
	Versions []patient.Version
}

// IdentityFile opens the identity of a patient and its history, for those who may read it whole.
func (s *Service) IdentityFile(ctx context.Context, id patient.ID) (f IdentityFile, err error) {
	defer fault.Wrap(&err, "open the identity of patient %s", id)
	const action = "patient.identity"
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		if err := mayAskFor(tx, who, id); err != nil {
			return err
		}
		if f.Patient, err = s.patients.Open(tx, patient.Access{Action: action}, id); err != nil {
			return err
		}
		f.Versions, err = s.patients.Versions(tx, patient.Access{}, f.Patient.ID)
		return err
	})
	return f, s.audit.Refusal(ctx, audit.Event{Action: action, Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}

// ChangeIdentity replaces an identity read at a version, for those who may read it whole.
// Relatives are kept as they are: they have their own acts.
func (s *Service) ChangeIdentity(ctx context.Context, id patient.ID, version int64, i patient.Identity) (err error) {
	defer fault.Wrap(&err, "change the identity of patient %s", id)
	return s.changeFile(ctx, id, "patient.change", func(tx *db.Tx) error {
		return s.patients.Change(tx, patient.Access{}, id, version, i)
	})
}
