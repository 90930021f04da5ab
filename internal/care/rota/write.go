package rota

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Limits of what is written at once.
const (
	longestShift = 31 * 24 * time.Hour
	longestPlan  = 400 * 24 * time.Hour
	mostShifts   = 5000
)

// Service holds the use cases.
type Service struct {
	db    *db.DB
	audit *audit.Audit
}

// NewService returns the use cases on d.
func NewService(d *db.DB) *Service { return &Service{db: d, audit: audit.New(d)} }

func mayWrite(ctx context.Context, of territory.ID) error {
	a, ok := actor.From(ctx)
	switch {
	case !ok:
		return fault.Unauthenticated("unauthenticated")
	case a.Has(actor.RolePlatformAdmin), a.IsSystem(), a.Has(actor.RoleTerritoryAdmin) && a.Territory == of:
		return nil
	case a.Territory == of:
		return fault.Forbidden("rota.forbidden")
	}
	return fault.NotFound("rota.not_found")
}

// SaveLine writes a line, new when it has no ID. Administrators of its territory.
func (s *Service) SaveLine(ctx context.Context, l DutyLine) (saved DutyLine, err error) {
	defer fault.Wrap(&err, "save duty line %q", l.Name)
	e := audit.Event{Action: "rota.line", Object: "duty_line", ObjectID: string(l.ID)}
	if err := mayWrite(ctx, l.Territory); err != nil {
		return l, s.audit.Refusal(ctx, e, err)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if l.ID != "" {
			before, err := Line(tx, l.ID)
			if err != nil {
				return err
			}
			if before.Territory != l.Territory {
				return fault.NotFound("rota.not_found")
			}
		}
		var err error
		if saved, err = PutLine(tx, l); err != nil {
			return err
		}
		e.ObjectID, e.Detail = string(saved.ID), fmt.Sprintf("%s, %s, open %t", saved.Name, saved.Profession, saved.Active)
		return s.audit.Record(tx, e)
	})
	return saved, err
}

// PutLine is SaveLine within tx; it does not check who asks.
func PutLine(tx *db.Tx, l DutyLine) (DutyLine, error) {
	if err := l.Normalize(); err != nil {
		return l, err
	}
	if l.ID == "" {
		l.ID = ident.New[LineID](tx.Now())
	}
	communes, err := json.Marshal(append([]territory.CommuneCode{}, l.Communes...))
	if err != nil {
		return l, err
	}
	err = tx.Write(`INSERT INTO duty_line (id, territory, name, profession, mode, communes, phone, active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, profession = excluded.profession, mode = excluded.mode, communes = excluded.communes,
		phone = excluded.phone, active = excluded.active`,
		string(l.ID), l.Territory, l.Name, string(l.Profession), string(l.Mode), string(communes), string(l.Phone), l.Active)
	return l, err
}

// ReplaceShifts makes shifts the whole duty of a line from from until to. What was written before is cut
// at both ends of that time and kept outside of it; every shift must be inside. Administrators of the
// territory of the line. All faults come together, each at "shifts".
func (s *Service) ReplaceShifts(ctx context.Context, line LineID, from, to time.Time, shifts []DutyShift) (err error) {
	defer fault.Wrap(&err, "replace shifts of %s", line)
	e := audit.Event{Action: "rota.shifts", Object: "duty_line", ObjectID: string(line)}
	return s.audit.Refusal(ctx, e, s.db.Update(ctx, func(tx *db.Tx) error {
		l, err := Line(tx, line)
		if err != nil {
			return err
		}
		if err := mayWrite(tx.Context(), l.Territory); err != nil {
			return err
		}
		if err := PutShifts(tx, line, from, to, shifts); err != nil {
			return err
		}
		done := e
		done.Detail = fmt.Sprintf("%s/%s, %d", from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), len(shifts))
		return s.audit.Record(tx, done)
	}))
}

// PutShifts is ReplaceShifts within tx; it does not check who asks.
func PutShifts(tx *db.Tx, line LineID, from, to time.Time, shifts []DutyShift) error {
	if err := checkShifts(tx, from, to, shifts); err != nil {
		return err
	}
	before, err := Shifts(tx, line, from, to)
	if err != nil {
		return err
	}
	for _, old := range before {
		if err := tx.Write(`DELETE FROM duty WHERE id = $1`, string(old.ID)); err != nil {
			return err
		}
		for _, part := range [][2]time.Time{{old.From, from}, {to, old.To}} {
			if part[0].Before(part[1]) {
				old.From, old.To, old.ID = part[0], part[1], ""
				shifts = append(shifts[:len(shifts):len(shifts)], old)
			}
		}
	}
	for _, shift := range shifts {
		err := tx.Write(`INSERT INTO duty (id, line, subject_kind, subject, rank, starts, ends) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			ident.New[string](tx.Now()), string(line), string(shift.Subject.Kind), shift.Subject.ID, int64(shift.Rank), db.Ms(shift.From), db.Ms(shift.To))
		if err != nil {
			return err
		}
	}
	return nil
}

func checkShifts(tx *db.Tx, from, to time.Time, shifts []DutyShift) error {
	if !from.Before(to) || to.Sub(from) > longestPlan || len(shifts) > mostShifts {
		return fault.Invalid("rota.plan", "shifts", "days", int(longestPlan.Hours()/24), "max", mostShifts)
	}
	var subjects []directory.Subject
	for _, s := range shifts {
		subjects = append(subjects, s.Subject)
	}
	cards, err := directory.ByIDs(tx, subjects)
	if err != nil {
		return err
	}
	var l fault.List
	for i, s := range shifts {
		card, ok := cards[s.Subject]
		switch {
		case !ok || !card.Active:
			l.Add(fault.Invalid("rota.shift.subject", "shifts", "row", i+1))
		case !s.From.Before(s.To) || s.To.Sub(s.From) > longestShift:
			l.Add(fault.Invalid("rota.shift.order", "shifts", "row", i+1))
		case s.From.Before(from) || s.To.After(to):
			l.Add(fault.Invalid("rota.shift.outside", "shifts", "row", i+1))
		case s.Rank < 0 || s.Rank > mostShifts:
			l.Add(fault.Invalid("rota.shift.rank", "shifts", "row", i+1))
		}
	}
	for _, name := range overlapping(shifts, cards) {
		l.Add(fault.Invalid("rota.shift.overlap", "shifts", "name", name))
	}
	return l.Err()
}

// overlapping names, each once, who would be twice on duty at the same time.
func overlapping(shifts []DutyShift, cards map[directory.Subject]directory.Card) []string {
	sorted := slices.SortedFunc(slices.Values(shifts), func(a, b DutyShift) int {
		return cmp.Or(cmp.Compare(a.Subject.Kind, b.Subject.Kind), cmp.Compare(a.Subject.ID, b.Subject.ID), a.From.Compare(b.From))
	})
	var names []string
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; a.Subject == b.Subject && b.From.Before(a.To) {
			names = append(names, cards[b.Subject].Name)
		}
	}
	return slices.Compact(names)
}
