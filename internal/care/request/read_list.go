package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// List reads requests by their ids as whoever asks may see them, for a list made by
// another package. Those he has no relation with are left out.
func (s *Service) List(ctx context.Context, ids []ID) (rows map[ID]Row, err error) {
	defer fault.Wrap(&err, "list %d requests", len(ids))
	rows = make(map[ID]Row, len(ids))
	if len(ids) == 0 {
		return rows, nil
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		all, err := s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE id IN `+db.In(1, len(ids))+` ORDER BY id`, db.Args(ids)...)
		for _, r := range all {
			if r.Sight != (Sight{}) {
				rows[r.ID] = r
			}
		}
		return err
	})
	return rows, err
}
