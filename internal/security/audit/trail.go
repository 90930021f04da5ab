package audit

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// trailSize bounds what one reading of a trail returns.
const trailSize = 1000

// Trail returns what was recorded about a patient, the last first, at most a thousand
// lines. It never checks who asks.
func Trail(tx *db.Tx, patient string) ([]Line, error) {
	return db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE patient = $1 AND patient <> '' ORDER BY at DESC, id DESC LIMIT $2`, patient, int64(trailSize))
}

// TrailOfAccount returns, of what was recorded about a patient, what one account did. It never checks who asks.
func TrailOfAccount(tx *db.Tx, patient, account string) ([]Line, error) {
	return db.All(tx, scanLine, `SELECT `+lineColumns+` FROM audit WHERE patient = $1 AND patient <> '' AND account = $2 AND account <> '' ORDER BY at DESC, id DESC LIMIT $3`,
		patient, account, int64(trailSize))
}

// OfPatient lists the accesses to a patient's data: all of them for an auditor, one's
// own for everybody else. Asking is recorded too.
func (a *Audit) OfPatient(ctx context.Context, patient string) (lines []Line, err error) {
	defer fault.Wrap(&err, "trail of patient %s", patient)
	by, ok := actor.From(ctx)
	if !ok {
		return nil, fault.Unauthenticated("unauthenticated")
	}
	err = a.db.Update(ctx, func(tx *db.Tx) error {
		if by.Has(actor.RoleAuditor) {
			lines, err = Trail(tx, patient)
		} else {
			lines, err = TrailOfAccount(tx, patient, by.Account)
		}
		if err != nil {
			return err
		}
		return a.Record(tx, Event{Action: "audit.read", Object: "patient", ObjectID: patient, Patient: patient})
	})
	return lines, err
}
