package directory

import (
	"slices"

	"entractes/internal/base/civil"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Rest is when a subject does not want to be alerted, on the clocks of where he works.
type Rest struct {
	Quiet civil.Night
	Zone  civil.Zone
}

// RestOf returns the rest of subjects; those that do not exist are missing.
func RestOf(tx *db.Tx, subjects []Subject) (map[Subject]Rest, error) {
	out := make(map[Subject]Rest, len(subjects))
	for _, kind := range []Kind{KindProfessional, KindStructure} {
		from := `professional`
		if kind == KindStructure {
			from = `structure`
		}
		for ids := range slices.Chunk(idsOf(subjects, kind), chunk) {
			type row struct {
				id, profile string
				commune     territory.CommuneCode
			}
			all, err := db.All(tx, func(r db.Row) (v row, err error) { return v, r.Scan(&v.id, &v.profile, &v.commune) },
				`SELECT id, profile, commune FROM `+from+` WHERE id IN `+db.In(1, len(ids)), db.Args(ids)...)
			if err != nil {
				return nil, err
			}
			for _, v := range all {
				var p Practice
				if err := p.readProfile(v.profile); err != nil {
					return nil, err
				}
				out[Subject{kind, v.id}] = Rest{Quiet: p.Quiet, Zone: civil.ZoneOf(string(v.commune))}
			}
		}
	}
	return out, nil
}
