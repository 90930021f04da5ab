package request

import (
	"cmp"
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
)

// Kind is how a request follows another one.
type Kind string

// The ways to follow.
const (
	// KindFollowOn asks, from the bedside, another profession for the same patient (EA-110).
	KindFollowOn Kind = "follow_on"
	// KindRenewal asks the same care again on a new prescription.
	KindRenewal Kind = "renewal"
)

// Prefilled is the form of a request that follows another one: the same patient, linked.
// A renewal also proposes the same need, from the day after the series ends. Nothing is
// written, and the patient's agreement is to be asked again. Only those who may read
// the patient's identity may follow; for the others the request does not exist.
func (s *Service) Prefilled(ctx context.Context, from ID, kind Kind) (a Ask, err error) {
	a, _, err = s.Follow(ctx, from, kind)
	return a, err
}

// Follow is Prefilled, with the request that is followed.
func (s *Service) Follow(ctx context.Context, from ID, kind Kind) (a Ask, sh Sheet, err error) {
	defer fault.Wrap(&err, "follow request %s", from)
	if kind != KindFollowOn && kind != KindRenewal {
		return a, sh, fault.Invalid("order.kind", "kind")
	}
	if sh, err = s.Show(ctx, from); err != nil {
		return a, sh, err
	}
	if !sh.Sight.Identity {
		return a, Sheet{}, fault.NotFound("request.not_found")
	}
	a = Ask{For: sh.From.caller(ctx), Follows: from, Kind: kind, Patient: sh.Request.Patient, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U3, Mandatory: true}
	if kind == KindRenewal {
		a, err = sh.renewal(a)
	}
	return a, sh, err
}

// caller is for whom the call desk asks again what from asked: who called the first time.
// It is zero for anybody else, and for what the desk asked for itself.
func (f From) caller(ctx context.Context) (s directory.Subject) {
	who, ok := actor.From(ctx)
	if id := cmp.Or(f.Service, f.Person); ok && who.Has(actor.RoleOperator) && id != who.Structure && id != who.Person {
		s.ID = id
	}
	return s
}

// renewal completes a with the need of the request it renews.
func (sh Sheet) renewal(a Ask) (Ask, error) {
	if !sh.Renewable() {
		return a, fault.Conflict("order.not_renewable")
	}
	a.Profession, a.Acts, a.Mode, a.Urgency, a.Care = sh.Profession, sh.Request.Acts, sh.Mode, nomenclature.Planned, sh.Care
	a.Care.Line = "" // a line is asked for now; the series has its own professional
	if a.Care.Prescription == PrescriptionAttached {
		a.Care.Prescription = PrescriptionWithPatient // the new one is not attached yet
	}
	if end := SeriesEnd(sh.Request); end.After(sh.Now) {
		loc := civil.ZoneOf(string(sh.Commune)).Loc
		a.Start = civil.First(civil.DayOf(end, loc), morning, loc)
	} else {
		a.Urgency = nomenclature.U3 // it has ended: as soon as possible
	}
	if sh.Details != nil {
		a.Details = *sh.Details
	}
	return a, nil
}

// follow writes into r what it follows: a request of the same patient whose file who may open.
func (a Ask) follow(tx *db.Tx, r *Request, who actor.Actor) error {
	r.Follows, r.Kind, r.EndsFollowed = "", "", false
	if a.Follows == "" {
		return nil
	}
	if a.Kind != KindFollowOn && a.Kind != KindRenewal {
		return fault.Invalid("order.kind", "kind")
	}
	before, err := read(tx, a.Follows)
	if err != nil {
		return err
	}
	rel, err := relation(tx, before, who)
	if err != nil {
		return err
	}
	if !SightOf(rel, before.State, false).Identity || before.Patient != a.Patient && before.Patient != r.Patient {
		return fault.NotFound("request.not_found")
	}
	r.Follows, r.Kind, r.EndsFollowed = a.Follows, a.Kind, a.EndsFollowed && a.Kind == KindRenewal
	return nil
}
