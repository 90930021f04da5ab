package territory

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Imported reports an import of contours.
type Imported struct {
	Communes int
	// Unknown are the codes of the file that name no commune of today; they are left out.
	Unknown []CommuneCode
}

// ImportContours replaces the contours of the communes found in a TopoJSON file in longitude and
// latitude, and keeps the others. Nothing is written when the file is malformed. Platform administrators only.
func (s *Service) ImportContours(ctx context.Context, file io.Reader) (done Imported, err error) {
	defer fault.Wrap(&err, "import contours")
	if err := mayAdminister(ctx, ""); err != nil {
		return Imported{}, err
	}
	shapes, err := readTopology(file)
	if err != nil {
		return Imported{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		done = Imported{}
		for _, code := range slices.Sorted(maps.Keys(shapes)) {
			if _, ok := CommuneOf(code); !ok {
				done.Unknown = append(done.Unknown, code)
				continue
			}
			rings, err := json.Marshal(shapes[code])
			if err != nil {
				return err
			}
			err = tx.Write(`INSERT INTO contour (commune, rings, at) VALUES ($1, $2, $3)
				ON CONFLICT (commune) DO UPDATE SET rings = excluded.rings, at = excluded.at`, string(code), string(rings), db.Ms(tx.Now()))
			if err != nil {
				return err
			}
			done.Communes++
		}
		return nil
	})
	if err == nil && done.Communes == 0 {
		return done, fault.Invalid("territory.contours.none", "file")
	}
	return done, err
}

type contour struct {
	commune CommuneCode
	rings   []Ring
}

func contoursIn(tx *db.Tx, id ID) ([]contour, error) {
	return db.All(tx, func(r db.Row) (c contour, err error) {
		var rings string
		if err := r.Scan(&c.commune, &rings); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(rings), &c.rings)
	}, `SELECT c.commune, c.rings FROM contour c JOIN territory_commune t ON t.commune = c.commune WHERE t.territory = $1 ORDER BY c.commune`, id)
}
