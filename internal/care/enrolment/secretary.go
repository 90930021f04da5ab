package enrolment

import (
	"context"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// delegating returns the professional who acts for himself; nobody else lets somebody act for him.
func delegating(tx *db.Tx) (actor.Actor, error) {
	by, ok := actor.From(tx.Context())
	switch {
	case !ok:
		return by, fault.Unauthenticated("unauthenticated")
	case !by.Has(actor.RoleProfessional) || by.Person == "" || by.OnBehalf != "":
		return by, fault.NotFound("directory.not_found")
	case !by.Fresh(tx.Now()):
		return by, fault.Forbidden("auth.prove")
	}
	return by, nil
}

// Secretaries lists who acts for the actor, a professional.
func (s *Service) Secretaries(ctx context.Context) (list []auth.Delegate, err error) {
	defer fault.Wrap(&err, "list secretaries")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		by, err := delegating(tx)
		if err != nil {
			return err
		}
		list, err = auth.DelegatesOf(tx, by.Person)
		return err
	})
	return list, err
}

// AddSecretary lets somebody act for the actor, a professional: who has a secretary account already chooses for whom he acts,
// anybody else is given one and sent the code that opens it.
func (s *Service) AddSecretary(ctx context.Context, r Referent) (err error) {
	defer fault.Wrap(&err, "add a secretary")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		by, err := delegating(tx)
		if err != nil {
			return err
		}
		if err := r.normalize(); err != nil {
			return err
		}
		account, code, err := s.secretary(tx, by, r)
		if err != nil {
			return err
		}
		if err := s.auth.AddDelegate(tx, account.ID, by.Person, by.Name); err != nil || code == "" {
			return err
		}
		return s.tellCode(tx, account, code)
	})
}

// secretary returns the secretary account of a mailbox, made when there is none: then with the code that opens it.
func (s *Service) secretary(tx *db.Tx, by actor.Actor, r Referent) (account auth.Account, code string, err error) {
	account, err = auth.AccountByLogin(tx, r.Email)
	if err == nil {
		if !slices.Equal(account.Roles, []actor.Role{actor.RoleSecretary}) || account.Territory != by.Territory || account.Closed {
			err = fault.Conflict("secretary.role").At("email")
		}
		return account, "", err
	}
	if fault.KindOf(err) != fault.KindNotFound {
		return account, "", err
	}
	account, code, err = s.auth.Admit(tx, auth.NewAccount{Login: r.Email, Name: r.Name, Roles: []actor.Role{actor.RoleSecretary}, Territory: by.Territory})
	if err != nil {
		return account, "", err
	}
	return account, code, s.reachAt(tx, string(account.ID), r.Phone, r.Email)
}

// EndSecretary ends what somebody does for the actor, at once. His account stays: he may act for others.
func (s *Service) EndSecretary(ctx context.Context, id auth.AccountID) (err error) {
	defer fault.Wrap(&err, "end a secretary")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		by, err := delegating(tx)
		if err != nil {
			return err
		}
		return s.auth.EndDelegate(tx, id, by.Person)
	})
}

// ActedFor lists for whom the actor may act.
func (s *Service) ActedFor(ctx context.Context) (list []auth.ActedFor, err error) {
	defer fault.Wrap(&err, "list whom one acts for")
	by, ok := actor.From(ctx)
	if !ok {
		return nil, fault.Unauthenticated("unauthenticated")
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		list, err = auth.ActsFor(tx, auth.AccountID(by.Account))
		return err
	})
	return list, err
}
