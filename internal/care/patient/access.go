package patient

import (
	"context"

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
		if ReadsTrail(by, territory) {
			lines, err = audit.OfPatient(tx, string(id))
		} else {
			lines, err = audit.OfPatientBy(tx, string(id), by.Account)
		}
		if err != nil {
			return err
		}
		return g.record(tx, Access{Action: "audit.read"}, id)
	})
	return lines, g.audit.Refusal(ctx, audit.Event{Action: "audit.read", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}
