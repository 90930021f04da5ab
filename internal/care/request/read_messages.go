package request

import (
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// messages reads the thread of a request, the first message first.
func (s *Service) messages(tx *db.Tx, st *step, r Request) ([]Message, error) {
	mine := Requester
	if st.rel.Provider || st.rel.Stands {
		mine = Provider
	}
	type written struct {
		Message
		sealed []byte
	}
	all, err := db.All(tx, func(row db.Row) (w written, err error) {
		var at int64
		err = row.Scan(&w.ID, &at, &w.Name, &w.Side, &w.OnBehalf, &w.sealed)
		w.At, w.Mine = db.At(at), w.Side == mine
		return w, err
	}, `SELECT id, created, name, side, on_behalf, body FROM thread_message WHERE request = $1 ORDER BY created, id`, string(r.ID))
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(all))
	for i, w := range all {
		text, err := s.vault.Open(tx, string(r.Patient), crypt.Place{Table: "thread_message", Column: "body", Row: string(w.ID)}, w.sealed)
		if err != nil {
			return nil, err
		}
		out[i] = w.Message
		out[i].Text = string(text)
	}
	return out, nil
}
