package supervise

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// scope is what a reader reads: a territory, or one service of it. It also names whose
// list a row, a note and a view belong to: the desk of the territory when service is empty.
type scope struct{ territory, service string }

// desk tells whether somebody watches over a whole territory.
func desk(who actor.Actor) bool { return who.Supervises() || who.Has(actor.RoleOperator) }

// scopeOf returns who reads and what; everybody it does not name is refused.
func scopeOf(ctx context.Context) (actor.Actor, scope, error) {
	who, ok := actor.From(ctx)
	switch {
	case !ok:
		return who, scope{}, fault.Unauthenticated("unauthenticated")
	case who.Territory == "":
	case desk(who):
		return who, scope{territory: who.Territory}, nil
	case who.Has(actor.RoleService, actor.RoleDischargeCoordinator) && who.Structure != "":
		return who, scope{territory: who.Territory, service: who.Structure}, nil
	}
	return who, scope{}, fault.Forbidden("supervise.forbidden")
}

// teamOf returns who acts and for whose list: the desk for those who watch over a
// territory, his service for anybody else. For somebody without a service nothing of it exists.
func teamOf(ctx context.Context) (actor.Actor, scope, error) {
	who, ok := actor.From(ctx)
	switch {
	case !ok:
		return who, scope{}, fault.Unauthenticated("unauthenticated")
	case desk(who) && who.Territory != "":
		return who, scope{territory: who.Territory}, nil
	case who.Structure != "":
		return who, scope{territory: who.Territory, service: who.Structure}, nil
	}
	return who, scope{}, fault.NotFound("page")
}

// topic is the hint of the screens of the list.
func (w scope) topic() string {
	if w.service != "" {
		return "service:" + w.service
	}
	return "desk:" + w.territory
}

// concerns reads a request of the list: one of the territory for its desk, one that the
// service asked, carries, was asked for or was told of. Any other does not exist, nor do drafts and errors.
func (w scope) concerns(tx *db.Tx, id request.ID) (c concern, err error) {
	where, args := "territory = $2", []any{string(id), w.territory}
	if w.service != "" {
		where = `(service = $2 OR provider = $2 OR EXISTS (SELECT 1 FROM offer o WHERE o.request = request.id AND o.recipient = $2)
			OR EXISTS (SELECT 1 FROM delivery d WHERE d.request = request.id AND d.subject = $2))`
		args[1] = w.service
	}
	return db.One(tx, "request.not_found", func(r db.Row) (c concern, err error) { return c, r.Scan(&c.patient, &c.territory) },
		`SELECT patient, territory FROM request WHERE id = $1 AND state NOT IN ('draft', 'entered_in_error') AND `+where, args...)
}

// concern is what of a request its list needs: whose key seals, whose settings hold.
type concern struct{ patient, territory string }
