package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// mayManage tells whether by may make, list or close the accounts of a territory that
// hold roles. The product itself and the platform's administrators may all; those of a
// territory may theirs, save accounts of the platform.
func mayManage(by actor.Actor, territory string, roles []actor.Role) bool {
	if by.IsSystem() || by.Has(actor.RolePlatformAdmin) {
		return true
	}
	over := actor.Actor{Roles: roles}.Has(actor.RolePlatformAdmin, actor.RoleAuditor, actor.RoleSystem)
	return by.Has(actor.RoleTerritoryAdmin) && by.Territory != "" && by.Territory == territory && !over
}

// Add makes an account with a password, or without when password is empty. Refused
// with "forbidden" to who may not manage such an account.
func (s *Service) Add(ctx context.Context, n NewAccount, password string) (account Account, err error) {
	defer fault.Wrap(&err, "add account")
	if by, ok := actor.From(ctx); !ok || !mayManage(by, n.Territory, n.Roles) {
		return Account{}, s.audit.Refusal(ctx, audit.Event{Action: "account.create", Object: "account"}, fault.Forbidden("forbidden"))
	}
	var faults fault.List
	if _, err := n.Normalize(); err != nil {
		faults = append(faults, fault.Fields(err)...)
	}
	if password != "" {
		faults.Add(CheckPassword(password, n.Login, n.Name))
	}
	if err := faults.Err(); err != nil {
		return Account{}, err
	}
	if password != "" {
		if n.Secret, err = s.hasher.hash(ctx, password); err != nil {
			return Account{}, err
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		account, err = s.Create(tx, n)
		return err
	})
	return account, err
}

// List returns the accounts the actor may manage, by name, closed ones too.
func (s *Service) List(ctx context.Context) (accounts []Account, err error) {
	defer fault.Wrap(&err, "list accounts")
	by, ok := actor.From(ctx)
	if !ok || !by.IsSystem() && !by.Has(actor.RolePlatformAdmin, actor.RoleTerritoryAdmin) {
		return nil, s.audit.Refusal(ctx, audit.Event{Action: "account.list", Object: "account"}, fault.Forbidden("forbidden"))
	}
	q, args := `SELECT `+accountColumns+` FROM account`, []any{}
	if !mayManage(by, "", nil) {
		q, args = q+` WHERE territory = $1`, append(args, by.Territory)
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		accounts, err = db.All(tx, scanAccount, q+` ORDER BY name, id`, args...)
		return err
	})
	return accounts, err
}

// Known is an account as whoever manages it reads it.
type Known struct {
	Account
	Proofs int       // beside the password
	Seen   time.Time // last time it was used; zero when it is signed in nowhere
}

// foundMost bounds what one search returns.
const foundMost = 50

// Search returns the accounts of a territory that the actor may manage and whose login holds some
// words, by name, at most fifty; more tells that there were others.
func (s *Service) Search(ctx context.Context, territory, words string) (found []Known, more bool, err error) {
	defer fault.Wrap(&err, "search accounts")
	by, ok := actor.From(ctx)
	if !ok || !mayManage(by, territory, nil) {
		return nil, false, s.audit.Refusal(ctx, audit.Event{Action: "account.list", Object: "account"}, fault.Forbidden("forbidden"))
	}
	like := "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(FoldLogin(words)) + "%"
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		found, err = db.All(tx, func(r db.Row) (k Known, err error) {
			var proofs, seen int64
			k.Account, err = scanAccount(rowAfter{r, []any{&proofs, &seen}})
			if k.Proofs = int(proofs); seen > 0 {
				k.Seen = db.At(seen)
			}
			return k, err
		}, `SELECT (SELECT count(*) FROM credential c WHERE c.account = account.id AND c.kind IN ($3, $4, $5, $6)),
			COALESCE((SELECT max(s.seen) FROM session s WHERE s.account = account.id), 0), `+accountColumns+`
			FROM account WHERE territory = $1 AND login LIKE $2 ESCAPE '!' ORDER BY name, id LIMIT $7`,
			territory, like, kindPasskey, kindTOTP, kindCard, kindPSC, int64(foundMost+1))
		return err
	})
	if len(found) > foundMost {
		found, more = found[:foundMost], true
	}
	return slices.DeleteFunc(found, func(k Known) bool { return !mayManage(by, territory, k.Roles) }), more, err
}

// Close ends an account and all its sessions at once. Closing again changes nothing.
// An account that the actor may not manage is not found.
func (s *Service) Close(ctx context.Context, id AccountID) (err error) {
	defer fault.Wrap(&err, "close account %s", id)
	e := audit.Event{Action: "account.close", Object: "account", ObjectID: string(id)}
	return s.audit.Refusal(ctx, e, s.db.Update(ctx, func(tx *db.Tx) error {
		account, err := s.managed(tx, id)
		if err != nil {
			return err
		}
		return s.End(tx, account)
	}))
}

// End closes an account and all its sessions in the caller's transaction. It never checks who asks.
func (s *Service) End(tx *db.Tx, account Account) error {
	if err := tx.Write(`UPDATE account SET state = $1 WHERE id = $2`, stateClosed, account.ID); err != nil {
		return err
	}
	if _, err := endSessions(tx, account.ID, ""); err != nil {
		return err
	}
	return s.audit.Record(tx, audit.Event{Action: "account.close", Object: "account", ObjectID: string(account.ID)})
}

// SetPassword gives an account a new password and ends its sessions. It is the act of
// who manages the account.
func (s *Service) SetPassword(ctx context.Context, id AccountID, password string) (err error) {
	defer fault.Wrap(&err, "set password of %s", id)
	var account Account
	e := audit.Event{Action: "account.password", Object: "account", ObjectID: string(id)}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		account, err = s.managed(tx, id)
		return err
	})
	if err != nil {
		return s.audit.Refusal(ctx, e, err)
	}
	secret, err := s.Hash(ctx, password, account.Login, account.Name)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := setSecret(tx, id, kindPassword, secret); err != nil {
			return err
		}
		if _, err := endSessions(tx, id, ""); err != nil {
			return err
		}
		return s.audit.Record(tx, e)
	})
}

// managed returns an account that the actor may manage.
func (s *Service) managed(tx *db.Tx, id AccountID) (Account, error) {
	account, err := AccountByID(tx, id)
	if err != nil {
		return Account{}, err
	}
	if by, ok := actor.From(tx.Context()); !ok || !mayManage(by, account.Territory, account.Roles) {
		return Account{}, fault.NotFound("auth.account")
	}
	return account, nil
}
