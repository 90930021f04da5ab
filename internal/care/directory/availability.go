package directory

import (
	"context"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// How far ahead a subject may say things.
const (
	MaxBusy    = 31 * 24 * time.Hour
	MaxOpen    = 7 * 24 * time.Hour
	MaxAbsence = 366 * 24 * time.Hour // its length
	maxAhead   = 2 * 366 * 24 * time.Hour
	maxAway    = 100 // absences not over
)

// SayBusy says « complet jusqu’à until », at most 31 days ahead; the zero time ends it now. It erases
// « disponible maintenant ».
func (s *Service) SayBusy(ctx context.Context, of Subject, until time.Time) (err error) {
	defer fault.Wrap(&err, "say busy %s", of.ID)
	return s.change(ctx, of, func(tx *db.Tx, _ owner) error { return SetBusy(tx, of, until) })
}

// SayOpen says « disponible maintenant jusqu’à until », at most 7 days ahead; the zero time ends it
// now. It erases « complet ».
func (s *Service) SayOpen(ctx context.Context, of Subject, until time.Time) (err error) {
	defer fault.Wrap(&err, "say open %s", of.ID)
	return s.change(ctx, of, func(tx *db.Tx, _ owner) error { return SetOpen(tx, of, until) })
}

// SetBusy is SayBusy within tx; it does not check who asks.
func SetBusy(tx *db.Tx, of Subject, until time.Time) error {
	if err := checkUntil(until, tx.Now(), MaxBusy); err != nil {
		return err
	}
	return writeUntil(tx, of, until, time.Time{})
}

// SetOpen is SayOpen within tx; it does not check who asks.
func SetOpen(tx *db.Tx, of Subject, until time.Time) error {
	if err := checkUntil(until, tx.Now(), MaxOpen); err != nil {
		return err
	}
	return writeUntil(tx, of, time.Time{}, until)
}

func checkUntil(until, now time.Time, longest time.Duration) error {
	switch {
	case until.IsZero():
		return nil
	case !until.After(now):
		return fault.Invalid("directory.until.past", "until")
	case until.After(now.Add(longest)):
		return fault.Invalid("directory.until.far", "until", "days", int(longest.Hours()/24))
	}
	return nil
}

func writeUntil(tx *db.Tx, of Subject, busy, open time.Time) error {
	q := `UPDATE professional SET busy_until = $2, open_until = $3 WHERE id = $1`
	if of.Kind == KindStructure {
		q = `UPDATE structure SET busy_until = $2, open_until = $3 WHERE id = $1`
	}
	n, err := tx.Exec(q, of.ID, db.Ms(busy), db.Ms(open))
	if err == nil && n == 0 {
		err = fault.NotFound("directory.not_found")
	}
	return err
}

// SetWindows replaces the hours of every week; none means always.
func (s *Service) SetWindows(ctx context.Context, of Subject, windows []civil.Window) (err error) {
	defer fault.Wrap(&err, "set windows of %s", of.ID)
	return s.change(ctx, of, func(tx *db.Tx, _ owner) error {
		if err := checkWindows(windows); err != nil {
			return err
		}
		return writeWindows(tx, of.ID, windows)
	})
}

// writeWindows replaces the windows of a subject, already checked.
func writeWindows(tx *db.Tx, subject string, windows []civil.Window) error {
	if err := tx.Write(`DELETE FROM availability WHERE subject = $1 AND kind = $2`, subject, kindWindow); err != nil {
		return err
	}
	for _, w := range windows {
		err := tx.Write(`INSERT INTO availability (id, subject, kind, days, from_min, to_min, starts, ends, replacement, reason)
			VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', '')`, ident.New[string](tx.Now()), subject, kindWindow, int64(w.Days), int64(w.From), int64(w.To))
		if err != nil {
			return err
		}
	}
	return nil
}

// AddAbsence adds a time away, of a year at most. A replacement must be an active professional of the
// same profession, other than himself.
func (s *Service) AddAbsence(ctx context.Context, of Subject, a Absence) (id AbsenceID, err error) {
	defer fault.Wrap(&err, "add absence of %s", of.ID)
	err = s.change(ctx, of, func(tx *db.Tx, _ owner) error {
		id, err = InsertAbsence(tx, of, a)
		return err
	})
	return id, err
}

// InsertAbsence is AddAbsence within tx; it does not check who asks.
func InsertAbsence(tx *db.Tx, of Subject, a Absence) (AbsenceID, error) {
	o, err := ownerOf(tx, of)
	if err != nil {
		return "", err
	}
	a.Reason = strings.Join(strings.Fields(a.Reason), " ")
	l := a.check(tx.Now())
	if a.Replacement != "" {
		_, ok, err := db.Find(tx, db.Value[string], `SELECT id FROM professional WHERE id = $1 AND id <> $2 AND profession = $3 AND active = TRUE`,
			a.Replacement, of.ID, string(o.profession))
		if err != nil {
			return "", err
		}
		if !ok {
			l.Add(fault.Invalid("directory.replacement", "replacement"))
		}
	}
	n, err := db.One(tx, "directory.not_found", db.Value[int64], `SELECT count(*) FROM availability WHERE subject = $1 AND kind = $2 AND ends > $3`, of.ID, kindAbsence, db.Ms(tx.Now()))
	if err != nil {
		return "", err
	}
	if n >= maxAway {
		l.Add(fault.Invalid("directory.absences", "from", "max", maxAway))
	}
	if err := l.Err(); err != nil {
		return "", err
	}
	a.ID = ident.New[AbsenceID](tx.Now())
	err = tx.Write(`INSERT INTO availability (id, subject, kind, days, from_min, to_min, starts, ends, replacement, reason)
		VALUES ($1, $2, $3, 0, 0, 0, $4, $5, $6, $7)`, string(a.ID), of.ID, kindAbsence, db.Ms(a.From), db.Ms(a.To), a.Replacement, a.Reason)
	return a.ID, err
}

// check lists what is wrong in a new absence, its replacement apart.
func (a Absence) check(now time.Time) (l fault.List) {
	switch {
	case a.From.IsZero():
		l.Add(fault.Invalid("directory.absence.from", "from"))
	case a.From.Before(now.Add(-MaxAbsence)) || a.From.After(now.Add(maxAhead)):
		l.Add(fault.Invalid("directory.absence.far", "from"))
	}
	switch {
	case a.To.IsZero():
		l.Add(fault.Invalid("directory.absence.to", "to"))
	case !a.To.After(a.From):
		l.Add(fault.Invalid("directory.absence.order", "to"))
	case !a.To.After(now):
		l.Add(fault.Invalid("directory.absence.past", "to"))
	case !a.From.IsZero() && a.To.Sub(a.From) > MaxAbsence:
		l.Add(fault.Invalid("directory.absence.long", "to", "days", int(MaxAbsence.Hours()/24)))
	}
	l.Add(checkText("directory.long", "reason", a.Reason, false))
	return l
}

// EndAbsence ends an absence now, or forgets it when it has not begun. It may be called twice.
func (s *Service) EndAbsence(ctx context.Context, of Subject, id AbsenceID) (err error) {
	defer fault.Wrap(&err, "end absence %s", id)
	return s.change(ctx, of, func(tx *db.Tx, _ owner) error {
		now := db.Ms(tx.Now())
		if err := tx.Write(`DELETE FROM availability WHERE id = $1 AND subject = $2 AND kind = $3 AND starts >= $4`, string(id), of.ID, kindAbsence, now); err != nil {
			return err
		}
		return tx.Write(`UPDATE availability SET ends = $4 WHERE id = $1 AND subject = $2 AND kind = $3 AND ends > $4`, string(id), of.ID, kindAbsence, now)
	})
}

// ChangePractice replaces what a subject accepts: communes, radius, acts, modes, networks, waking and
// quiet hours. Times are changed apart. All faults come together, each with its field.
func (s *Service) ChangePractice(ctx context.Context, of Subject, p Practice) (err error) {
	defer fault.Wrap(&err, "change practice of %s", of.ID)
	return s.change(ctx, of, func(tx *db.Tx, o owner) error {
		if err := p.check(o.profession); err != nil {
			return err
		}
		text, err := p.profileText()
		if err != nil {
			return err
		}
		q := `UPDATE professional SET radius_km = $2, profile = $3 WHERE id = $1`
		if of.Kind == KindStructure {
			q = `UPDATE structure SET radius_km = $2, profile = $3 WHERE id = $1`
		}
		if err := tx.Write(q, of.ID, p.Radius, text); err != nil {
			return err
		}
		return writeCoverage(tx, of.ID, o.profession, p.Communes)
	})
}
