package request

import (
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

// Involved is somebody who accepted a request of a patient (EA-112).
type Involved struct {
	Who
	Request    ID
	Profession nomenclature.ProfessionCode // of the request
	State      State                       // of the request
	Since      time.Time
	// Until is when he gave it back; zero while he carries it and once it is over.
	Until time.Time
}

// involvedIn reads who accepted the requests whose timeline the reader sees, the last first.
// An acceptance taken back at once is none.
func involvedIn(tx *db.Tx, rows []Row) ([]Involved, error) {
	known, ids := map[ID]Row{}, []any{}
	for _, r := range rows {
		if r.Sight.Timeline {
			known[r.ID], ids = r, append(ids, string(r.ID))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	accepted, err := db.All(tx, func(row db.Row) (v Involved, err error) {
		var since, closed int64
		var state RoundState
		var reason string
		if err := row.Scan(&v.Request, &v.Kind, &v.ID, &v.Name, &since, &state, &reason, &closed); err != nil {
			return v, err
		}
		v.Since = db.At(since)
		switch {
		case (Round{State: state, Reason: reason}).Undone():
			v.ID = ""
		case state == RoundReleased, state == RoundFailed:
			v.Until = db.At(closed)
		}
		return v, nil
	}, `SELECT o.request, o.recipient_kind, o.recipient, o.recipient_name, o.decided, d.state, d.reason, d.closed FROM offer o JOIN dispatch d ON d.id = o.dispatch
		WHERE o.state = 'accepted' AND o.request IN `+db.In(1, len(ids))+` ORDER BY o.decided DESC, o.id DESC`, ids...)
	if err != nil {
		return nil, err
	}
	var out []Involved
	for _, v := range accepted {
		r := known[v.Request]
		if v.ID == "" {
			continue
		}
		v.Profession, v.State = r.Profession, r.State
		if v.Until.IsZero() && r.Provider.Subject == v.Subject {
			v.Name = r.Provider.Name // with who comes, when a structure answered
		}
		out = append(out, v)
	}
	return out, nil
}

// outsidersOf reads those who accepted without being in the directory, by their ids.
func outsidersOf(tx *db.Tx, all []Involved) (map[string]Outsider, error) {
	var ids []any
	for _, v := range all {
		if v.Kind == KindOutsider {
			ids = append(ids, v.ID)
		}
	}
	out := map[string]Outsider{}
	if len(ids) == 0 {
		return out, nil
	}
	_, err := db.All(tx, func(row db.Row) (id string, err error) {
		var o Outsider
		err = row.Scan(&id, &o.Name, &o.Profession, &o.Phone)
		out[id] = o
		return id, err
	}, `SELECT id, name, profession, phone FROM outsider WHERE id IN `+db.In(1, len(ids)), ids...)
	return out, err
}
