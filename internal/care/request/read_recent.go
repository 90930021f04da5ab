package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// recentPatients is how many patients the form of a new request proposes.
const recentPatients = 6

// Recent returns the last requests of whoever asks, one for each of his last patients:
// those he or his service asked for and those he carries. The first one he asked for
// tells what he usually asks. Every opened name is in the audit.
func (s *Service) Recent(ctx context.Context) (rows []Row, err error) {
	defer fault.Wrap(&err, "recent requests")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		rows, err = s.recent(tx)
		return err
	})
	return rows, err
}

func (s *Service) recent(tx *db.Tx) ([]Row, error) {
	who, err := signedIn(tx)
	if err != nil {
		return nil, err
	}
	const read = 40
	found, err := db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request
		WHERE `+among(askedBy(`state <> 'entered_in_error'`, "$4"), carriedBy(`'accepted', 'started', 'suspended'`, "$4"))+` ORDER BY created DESC, id DESC LIMIT $4`,
		append(askerOf(who), int64(read))...)
	if err != nil {
		return nil, err
	}
	asked := make([]patient.ID, len(found))
	for i, r := range found {
		asked[i] = r.Patient
	}
	survivors, err := patient.Survivors(tx, asked)
	if err != nil {
		return nil, err
	}
	seen := map[patient.ID]bool{}
	var last []Request
	for _, r := range found {
		if !seen[survivors[r.Patient]] && len(last) < recentPatients {
			seen[survivors[r.Patient]] = true
			last = append(last, r)
		}
	}
	if last, err = withAllActs(tx, last); err != nil {
		return nil, err
	}
	var out []Row
	for _, r := range last {
		row, err := s.row(tx, who, r)
		if err != nil {
			return nil, err
		}
		if row.Sight.Name {
			out = append(out, row)
		}
	}
	return out, s.name(tx, out)
}
