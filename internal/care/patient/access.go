package patient

import (
	"context"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// ReadsTrail tells whether somebody may read all the accesses to a patient of a
// territory: auditors may, and those who supervise or operate the territory. Everybody else
// reads his own.
func ReadsTrail(by actor.Actor, territory string) bool {
	if by.Has(actor.RoleAuditor) {
		return by.Territory == "" || by.Territory == territory
	}
	return (by.Supervises() || by.Has(actor.RoleOperator)) && by.Territory != "" && by.Territory == territory
}

// Accesses lists who saw or changed what of a patient, the last first: all of it for
// who may read the trail, one's own for everybody else. Asking is recorded too.
func (g *Register) Accesses(ctx context.Context, id ID) (lines []audit.Line, err error) {
	defer fault.Wrap(&err, "accesses to patient %s", id)
	by, ok := actor.From(ctx)
	if !ok {
		return nil, fault.Unauthenticated("unauthenticated")
	}
	err = g.db.Update(ctx, func(tx *db.Tx) error {
		territory, err := TerritoryOf(tx, id)
		if err != nil {
			return err
		}
		files, err := Files(tx, id)
		if err != nil {
			return err
		}
		for _, file := range files {
			var some []audit.Line
			if ReadsTrail(by, territory) {
				some, err = audit.OfPatient(tx, string(file))
			} else {
				some, err = audit.OfPatientBy(tx, string(file), by.Account)
			}
			if err != nil {
				return err
			}
			lines = append(lines, some...)
		}
		slices.SortStableFunc(lines, func(a, b audit.Line) int { return b.At.Compare(a.At) })
		return g.record(tx, Access{Action: "audit.read"}, id)
	})
	return lines, g.audit.Refusal(ctx, audit.Event{Action: "audit.read", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}
