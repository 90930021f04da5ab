package request

import (
	"entractes/internal/base/actor"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// light keeps the « sortie possible » of the order of the request that has just moved
// (G15): told once to who asked when every mandatory line is filled, and taken back with
// a message when one no longer is. An order of one request has none: its acceptance says it.
func (st *step) light() error {
	if st.was == st.r.State {
		return nil
	}
	n, err := db.One(st.tx, "order.not_found", db.Value[int64], `SELECT count(*) FROM request WHERE care_order = $1`, string(st.r.Order))
	if err != nil || n < 2 {
		return err
	}
	// Locked, so that two lines taken at once see each other.
	since, err := db.One(st.tx, "order.not_found", db.Value[int64], `SELECT ready FROM care_order WHERE id = $1 FOR UPDATE`, string(st.r.Order))
	if err != nil {
		return err
	}
	lines, err := orderLines(st.tx, st.r.Order)
	if err != nil {
		return err
	}
	ready := Ready(lines)
	if ready == (since > 0) {
		return nil
	}
	topic, at := notify.OrderReady, db.Ms(st.tx.Now())
	if !ready {
		topic, at = notify.OrderNotReady, 0
	}
	if err := st.tx.Write(`UPDATE care_order SET ready = $2 WHERE id = $1`, string(st.r.Order), at); err != nil {
		return err
	}
	if err := st.s.audit.Record(st.tx, audit.Event{Action: audit.Action(topic), Object: "order", ObjectID: string(st.r.Order), Patient: string(st.r.Patient), Request: string(st.r.ID)}); err != nil {
		return err
	}
	// The requester is told even of what follows from his own act: the light is the order's.
	teller := *st
	teller.who = actor.System("dispatch")
	return teller.tellRequester(topic)
}

// tellUnfilled tells the desk and the requester that nobody takes the request; of a
// mandatory line of an order, where the rule says so, that the order is incomplete.
func (st *step) tellUnfilled() error {
	topic := notify.RequestUnfilled
	lines, err := orderLines(st.tx, st.r.Order)
	if err != nil {
		return err
	}
	partial, err := partialOf(st.tx, st.r)
	if err != nil {
		return err
	}
	if len(lines) > 1 && st.r.Mandatory && partial == TellDesk {
		topic = notify.OrderIncomplete
	}
	if err := st.tellDesk(topic); err != nil {
		return err
	}
	return st.tellRequester(topic)
}
