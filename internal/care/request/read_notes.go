package request

import (
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// kept is one text of a request as its table holds it: JSON when it is structured, plain otherwise.
type kept struct {
	id, name, word string
	at             int64
	sealed         []byte
	structured     bool
}

func scanKept(row db.Row) (k kept, err error) {
	return k, row.Scan(&k.id, &k.at, &k.name, &k.word, &k.sealed, &k.structured)
}

// keptTexts reads texts to their end; only then may they be opened, since a key may have to be read.
func keptTexts(tx *db.Tx, q string, args ...any) ([]kept, error) {
	return db.All(tx, scanKept, q, args...)
}

// written opens what was sealed as JSON into v; a plain text it returns.
func (s *Service) written(tx *db.Tx, r Request, at crypt.Place, k kept, v any) (string, error) {
	if k.structured {
		return "", s.vault.OpenJSON(tx, string(r.Patient), at, k.sealed, v)
	}
	plain, err := s.vault.Open(tx, string(r.Patient), at, k.sealed)
	return string(plain), err
}

// visits reads the visits of a request, the first one first.
func (s *Service) visits(tx *db.Tx, r Request) (out []Visit, err error) {
	all, err := keptTexts(tx, `SELECT id, done, name, outcome, detail, structured FROM visit WHERE request = $1 ORDER BY created, id`, string(r.ID))
	for _, k := range all {
		var d visitDetail
		plain, err := s.written(tx, r, visitPlace(VisitID(k.id)), k, &d)
		if err != nil {
			return nil, err
		}
		if !k.structured {
			d.Note = plain
		}
		out = append(out, Visit{ID: VisitID(k.id), At: db.At(k.at), Outcome: k.word, Name: k.name, Note: d.Note, Vitals: d.Vitals})
	}
	return out, err
}

const reportColumns = `id, created, name, '', body, structured`

// reports reads the reports of a request, the first one first.
func (s *Service) reports(tx *db.Tx, r Request) (out []Report, err error) {
	all, err := keptTexts(tx, `SELECT `+reportColumns+` FROM report WHERE request = $1 ORDER BY created, id`, string(r.ID))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	mailed, err := s.mailed(tx, r)
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		v, err := s.reportOf(tx, r, k)
		if err != nil {
			return nil, err
		}
		if m, ok := mailed[v.ID]; ok {
			v.Mailed = &m
		}
		out = append(out, v)
	}
	return out, nil
}

func (s *Service) reportOf(tx *db.Tx, r Request, k kept) (v Report, err error) {
	v = Report{ID: ReportID(k.id), At: db.At(k.at), Name: k.name}
	plain, err := s.written(tx, r, reportPlace(v.ID), k, &v.CareReport)
	if !k.structured {
		v.Text = plain
	}
	return v, err
}
