package supervise

import (
	"context"
	"encoding/json"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// User is one account of a territory, as its desk reads it.
type User struct {
	ID         string
	Login      string
	Name       string
	Roles      []actor.Role
	Profession nomenclature.ProfessionCode
	Structure  string
	Closed     bool
	// Seen is when he was last here, on a session he has not closed; zero when he has none.
	Seen time.Time
}

// Users is one page of accounts, by login. After continues it; "" at the end.
type Users struct {
	Now       time.Time
	Territory territory.Territory
	List      []User
	After     string
}

// Users lists the accounts of the reader's territory after a login. Supervisors and
// operators only; anybody else is refused with "supervise.forbidden".
func (s *Service) Users(ctx context.Context, after string) (page Users, err error) {
	defer fault.Wrap(&err, "users")
	page, err = s.users(ctx, after)
	return page, s.audit.Refusal(ctx, audit.Event{Action: "supervise.users", Object: "account"}, err)
}

func (s *Service) users(ctx context.Context, after string) (page Users, err error) {
	_, within, err := scopeOf(ctx)
	if err == nil && within.service != "" {
		err = fault.Forbidden("supervise.forbidden")
	}
	if err != nil {
		return page, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		page = Users{Now: tx.Now()}
		if page.Territory, err = territory.Of(tx, within.territory); err != nil {
			return err
		}
		page.List, err = db.All(tx, scanUser, `SELECT a.id, a.login, a.name, a.roles, COALESCE(p.profession, ''), COALESCE(s.name, ''), a.state,
			(SELECT COALESCE(max(e.seen), 0) FROM session e WHERE e.account = a.id)
			FROM account a LEFT JOIN professional p ON p.id = a.person LEFT JOIN structure s ON s.id = a.structure
			WHERE a.territory = $1 AND a.login > $2 ORDER BY a.login LIMIT $3`, within.territory, after, int64(PageSize+1))
		return err
	})
	if len(page.List) > PageSize {
		page.List = page.List[:PageSize]
		page.After = page.List[PageSize-1].Login
	}
	return page, err
}

func scanUser(r db.Row) (u User, err error) {
	var roles, state string
	var seen int64
	if err = r.Scan(&u.ID, &u.Login, &u.Name, &roles, &u.Profession, &u.Structure, &state, &seen); err != nil {
		return u, err
	}
	u.Closed, u.Seen = state != "active", db.At(seen)
	return u, json.Unmarshal([]byte(roles), &u.Roles)
}
