package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// File is a patient as somebody involved with him reads it (EA-111…EA-114): identity,
// usual team, who intervenes, and the requests the reader may see.
type File struct {
	Patient  patient.Patient
	Team     []patient.Member
	Requests []Row
}

// PatientFile opens the file of a patient. Only the people involved may: those with a
// relation to one of his requests that opens his identity, his usual team and his
// registered GP. For anybody else the patient does not exist.
func (s *Service) PatientFile(ctx context.Context, id patient.ID) (f File, err error) {
	defer fault.Wrap(&err, "open patient %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		f, err = s.patientFile(tx, id)
		return err
	})
	return f, s.audit.Refusal(ctx, audit.Event{Action: "patient.show", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}

func (s *Service) patientFile(tx *db.Tx, id patient.ID) (f File, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return f, err
	}
	if f.Team, err = patient.TeamOf(tx, id); err != nil {
		return f, err
	}
	entitled := false
	for _, m := range f.Team {
		entitled = entitled || m.Current(tx.Now()) && is(who, m.Subject)
	}
	rows, err := s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE patient = $1 ORDER BY created DESC, id LIMIT $2`, string(id), int64(200))
	if err != nil {
		return f, err
	}
	for _, r := range rows {
		if r.Sight.Identity {
			entitled = true
		}
		if r.Sight.Need {
			f.Requests = append(f.Requests, r)
		}
	}
	if !entitled {
		return f, fault.NotFound("patient.not_found")
	}
	f.Patient, err = s.patients.Open(tx, patient.Access{Action: "patient.show"}, id)
	return f, err
}
