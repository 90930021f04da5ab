package request

import (
	"time"

	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// LastAct returns when something last happened in the requests of a person, under any of his files, and how many requests there
// are; zero when there is none. It never checks who asks.
func LastAct(tx *db.Tx, id patient.ID) (last time.Time, requests int, err error) {
	files, err := patient.Files(tx, id)
	if err != nil {
		return last, 0, err
	}
	_, _, err = db.Find(tx, func(r db.Row) (struct{}, error) {
		var ms, n int64
		err := r.Scan(&ms, &n)
		last, requests = db.At(ms), int(n)
		return struct{}{}, err
	}, `SELECT COALESCE(MAX(COALESCE((SELECT MAX(a.at) FROM request_act a WHERE a.request = r.id), r.created)), 0), count(*) FROM request r WHERE r.patient IN `+db.In(1, len(files)), db.Args(files)...)
	return last, requests, err
}

// EverAsked tells whether anything was ever asked for a person: a request that is neither a draft nor written by mistake. It never
// checks who asks.
func EverAsked(tx *db.Tx, id patient.ID) (bool, error) {
	files, err := patient.Files(tx, id)
	if err != nil {
		return false, err
	}
	_, found, err := db.Find(tx, db.Value[string], `SELECT id FROM request WHERE state NOT IN ('draft', 'entered_in_error') AND patient IN `+db.In(1, len(files))+` LIMIT 1`, db.Args(files)...)
	return found, err
}

// Erase takes away what the requests of a person hold of him beside what his key sealed: documents, and the
// place where he lives, of which the commune stays. What happened, when, and who did it stay. It never checks who asks.
func (s *Service) Erase(tx *db.Tx, id patient.ID) error {
	files, err := patient.Files(tx, id)
	if err != nil {
		return err
	}
	type where struct {
		id      ID
		commune territory.CommuneCode
	}
	all, err := db.All(tx, func(r db.Row) (w where, err error) { return w, r.Scan(&w.id, &w.commune) },
		`SELECT id, commune FROM request WHERE patient IN `+db.In(1, len(files)), db.Args(files)...)
	if err != nil {
		return err
	}
	for _, r := range all {
		documents, err := documentsOf(tx, r.id)
		if err != nil {
			return err
		}
		for _, d := range documents {
			if err := forgetDocument(tx, d); err != nil {
				return err
			}
		}
		c, _ := territory.CommuneOf(r.commune)
		if err := tx.Write(`UPDATE request SET lat = $2, lon = $3 WHERE id = $1`, string(r.id), c.Point.Lat, c.Point.Lon); err != nil {
			return err
		}
	}
	return nil
}
