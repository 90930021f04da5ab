package supervise

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
)

// scope is what a reader reads: a territory, or one service of it.
type scope struct{ territory, service string }

// scopeOf returns who reads and what; everybody it does not name is refused.
func scopeOf(ctx context.Context) (actor.Actor, scope, error) {
	who, ok := actor.From(ctx)
	switch {
	case !ok:
		return who, scope{}, fault.Unauthenticated("unauthenticated")
	case who.Territory == "":
	case who.Supervises(), who.Has(actor.RoleOperator):
		return who, scope{territory: who.Territory}, nil
	case who.Has(actor.RoleService, actor.RoleDischargeCoordinator) && who.Structure != "":
		return who, scope{territory: who.Territory, service: who.Structure}, nil
	}
	return who, scope{}, fault.Forbidden("supervise.forbidden")
}
