package request

import (
	"encoding/json"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

const actColumns = `id, act, at, account, person, name, role, on_behalf, from_state, to_state, dispatch, offer, reason, detail`

func scanDone(row db.Row) (a Done, err error) {
	var at int64
	var detail string
	err = row.Scan(&a.ID, &a.Act, &at, &a.Account, &a.Person, &a.Name, &a.Role, &a.OnBehalf, &a.From, &a.To, &a.Dispatch, &a.Offer, &a.Reason, &detail)
	if err != nil {
		return a, err
	}
	a.At = db.At(at)
	return a, json.Unmarshal([]byte(detail), &a.Detail)
}

// timeline reads every act of a request, oldest first.
func timeline(tx *db.Tx, id ID) ([]Done, error) {
	return db.All(tx, scanDone, `SELECT `+actColumns+` FROM request_act WHERE request = $1 ORDER BY version_after, id`, string(id))
}

// appendAct writes one act of r done by who. It is never changed afterwards.
func appendAct(tx *db.Tx, r Request, who actor.Actor, a Done, versionBefore int64) error {
	a.At = tx.Now()
	row, err := actRow(r, who, a, versionBefore, r.Version)
	if err != nil {
		return err
	}
	return insertActRows(tx, row)
}

// actRow is the row of an act that led r from a version to another, at its instant.
func actRow(r Request, who actor.Actor, a Done, before, after int64) ([]any, error) {
	detail, err := json.Marshal(a.Detail)
	return []any{
		ident.New[string](a.At), r.Territory, string(r.ID), string(a.Act), db.Ms(a.At), who.Account, who.Person, who.Name, string(who.Role()), who.OnBehalf,
		string(a.From), string(a.To), string(a.Dispatch), string(a.Offer), a.Reason, string(detail), before, after,
	}, err
}

func insertActRows(tx *db.Tx, rows ...[]any) error {
	return tx.Write(`INSERT INTO request_act (id, territory, request, act, at, account, person, name, role, on_behalf, from_state, to_state, dispatch, offer, reason, detail,
		version_before, version_after) VALUES `+db.Values(len(rows), len(rows[0])), slices.Concat(rows...)...)
}
