package patient

import (
	"fmt"

	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// OpenList decrypts the patients of a list that somebody leafs through, in one query
// and one line of the audit, which tells how many and what was asked. Those that do not
// exist are not in the result. It never checks who asks.
func (g *Register) OpenList(tx *db.Tx, a Access, ids []ID, asked string) (map[ID]Patient, error) {
	out := make(map[ID]Patient, len(ids))
	if len(ids) > 0 {
		rows, err := db.All(tx, scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id IN `+db.In(1, len(ids))+` ORDER BY id`, db.Args(ids)...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := g.vault.OpenJSON(tx, string(row.ID), identityPlace(row.ID), row.identity, &row.Identity); err != nil {
				return nil, err
			}
			out[row.ID] = row.Patient
		}
	}
	return out, g.audit.Record(tx, audit.Event{Action: a.or("patient.list").Action, Object: "patient", Request: a.Request, Detail: fmt.Sprintf("%d read; %s", len(out), asked)})
}
