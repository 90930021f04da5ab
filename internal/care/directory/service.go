package directory

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Service holds the use cases.
type Service struct{ db *db.DB }

// NewService returns the use cases on d.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// readers are the roles that read the directory of their territory.
var readers = []actor.Role{
	actor.RoleProfessional, actor.RoleSecretary, actor.RoleService, actor.RoleDischargeCoordinator, actor.RoleOperator,
	actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife,
	actor.RoleStructureManager, actor.RoleTerritoryAdmin, actor.RolePlatformAdmin,
}

// reader returns who reads, refused unless his role does.
func reader(ctx context.Context) (actor.Actor, error) {
	a, ok := actor.From(ctx)
	switch {
	case !ok:
		return a, fault.Unauthenticated("unauthenticated")
	case !a.Has(readers...):
		return a, fault.Forbidden("directory.forbidden")
	}
	return a, nil
}

// owns tells whether s is the actor himself or the structure he acts for.
func owns(a actor.Actor, s Subject) bool {
	return !s.IsZero() && (s == Subject{KindProfessional, a.Person} || s == Subject{KindStructure, a.Structure})
}

// administers tells whether the actor keeps the directory of a territory.
func administers(a actor.Actor, of territory.ID) bool {
	return a.Has(actor.RolePlatformAdmin) || a.Has(actor.RoleTerritoryAdmin) && a.Territory == of
}

// owner is what rights and writes read of a subject.
type owner struct {
	territory  territory.ID
	profession nomenclature.ProfessionCode
}

// mayChange refuses who neither is the subject, nor acts for it, nor administers its territory. Within
// one territory everybody sees that the subject exists; elsewhere it does not.
func mayChange(tx *db.Tx, s Subject) (owner, error) {
	a, ok := actor.From(tx.Context())
	if !ok {
		return owner{}, fault.Unauthenticated("unauthenticated")
	}
	o, err := ownerOf(tx, s)
	switch {
	case err != nil:
		return o, err
	case owns(a, s), administers(a, o.territory):
		return o, nil
	case a.Territory == o.territory:
		return o, fault.Forbidden("directory.not_yours")
	}
	return o, fault.NotFound("directory.not_found")
}

func ownerOf(tx *db.Tx, s Subject) (owner, error) {
	scan := func(r db.Row) (o owner, err error) {
		err = r.Scan(&o.territory, &o.profession)
		return o, err
	}
	if s.Kind == KindStructure {
		return db.One(tx, "directory.not_found", scan, `SELECT territory, profession FROM structure WHERE id = $1`, s.ID)
	}
	return db.One(tx, "directory.not_found", scan, `SELECT territory, profession FROM professional WHERE id = $1`, s.ID)
}

// change runs do in one transaction on a subject the actor may change.
func (s *Service) change(ctx context.Context, of Subject, do func(tx *db.Tx, o owner) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		o, err := mayChange(tx, of)
		if err != nil {
			return err
		}
		return do(tx, o)
	})
}
