package request

import (
	"encoding/json"
	"time"

	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Version is what a request asked before one change of its need.
type Version struct {
	// Asked is the request with the need it had then.
	Asked Request
	// Details are its clinical texts, empty for who may not read them.
	Details Details
	// Until is when it was changed, and Act what changed it.
	Until time.Time
	Act   Act

	id       string
	dispatch DispatchID
}

// keptNeed is the structured care of a version, as its row keeps it.
type keptNeed struct {
	Acts          []nomenclature.ActCode `json:"acts"`
	Mode          nomenclature.Mode      `json:"mode"`
	Urgency       nomenclature.Urgency   `json:"urgency"`
	StartAt       int64                  `json:"start_at"`
	StartBy       int64                  `json:"start_by"`
	RespondWithin time.Duration          `json:"respond_within"`
	Care          Care                   `json:"care"`
}

func needOf(r Request) keptNeed {
	return keptNeed{r.Acts, r.Mode, r.Urgency, db.Ms(r.StartAt), db.Ms(r.StartBy), r.RespondWithin, r.Care}
}

// into makes r ask k.
func (k keptNeed) into(r Request) Request {
	r.Acts, r.Mode, r.Urgency, r.Care = k.Acts, k.Mode, k.Urgency, k.Care
	r.StartAt, r.StartBy, r.RespondWithin = db.At(k.StartAt), db.At(k.StartBy), k.RespondWithin
	return r
}

func detailsPlace(id ID) crypt.Place {
	return crypt.Place{Table: "request", Column: "details", Row: string(id)}
}

func versionPlace(id string) crypt.Place {
	return crypt.Place{Table: "request_version", Column: "details", Row: id}
}

// keepVersion writes down what the request asks, before the act changes it. The clinical
// texts are sealed anew: a sealed text opens nowhere but in its row.
func (st *step) keepVersion() error {
	need, err := json.Marshal(needOf(st.r))
	if err != nil {
		return err
	}
	id := ident.New[string](st.tx.Now())
	var d Details
	if err := st.s.vault.OpenJSON(st.tx, string(st.r.Patient), detailsPlace(st.r.ID), st.r.sealed, &d); err != nil {
		return err
	}
	sealed, err := st.s.vault.SealJSON(st.tx, string(st.r.Patient), versionPlace(id), d)
	if err != nil {
		return err
	}
	return st.tx.Write(`INSERT INTO request_version (id, request, dispatch, act, need, details, until) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		id, string(st.r.ID), string(st.r.Dispatch), string(st.act), string(need), sealed, db.Ms(st.tx.Now()))
}

// versions reads what r asked before its changes, the latest first. Its clinical texts are
// opened when texts says so.
func (s *Service) versions(tx *db.Tx, r Request, texts bool) ([]Version, error) {
	type kept struct {
		Version
		sealed []byte
	}
	found, err := db.All(tx, func(row db.Row) (k kept, err error) {
		var need string
		var until int64
		if err := row.Scan(&k.id, &k.dispatch, &k.Act, &need, &k.sealed, &until); err != nil {
			return k, err
		}
		var n keptNeed
		err = json.Unmarshal([]byte(need), &n)
		k.Asked, k.Until = n.into(r), db.At(until)
		return k, err
	}, `SELECT id, dispatch, act, need, details, until FROM request_version WHERE request = $1 ORDER BY id DESC`, string(r.ID))
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, k := range found {
		if texts {
			if err := s.vault.OpenJSON(tx, string(r.Patient), versionPlace(k.id), k.sealed, &k.Details); err != nil {
				return nil, err
			}
		}
		out = append(out, k.Version)
	}
	return out, nil
}

// askAsBefore gives a request whose acceptance is undone the need it had before a
// proposal was retained in the round that ends: nothing came of it.
func (st *step) askAsBefore() error {
	found, err := st.s.versions(st.tx, st.r, true)
	if err != nil || len(found) == 0 || found[0].Act != ActTakeProposal || found[0].dispatch != st.r.Dispatch {
		return err
	}
	st.r = needOf(found[0].Asked).into(st.r)
	if st.r.sealed, err = st.s.vault.SealJSON(st.tx, string(st.r.Patient), detailsPlace(st.r.ID), found[0].Details); err != nil {
		return err
	}
	return writeNeed(st.tx, st.r)
}

// writeNeed writes what r asks. Its version moves with the act.
func writeNeed(tx *db.Tx, r Request) error {
	care, err := json.Marshal(r.Care)
	if err != nil {
		return err
	}
	err = tx.Write(`UPDATE request SET mode = $2, urgency = $3, start_at = $4, start_by = $5, respond_within = $6, need = $7, details = $8 WHERE id = $1`,
		string(r.ID), string(r.Mode), string(r.Urgency), db.Ms(r.StartAt), db.Ms(r.StartBy), r.RespondWithin.Milliseconds(), string(care), r.sealed)
	if err != nil {
		return err
	}
	if err := tx.Write(`DELETE FROM request_item WHERE request = $1`, string(r.ID)); err != nil {
		return err
	}
	return insertActs(tx, r)
}
