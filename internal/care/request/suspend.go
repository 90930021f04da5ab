package request

import (
	"cmp"
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// Suspend stops a request for a while. An open search is withdrawn; a provider is kept.
// When the reason is that the patient is in hospital, each of his other open requests is
// suspended too, as an act of the system in the name of whoever said it.
func (s *Service) Suspend(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "suspend request %s", id)
	return s.do(ctx, id, ActSuspend, func(tx *db.Tx) (Request, error) { return s.SuspendIn(tx, id, reason) })
}

// SuspendIn is Suspend inside the caller's transaction.
func (s *Service) SuspendIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.SuspendReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.performSaying(tx, id, ActSuspend, reason, func(st *step) error { return st.suspend(reason) })
}

// suspend does it: the state is already set.
func (st *step) suspend(reason string) error {
	st.r.CameFrom, st.r.Reason, st.done.Reason = st.was, reason, reason
	if st.was == Searching {
		if _, err := st.withdrawRound(reason); err != nil {
			return err
		}
	}
	return st.tellOtherSide(notify.RequestSuspended)
}

// performSaying is perform for an act whose reason may say that the patient is in
// hospital: said once by a provider or a requester, it suspends his open requests.
func (s *Service) performSaying(tx *db.Tx, id ID, act Act, reason string, do func(st *step) error) (Request, error) {
	var st *step
	r, err := s.perform(tx, id, act, func(step *step) error {
		st = step
		return do(st)
	})
	if err != nil || nomenclature.ReasonCode(reason) != nomenclature.Hospitalised || !st.rel.Provider && !st.rel.Stands && !st.rel.Requester {
		return r, err
	}
	if err := st.suspendOthers(reason); err != nil {
		return r, err
	}
	return read(tx, id)
}

// suspendOthers suspends every open request of the patient. They are locked in the order
// of their ids, so that two people who say it at once rarely wait for each other.
func (st *step) suspendOthers(reason string) error {
	m, _ := MoveOf(ActSuspend)
	files, err := patient.Files(st.tx, st.r.Patient)
	if err != nil {
		return err
	}
	ids, err := db.All(st.tx, db.Value[ID], `SELECT id FROM request WHERE patient IN `+db.In(1, len(files))+` AND state IN `+db.In(1+len(files), len(m.From))+` ORDER BY id`,
		append(db.Args(files), db.Args(m.From)...)...)
	if err != nil {
		return err
	}
	inName := actor.System("dispatch")
	inName.Name, inName.OnBehalf = st.who.Name, cmp.Or(st.who.Person, st.who.Structure)
	for _, id := range ids {
		r, err := load(st.tx, id)
		if err != nil {
			return err
		}
		if !Allowed(r.State, ActSuspend, Provider) {
			continue // it moved while its lock was awaited
		}
		other, err := st.s.begin(st.tx, r, inName, ActSuspend)
		if err != nil {
			return err
		}
		other.r.State = Suspended
		if err := other.suspend(reason); err != nil {
			return err
		}
		if err := other.finish(); err != nil {
			return err
		}
	}
	return nil
}

// withdrawRound ends the current round of a request that stops, and tells those who were
// asked when it was open. It returns the state the round had; empty when it had already ended.
func (st *step) withdrawRound(reason string) (RoundState, error) {
	if st.r.Dispatch == "" {
		return "", nil
	}
	d, err := readRound(st.tx, st.r.Dispatch)
	if err != nil || !RoundMay(d.State, RoundWithdrawn) {
		return "", err
	}
	if err := moveRound(st.tx, d.ID, d.State, RoundWithdrawn, reason); err != nil {
		return d.State, err
	}
	if err := closeOffers(st.tx, d.ID, OfferWithdrawn); err != nil {
		return d.State, err
	}
	if d.State == RoundOpen {
		return d.State, st.endSearch(d.ID, notify.OfferCancelled)
	}
	return d.State, nil
}

// tellOtherSide tells the requester what the provider did, and the provider what the
// requester did; both, what the system did.
func (st *step) tellOtherSide(topic notify.Topic) error {
	if !st.rel.Provider && !st.rel.Stands {
		if err := st.tellProvider(topic); err != nil {
			return err
		}
	}
	if st.rel.Requester {
		return nil
	}
	return st.tellRequester(topic)
}
