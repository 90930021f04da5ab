// Package actor says who is acting, in which role and on whose behalf. It travels in the context.
package actor

import (
	"context"
	"slices"
	"time"
)

// Role is a role of the vocabulary (§15). Rights are decided where the act is, from the role and the relation.
type Role string

// The roles this product knows so far.
const (
	RoleProfessional         Role = "PROFESSIONNEL"
	RoleSecretary            Role = "SECRETAIRE"
	RoleService              Role = "SERVICE"
	RoleDischargeCoordinator Role = "COORDINATEUR_VILLE_HOPITAL"
	RoleOperator             Role = "OPERATEUR"
	RoleSupervisorDoctor     Role = "SUPERVISEUR_MEDECIN"
	RoleSupervisorNurse      Role = "SUPERVISEUR_IDE"
	RoleSupervisorMidwife    Role = "SUPERVISEUR_SF"
	RoleStructureManager     Role = "GESTIONNAIRE_STRUCTURE"
	RoleTerritoryAdmin       Role = "ADMIN_TERRITOIRE"
	RolePlatformAdmin        Role = "ADMIN_PLATEFORME"
	RoleAuditor              Role = "DPO_AUDITEUR"
	RoleSystem               Role = "SYSTEME"
)

// Actor is who acts. Account is empty for the system. Person is the professional's
// id in the directory and Structure the service or cabinet acted for; either may be empty.
type Actor struct {
	Account   string
	Name      string
	Person    string
	Structure string
	Territory string
	Lang      string
	Roles     []Role
	// OnBehalf is the id of the professional or service acted for, when it is not the actor himself.
	OnBehalf string
	// For is the name of that professional, for who acts for one in all he does.
	For string
	// Session names the session he acts in, and Proved when he last proved who he is in it;
	// both empty for who acts in none.
	Session string
	Proved  time.Time
}

// FreshFor is how long a proof lets somebody do what is sensitive.
const FreshFor = 10 * time.Minute

// Fresh tells whether he proved who he is lately enough, at now, for what is sensitive.
func (a Actor) Fresh(now time.Time) bool { return a.Proved.Add(FreshFor).After(now) }

// Has tells whether the actor holds one of roles.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return slices.Contains(roles, r) })
}

// Supervises tells whether the actor is one of the clinical supervisors.
func (a Actor) Supervises() bool {
	return a.Has(RoleSupervisorDoctor, RoleSupervisorNurse, RoleSupervisorMidwife)
}

// Role returns the first role of the actor, written beside each of his acts.
func (a Actor) Role() Role {
	if len(a.Roles) == 0 {
		return ""
	}
	return a.Roles[0]
}

// IsSystem tells whether no person acts.
func (a Actor) IsSystem() bool { return a.Has(RoleSystem) }

// System is the product acting by itself; part names which part of it.
func System(part string) Actor {
	return Actor{Name: part, Roles: []Role{RoleSystem}}
}

type key struct{}

// With returns ctx carrying a.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, key{}, a) }

// From returns who acts; false when the context carries nobody.
func From(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(key{}).(Actor)
	return a, ok
}
