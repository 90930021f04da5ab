package auth

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Delegate is somebody who acts for a professional, as a secretary does: he asks and answers for him, and every act is
// recorded as both.
type Delegate struct {
	Account AccountID
	Name    string // of who acts
	Login   string
	Since   time.Time
}

// ActedFor is a professional for whom an account acts.
type ActedFor struct {
	Person string
	Name   string
}

// DelegatesOf lists who acts for a professional today, by name. It never checks who asks.
func DelegatesOf(tx *db.Tx, person string) ([]Delegate, error) {
	return db.All(tx, func(r db.Row) (d Delegate, err error) {
		var since int64
		err = r.Scan(&d.Account, &d.Name, &d.Login, &since)
		d.Since = db.At(since)
		return d, err
	}, `SELECT d.account, a.name, a.login, d.since FROM delegate d JOIN account a ON a.id = d.account WHERE d.person = $1 AND d.until = 0 AND a.state = $2 ORDER BY a.name, a.id`, person, stateActive)
}

// ActsFor lists the professionals for whom an account acts today, by name. It never checks who asks.
func ActsFor(tx *db.Tx, account AccountID) ([]ActedFor, error) {
	return db.All(tx, func(r db.Row) (a ActedFor, err error) { return a, r.Scan(&a.Person, &a.Name) },
		`SELECT person, name FROM delegate WHERE account = $1 AND until = 0 ORDER BY name, person`, account)
}

// AddDelegate lets an account act for a professional, whose name is given. It never checks who asks.
func (s *Service) AddDelegate(tx *db.Tx, account AccountID, person, name string) error {
	err := tx.Write(`INSERT INTO delegate (account, person, name, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account, person) DO UPDATE SET until = 0, since = excluded.since, name = excluded.name`, account, person, name, db.Ms(tx.Now()))
	if err != nil {
		return err
	}
	return s.audit.Record(tx, audit.Event{Action: "account.delegate", Object: "account", ObjectID: string(account), Detail: person})
}

// EndDelegate ends what AddDelegate allowed, at once. It never checks who asks.
func (s *Service) EndDelegate(tx *db.Tx, account AccountID, person string) error {
	n, err := tx.Exec(`UPDATE delegate SET until = $3 WHERE account = $1 AND person = $2 AND until = 0`, account, person, db.Ms(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	return s.audit.Record(tx, audit.Event{Action: "account.delegate_end", Object: "account", ObjectID: string(account), Detail: person})
}

// ActAs chooses for whom the actor acts in this session, among those he may. Anybody else does not exist.
func (s *Service) ActAs(ctx context.Context, person string) (err error) {
	defer fault.Wrap(&err, "act for %s", person)
	by, ok := actor.From(ctx)
	if !ok || by.Session == "" {
		return fault.Unauthenticated("unauthenticated")
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		all, err := ActsFor(tx, AccountID(by.Account))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(a ActedFor) bool { return a.Person == person }) {
			return fault.NotFound("directory.not_found")
		}
		return tx.Write(`UPDATE session SET acting = $1 WHERE id = $2`, person, by.Session)
	})
}

// actsFor is for whom somebody acts in a session: whom he chose while he still may, else the first; nobody when
// there is none.
func actsFor(tx *db.Tx, found session) (ActedFor, error) {
	if !slices.Contains(found.account.Roles, actor.RoleSecretary) {
		return ActedFor{}, nil
	}
	all, err := ActsFor(tx, found.account.ID)
	if err != nil || len(all) == 0 {
		return ActedFor{}, err
	}
	if i := slices.IndexFunc(all, func(a ActedFor) bool { return a.Person == found.acting }); i >= 0 {
		return all[i], nil
	}
	return all[0], nil
}
