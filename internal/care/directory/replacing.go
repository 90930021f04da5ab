package directory

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/infra/db"
)

// ReplacedWithin returns who takes over from a candidate for the first of his absences that meets a
// time and names somebody.
func (c Candidate) ReplacedWithin(from, to time.Time) (Subject, bool) {
	if !to.After(from) {
		to = from.Add(1)
	}
	i := slices.IndexFunc(c.Absences, func(a Absence) bool {
		return a.Replacement != "" && civil.Span{Start: a.From, End: a.To}.Meets(civil.Span{Start: from, End: to})
	})
	if i < 0 {
		return Subject{}, false
	}
	return Subject{KindProfessional, c.Absences[i].Replacement}, true
}

// Replacing is a time during which somebody takes over from another.
type Replacing struct {
	Of       Subject
	From, To time.Time
}

// ReplacingOf lists the times, not over, during which a professional takes over from others, in order.
func ReplacingOf(tx *db.Tx, professional string) ([]Replacing, error) {
	if professional == "" {
		return nil, nil
	}
	return db.All(tx, func(r db.Row) (v Replacing, err error) {
		var from, to int64
		var person bool
		err = r.Scan(&v.Of.ID, &from, &to, &person)
		if v.Of.Kind = KindStructure; person {
			v.Of.Kind = KindProfessional
		}
		v.From, v.To = time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC()
		return v, err
	}, `SELECT a.subject, a.starts, a.ends, EXISTS (SELECT 1 FROM professional p WHERE p.id = a.subject) FROM availability a
		WHERE a.kind = $1 AND a.replacement = $2 AND a.replacement <> '' AND a.ends > $3 ORDER BY a.starts, a.id`, kindAbsence, professional, db.Ms(tx.Now()))
}
