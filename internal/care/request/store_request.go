package request

import (
	"encoding/json"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

const requestColumns = `id, territory, care_order, patient, state, came_from, profession, mode, urgency, commune, lat, lon,
	start_at, start_by, respond_within, need, details, service, requester, account, requester_name, requester_role, requester_phone,
	dispatch, provider_kind, provider, provider_name, version, created, triggered, accepted, started, ended, reply_by, next_visit, reason, once,
	to_reconfirm, mandatory, follows, follow_kind, ends_followed`

func scanRequest(row db.Row) (r Request, err error) {
	var within, created, triggered, accepted, started, ended, reply, next, startAt, startBy, reconfirm int64
	var care string
	err = row.Scan(&r.ID, &r.Territory, &r.Order, &r.Patient, &r.State, &r.CameFrom, &r.Profession, &r.Mode, &r.Urgency, &r.Commune, &r.Point.Lat, &r.Point.Lon,
		&startAt, &startBy, &within, &care, &r.sealed, &r.From.Service, &r.From.Person, &r.From.Account, &r.From.Name, &r.From.Role, &r.From.Phone,
		&r.Dispatch, &r.Provider.Kind, &r.Provider.ID, &r.Provider.Name, &r.Version, &created, &triggered, &accepted, &started, &ended, &reply, &next, &r.Reason, &r.once,
		&reconfirm, &r.Mandatory, &r.Follows, &r.Kind, &r.EndsFollowed)
	if err != nil {
		return r, err
	}
	r.StartAt, r.StartBy, r.RespondWithin = db.At(startAt), db.At(startBy), time.Duration(within)*time.Millisecond
	r.Created, r.Triggered, r.AcceptedAt, r.StartedAt = db.At(created), db.At(triggered), db.At(accepted), db.At(started)
	r.Ended, r.ReplyBy, r.NextVisit, r.ToReconfirm = db.At(ended), db.At(reply), db.At(next), db.At(reconfirm)
	return r, json.Unmarshal([]byte(care), &r.Care)
}

// load reads a request and its acts, locked against other writers; fault.NotFound when there is none.
func load(tx *db.Tx, id ID) (Request, error) {
	r, err := db.One(tx, "request.not_found", scanRequest, `SELECT `+requestColumns+` FROM request WHERE id = $1 FOR UPDATE`, string(id))
	if err != nil {
		return r, err
	}
	return withActs(tx, r)
}

// read is load without the lock, for views.
func read(tx *db.Tx, id ID) (Request, error) {
	r, err := db.One(tx, "request.not_found", scanRequest, `SELECT `+requestColumns+` FROM request WHERE id = $1`, string(id))
	if err != nil {
		return r, err
	}
	return withActs(tx, r)
}

func withActs(tx *db.Tx, r Request) (Request, error) {
	all, err := withAllActs(tx, []Request{r})
	if err != nil {
		return r, err
	}
	return all[0], nil
}

// withAllActs reads the acts of several requests in one query.
func withAllActs(tx *db.Tx, all []Request) ([]Request, error) {
	if len(all) == 0 {
		return all, nil
	}
	at := make(map[ID]int, len(all))
	ids := make([]any, len(all))
	for i, r := range all {
		at[r.ID], ids[i] = i, string(r.ID)
	}
	type item struct {
		request ID
		act     nomenclature.ActCode
	}
	items, err := db.All(tx, func(row db.Row) (i item, err error) { return i, row.Scan(&i.request, &i.act) },
		`SELECT request, act FROM request_item WHERE request IN `+db.In(1, len(ids))+` ORDER BY request, rank`, ids...)
	for _, i := range items {
		all[at[i.request]].Acts = append(all[at[i.request]].Acts, i.act)
	}
	return all, err
}

// findOnce reads the request that a doubled submission made the first time.
func findOnce(tx *db.Tx, once string) (Request, bool, error) {
	r, ok, err := db.Find(tx, scanRequest, `SELECT `+requestColumns+` FROM request WHERE once = $1`, once)
	if err != nil || !ok {
		return r, ok, err
	}
	r, err = withActs(tx, r)
	return r, true, err
}

// insert writes a new request with its acts.
func insert(tx *db.Tx, r Request, day string) error {
	care, err := json.Marshal(r.Care)
	if err != nil {
		return err
	}
	err = tx.Write(`INSERT INTO request (`+requestColumns+`, created_day) VALUES `+db.In(1, 43),
		string(r.ID), r.Territory, string(r.Order), string(r.Patient), string(r.State), string(r.CameFrom), string(r.Profession), string(r.Mode), string(r.Urgency),
		string(r.Commune), r.Point.Lat, r.Point.Lon, db.Ms(r.StartAt), db.Ms(r.StartBy), r.RespondWithin.Milliseconds(), string(care), r.sealed,
		r.From.Service, r.From.Person, r.From.Account, r.From.Name, r.From.Role, r.From.Phone, string(r.Dispatch), string(r.Provider.Kind), r.Provider.ID, r.Provider.Name,
		r.Version, db.Ms(r.Created), db.Ms(r.Triggered), db.Ms(r.AcceptedAt), db.Ms(r.StartedAt), db.Ms(r.Ended), db.Ms(r.ReplyBy), db.Ms(r.NextVisit), r.Reason, r.once,
		db.Ms(r.ToReconfirm), r.Mandatory, string(r.Follows), string(r.Kind), r.EndsFollowed, day)
	if err != nil {
		return err
	}
	return insertActs(tx, r)
}

func insertActs(tx *db.Tx, r Request) error {
	for i, a := range r.Acts {
		err := tx.Write(`INSERT INTO request_item (id, request, rank, act) VALUES ($1, $2, $3, $4)`, ident.New[string](tx.Now()), string(r.ID), int64(i), string(a))
		if err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces the content of a draft. Only a draft may be rewritten.
func rewrite(tx *db.Tx, r Request) error {
	care, err := json.Marshal(r.Care)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE request SET profession = $2, mode = $3, urgency = $4, commune = $5, lat = $6, lon = $7, start_at = $8, start_by = $9,
		respond_within = $10, need = $11, details = $12, requester_phone = $13, mandatory = $15, follows = $16, follow_kind = $17, ends_followed = $18, territory = $19, version = version + 1
		WHERE id = $1 AND state = 'draft' AND version = $14`,
		string(r.ID), string(r.Profession), string(r.Mode), string(r.Urgency), string(r.Commune), r.Point.Lat, r.Point.Lon, db.Ms(r.StartAt), db.Ms(r.StartBy),
		r.RespondWithin.Milliseconds(), string(care), r.sealed, r.From.Phone, r.Version,
		r.Mandatory, string(r.Follows), string(r.Kind), r.EndsFollowed, r.Territory)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("request.changed")
	}
	if err := tx.Write(`DELETE FROM request_item WHERE request = $1`, string(r.ID)); err != nil {
		return err
	}
	return insertActs(tx, r)
}

// move writes the new state of r by compare-and-set on the version it was read at:
// whoever was faster wins, and this act meets a conflict.
func move(tx *db.Tx, r *Request, was State) error {
	n, err := tx.Exec(`UPDATE request SET state = $3, came_from = $4, dispatch = $5, provider_kind = $6, provider = $7, provider_name = $8, triggered = $9,
		accepted = $10, started = $11, ended = $12, reply_by = $13, next_visit = $14, reason = $15, to_reconfirm = $17, version = version + 1
		WHERE id = $1 AND version = $2 AND state = $16`,
		string(r.ID), r.Version, string(r.State), string(r.CameFrom), string(r.Dispatch), string(r.Provider.Kind), r.Provider.ID, r.Provider.Name, db.Ms(r.Triggered),
		db.Ms(r.AcceptedAt), db.Ms(r.StartedAt), db.Ms(r.Ended), db.Ms(r.ReplyBy), db.Ms(r.NextVisit), r.Reason, string(was), db.Ms(r.ToReconfirm))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("request.changed")
	}
	r.Version++
	return nil
}
