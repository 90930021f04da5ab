package request

import (
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// written opens what was sealed as JSON into v; false for a plain text, which it returns.
func (s *Service) written(tx *db.Tx, r Request, at crypt.Place, sealed []byte, structured bool, v any) (plain string, err error) {
	if structured {
		return "", s.vault.OpenJSON(tx, string(r.Patient), at, sealed, v)
	}
	return s.open(tx, r, at, sealed)
}

// visits reads the visits of a request, the first one first.
func (s *Service) visits(tx *db.Tx, r Request) ([]Visit, error) {
	return db.All(tx, func(row db.Row) (v Visit, err error) {
		var at int64
		var sealed []byte
		var structured bool
		if err := row.Scan(&v.ID, &at, &v.Outcome, &v.Name, &sealed, &structured); err != nil {
			return v, err
		}
		v.At = db.At(at)
		var d visitDetail
		if v.Note, err = s.written(tx, r, visitPlace(v.ID), sealed, structured, &d); structured {
			v.Note, v.Vitals = d.Note, d.Vitals
		}
		return v, err
	}, `SELECT id, done, outcome, name, detail, structured FROM visit WHERE request = $1 ORDER BY created, id`, string(r.ID))
}

const reportColumns = `id, created, name, body, structured`

// reports reads the reports of a request, the first one first.
func (s *Service) reports(tx *db.Tx, r Request) ([]Report, error) {
	all, err := db.All(tx, s.scanReport(tx, r), `SELECT `+reportColumns+` FROM report WHERE request = $1 ORDER BY created, id`, string(r.ID))
	if err != nil || len(all) == 0 {
		return all, err
	}
	mailed, err := s.mailed(tx, r)
	for i := range all {
		if m, ok := mailed[all[i].ID]; ok {
			all[i].Mailed = &m
		}
	}
	return all, err
}

func (s *Service) scanReport(tx *db.Tx, r Request) func(row db.Row) (Report, error) {
	return func(row db.Row) (v Report, err error) {
		var at int64
		var sealed []byte
		var structured bool
		if err := row.Scan(&v.ID, &at, &v.Name, &sealed, &structured); err != nil {
			return v, err
		}
		v.At = db.At(at)
		plain, err := s.written(tx, r, reportPlace(v.ID), sealed, structured, &v.CareReport)
		if !structured {
			v.Text = plain
		}
		return v, err
	}
}
