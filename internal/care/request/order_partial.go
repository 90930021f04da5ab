package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Partial is what is done of an order when one of its mandatory lines finds nobody. In
// both cases the lines that are taken stay taken.
type Partial string

// The rules of a partial fill; none is the territory's.
const (
	// KeepFilled keeps what is found and says no more than of any request that nobody took.
	KeepFilled Partial = "keep"
	// TellDesk also tells the desk and the requester that the order itself is incomplete.
	TellDesk Partial = "tell_desk"
)

// Partials lists the rules.
func Partials() []Partial { return []Partial{TellDesk, KeepFilled} }

// SetPartial chooses what is done when a mandatory line of an order finds nobody. When
// one has found nobody already and the desk is now to be told, it is told at once. For
// those who may add a line; for the others the order does not exist.
func (s *Service) SetPartial(ctx context.Context, id OrderID, rule Partial) (err error) {
	defer fault.Wrap(&err, "partial fill of order %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error { return s.setPartial(tx, id, rule) })
	return s.audit.Refusal(ctx, audit.Event{Action: "order.partial", Object: "order", ObjectID: string(id)}, err)
}

func (s *Service) setPartial(tx *db.Tx, id OrderID, rule Partial) error {
	who, err := signedIn(tx)
	if err != nil {
		return err
	}
	first, err := joinable(tx, id, who)
	if err != nil {
		return err
	}
	if rule != KeepFilled && rule != TellDesk {
		return fault.Invalid("order.partial", "partial")
	}
	was, err := partialOf(tx, first)
	if err != nil {
		return err
	}
	if err := tx.Write(`UPDATE care_order SET partial_fill = $2 WHERE id = $1`, string(id), string(rule)); err != nil {
		return err
	}
	if err := s.audit.Record(tx, audit.Event{Action: "order.partial", Object: "order", ObjectID: string(id), Patient: string(first.Patient), Detail: string(rule)}); err != nil {
		return err
	}
	s.hub.Touch(tx, "order:"+string(id))
	if rule != TellDesk || was == TellDesk {
		return nil
	}
	lines, err := orderLines(tx, id)
	if err != nil || len(lines) < 2 {
		return err
	}
	for _, r := range lines {
		if !r.Mandatory || r.State != Unfilled && r.State != Waitlisted {
			continue
		}
		st, err := s.begin(tx, r, who, "order")
		if err != nil {
			return err
		}
		return st.tellDesk(notify.OrderIncomplete)
	}
	return nil
}

// partialOf reads what is done when a mandatory line of the order of r finds nobody.
func partialOf(tx *db.Tx, r Request) (Partial, error) {
	said, err := db.One(tx, "order.not_found", db.Value[Partial], `SELECT partial_fill FROM care_order WHERE id = $1`, string(r.Order))
	if err != nil || said != "" {
		return said, err
	}
	settings, err := territory.SettingsOf(tx, r.Territory)
	if settings.OrderTellsDesk {
		return TellDesk, err
	}
	return KeepFilled, err
}
