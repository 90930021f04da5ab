package patient

import (
	"fmt"
	"slices"
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// listQuiet is how long a list left on a screen is one reading of each of its patients.
const listQuiet = 15 * time.Minute

// OpenList decrypts the patients of a list that somebody leafs through, in one query.
// It records one line that tells how many and what was asked, and one for each patient,
// unless the same account read him in a list less than a quarter of an hour ago. Those that do
// not exist are not in the result. It never checks who asks.
func (g *Register) OpenList(tx *db.Tx, a Access, ids []ID, asked string) (map[ID]Patient, error) {
	out, err := g.rows(tx, ids)
	if err != nil {
		return nil, err
	}
	a = a.or("patient.list")
	var read []ID
	for _, p := range out {
		read = append(read, p.ID)
	}
	slices.Sort(read)
	read = slices.Compact(read)
	if err := g.audit.RecordPatients(tx, audit.Event{Action: a.Action, Object: "patient", Request: a.Request}, texts(read), listQuiet); err != nil {
		return nil, err
	}
	return out, g.audit.Record(tx, audit.Event{Action: a.Action, Object: "patient", Request: a.Request, Detail: fmt.Sprintf("%d read; %s", len(out), asked)})
}

func texts(ids []ID) []string {
	out := make([]string, len(ids))
	for n, id := range ids {
		out[n] = string(id)
	}
	return out
}

// ByPhone returns the patients of a territory reached by a phone, as FindByPhone does, with
// every id under which each is known, for a list that opens them next: its line of the audit
// tells the search. It never checks who asks.
func (g *Register) ByPhone(tx *db.Tx, territory string, phone directory.Phone) ([]ID, error) {
	ids, err := db.All(tx, db.Value[ID], `SELECT DISTINCT `+survivor+` FROM patient WHERE territory = $1 AND phone_index = $2 ORDER BY 1 LIMIT $3`,
		territory, g.phoneIndex(phone), int64(candidatesMax))
	if err != nil {
		return nil, err
	}
	return expanded(tx, ids)
}
