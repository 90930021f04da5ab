package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Drafts lists the forms begun and not sent by whoever asks, or by his service, the latest first.
func (s *Service) Drafts(ctx context.Context) (list []Row, err error) {
	defer fault.Wrap(&err, "drafts")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		list, err = s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE state = 'draft' AND (requester = $1 AND requester <> '' OR service = $2 AND service <> '' OR account = $3)
			ORDER BY created DESC, id LIMIT $4`, who.Person, who.Structure, who.Account, int64(homeRows))
		return err
	})
	return list, err
}
