package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// PutRelative adds a relative of a patient, or changes the one of r.ID, for those who may
// read his identity whole.
func (s *Service) PutRelative(ctx context.Context, id patient.ID, r patient.Relative) (err error) {
	defer fault.Wrap(&err, "put a relative of patient %s", id)
	return s.changeFile(ctx, id, "patient.relative", func(tx *db.Tx) error {
		_, err := s.patients.PutRelative(tx, id, r)
		return err
	})
}

// EndRelative ends a relative of a patient, for those who may read his identity whole.
func (s *Service) EndRelative(ctx context.Context, id patient.ID, relative patient.RelativeID) (err error) {
	defer fault.Wrap(&err, "end a relative of patient %s", id)
	return s.changeFile(ctx, id, "patient.relative_end", func(tx *db.Tx) error { return s.patients.EndRelative(tx, id, relative) })
}
