package supervise

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Colleague is somebody a row may be given to. Seen is when he was last here, on a session
// he has not closed; zero when he has none.
type Colleague struct {
	Account, Name string
	Seen          time.Time
}

// Colleagues lists who shares the list of whoever asks, himself among them: the latest here first.
func (s *Service) Colleagues(ctx context.Context) (list []Colleague, err error) {
	defer fault.Wrap(&err, "colleagues")
	_, within, err := teamOf(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list, err = colleagues(tx, within)
		return err
	})
	return list, err
}

// colleagues reads the open accounts of a service, or those of a territory who watch over it.
func colleagues(tx *db.Tx, within scope) ([]Colleague, error) {
	where, of := "a.structure = $1 AND a.structure <> ''", within.service
	if within.service == "" {
		where, of = "a.territory = $1", within.territory
	}
	type found struct {
		Colleague
		who actor.Actor
	}
	all, err := db.All(tx, func(r db.Row) (f found, err error) {
		var roles string
		var seen int64
		if err = r.Scan(&f.Account, &f.Name, &roles, &seen); err != nil {
			return f, err
		}
		f.Seen = db.At(seen)
		return f, json.Unmarshal([]byte(roles), &f.who.Roles)
	}, `SELECT a.id, a.name, a.roles, (SELECT COALESCE(max(e.seen), 0) FROM session e WHERE e.account = a.id) FROM account a WHERE `+where+` AND a.state = 'active'`, of)
	var out []Colleague
	for _, f := range all {
		if desk(f.who) == (within.service == "") {
			out = append(out, f.Colleague)
		}
	}
	slices.SortFunc(out, func(a, b Colleague) int { return cmp.Or(b.Seen.Compare(a.Seen), cmp.Compare(a.Name, b.Name)) })
	return out, err
}
