package request

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// attachments reads the documents of a sheet for those who may open them. A prescription
// that came after the request was sent is attached for everybody, whatever was said then.
func (s *Service) attachments(tx *db.Tx, sh *Sheet) error {
	_, sh.MayAttach = attachSide(sh.Relation, sh.State)
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

// Given describes the documents of a form being written, in the order of ids: those that
// the actor may open. The others are left out.
func (s *Service) Given(ctx context.Context, ids []DocumentID) (out []Document, err error) {
	defer fault.Wrap(&err, "documents of a form")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		for _, id := range ids[:min(len(ids), maxDocuments)] {
			d, found, err := db.Find(tx, scanDocument, `SELECT `+documentColumns+` FROM document WHERE id = $1`, string(id))
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			may, _, err := mayOpen(tx, d, who)
			if err != nil {
				return err
			}
			if may {
				out = append(out, d)
			}
		}
		out, err = s.openNames(tx, out)
		return err
	})
	return out, err
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
