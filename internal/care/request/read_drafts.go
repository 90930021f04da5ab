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
		list, err = s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE `+among(askedBy(`state = 'draft'`, "$4"))+` ORDER BY created DESC, id LIMIT $4`,
			append(askerOf(who), int64(homeRows))...)
		return err
	})
	return list, err
}
