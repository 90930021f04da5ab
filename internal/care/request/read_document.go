package request

import (
	"slices"

	"entractes/internal/infra/db"
)

// attachments reads the documents of a sheet for those who may open them. A prescription
// that came after the request was sent is attached for everybody, whatever was said then.
func (s *Service) attachments(tx *db.Tx, sh *Sheet) error {
	all, err := documentsOf(tx, sh.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(d Document) bool { return d.Kind == DocPrescription && d.Side == Requester }) {
		sh.Care.Prescription = PrescriptionAttached
	}
	if sh.Sight.Documents {
		sh.Documents, err = s.openNames(tx, all)
	}
	return err
}

// documentsIn reads the documents of the rows whose reader may open them, the latest first.
func (s *Service) documentsIn(tx *db.Tx, rows []Row) ([]Document, error) {
	var ids []ID
	for _, r := range rows {
		if r.Sight.Documents {
			ids = append(ids, r.ID)
		}
	}
	all, err := documentsOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	return s.openNames(tx, all)
}
