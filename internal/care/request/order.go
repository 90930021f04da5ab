package request

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// maxLines bounds an order.
const maxLines = 12

// TriggerOrder asks several professions for one patient at once (EA-062): one order, each
// line a request with its own search and its own winner, all in one transaction. The
// first of asks says the patient, his consent, his registered GP, the requester's phone and
// for whom is asked; the others share it. Every fault of every line comes back at once,
// that of line n with its field begun by « ln. », from l2. A doubled submission, by the
// Once of the first, returns the requests of the first one.
func (s *Service) TriggerOrder(ctx context.Context, asks []Ask) (all []Request, err error) {
	defer fault.Wrap(&err, "trigger order of %d", len(asks))
	_, err = s.once(ctx, func(tx *db.Tx) (first Request, err error) {
		all, err = s.TriggerOrderIn(tx, asks)
		return first, err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// TriggerOrderIn is TriggerOrder inside the caller's transaction.
func (s *Service) TriggerOrderIn(tx *db.Tx, asks []Ask) ([]Request, error) {
	if err := countLines(len(asks)); err != nil {
		return nil, err
	}
	asks = shareFirst(asks)
	if first, ok, err := s.already(tx, asks[0]); err != nil {
		return nil, err
	} else if ok {
		return linesOf(tx, first, asks)
	}
	if len(asks) > 1 {
		if err := s.checkLines(tx, asks); err != nil {
			return nil, err
		}
	}
	all := make([]Request, 0, len(asks))
	for i, a := range asks {
		if i > 0 {
			a.Patient, a.Order = all[0].Patient, all[0].Order
		}
		r, err := s.save(tx, a, true)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	// Only now: what a line does when nobody can be asked depends on the others being there.
	for i, r := range all {
		var err error
		if all[i], err = s.triggerSaved(tx, r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// CheckOrder returns the faults TriggerOrder would, without writing anything.
func (s *Service) CheckOrder(ctx context.Context, asks []Ask) (err error) {
	defer fault.Wrap(&err, "check order of %d", len(asks))
	if err := countLines(len(asks)); err != nil {
		return err
	}
	return s.db.View(ctx, func(tx *db.Tx) error { return s.checkLines(tx, shareFirst(asks)) })
}

func countLines(n int) error {
	if n < 1 || n > maxLines {
		return fault.Invalid("order.lines", "lines", "n", maxLines)
	}
	return nil
}

// LinePrefix begins the fields of the faults of line n of an order, counted from 1; the
// first line has none.
func LinePrefix(n int) string {
	if n < 2 {
		return ""
	}
	return "l" + strconv.Itoa(n) + "."
}

// shareFirst completes the lines of an order with what the first says for all, and settles which are mandatory.
func shareFirst(asks []Ask) []Ask {
	out := slices.Clone(asks)
	some := slices.ContainsFunc(out, func(a Ask) bool { return a.Mandatory })
	first := out[0]
	for i := range out {
		a := &out[i]
		a.line, a.Mandatory = len(out) > 1, a.Mandatory || !some
		if i == 0 {
			continue
		}
		a.Once, a.Draft = fmt.Sprintf("%s/%d", first.Once, i+1), ""
		a.Patient, a.NewPatient, a.GP, a.GPName = first.Patient, first.NewPatient, first.GP, first.GPName
		a.Consent, a.Phone, a.For, a.Order = first.Consent, first.Phone, first.For, first.Order
		if len(a.Documents) == 0 {
			a.Documents = first.Documents
		}
		a.Care.Prescription = cmp.Or(a.Care.Prescription, first.Care.Prescription)
	}
	return out
}

// linesOf reads the requests that a doubled submission made, in the order of its lines.
func linesOf(tx *db.Tx, first Request, asks []Ask) ([]Request, error) {
	all := []Request{first}
	for _, a := range asks[1:] {
		r, ok, err := findOnce(tx, a.Once)
		if err != nil {
			return nil, err
		}
		if ok && r.Order == first.Order {
			all = append(all, r)
		}
	}
	return all, nil
}

// checkLines returns every fault of the lines of one form.
func (s *Service) checkLines(tx *db.Tx, asks []Ask) error {
	who, err := asker(tx)
	if err != nil {
		return err
	}
	first, faults := asks[0], fault.List(nil)
	var said error // one prescription is said once for all the lines
	code := first.NewPatient.Commune
	if first.Patient != "" {
		if err := mayAskFor(tx, who, first.Patient); err != nil {
			return err
		}
		if code, err = patient.CommuneOf(tx, first.Patient); err != nil {
			return err
		}
	} else {
		faults = append(faults, fault.Fields(first.NewPatient.Check(tx.Now()))...)
	}
	owner, err := territory.OwnerOf(tx, code, who.Territory)
	if err != nil {
		return err
	}
	settings, err := territory.SettingsOf(tx, owner)
	if err != nil {
		return err
	}
	for i, a := range asks {
		for _, f := range fault.Fields(a.fill(&Request{}, settings, civil.ZoneOf(string(code)), tx.Now())) {
			faults.Add(f.At(LinePrefix(i+1) + f.Field))
		}
		unsaid, err := a.prescribe(tx, &Request{ID: first.Draft}, who, settings)
		if err != nil {
			return err
		}
		said = cmp.Or(said, unsaid)
	}
	faults = append(faults, fault.Fields(said)...)
	if !first.Consent {
		faults.Add(fault.Invalid("request.consent", "consent"))
	}
	return faults.Err()
}

// link writes into r the order and the request it belongs with, which who must be allowed to complete.
func (a Ask) link(tx *db.Tx, r *Request, who actor.Actor) error {
	r.Mandatory = a.Mandatory || !a.line && a.Order == ""
	if a.Order != "" && r.State != Draft {
		first, err := joinable(tx, a.Order, who)
		if err != nil {
			return err
		}
		if a.Patient != first.Patient {
			return fault.NotFound("order.not_found")
		}
		r.Order = a.Order
	}
	return a.follow(tx, r, who)
}

// joinable finds an order to which who may add a line: he is of those who asked it, or of
// the desk. For anybody else it does not exist. It returns a request of the order.
func joinable(tx *db.Tx, id OrderID, who actor.Actor) (Request, error) {
	lines, err := orderLines(tx, id)
	if err != nil {
		return Request{}, err
	}
	for _, r := range lines {
		if rel := Standing(r, who); Allowed("", ActSave, rel.Parties()...) || rel.Supervisor {
			return r, nil
		}
	}
	return Request{}, fault.NotFound("order.not_found")
}

// orderLines reads the requests of an order that are still to be read, in the order they were asked.
func orderLines(tx *db.Tx, id OrderID) ([]Request, error) {
	return db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request WHERE care_order = $1 AND state <> 'entered_in_error' ORDER BY created, id`, string(id))
}

// writeOrder writes the order of a new request, when it has one of its own.
func (a Ask) writeOrder(tx *db.Tx, r Request) error {
	if a.Order != "" {
		return nil
	}
	partial := a.Partial
	if partial != KeepFilled && partial != TellDesk {
		partial = ""
	}
	return tx.Write(`INSERT INTO care_order (id, territory, patient, created, partial_fill) VALUES ($1,$2,$3,$4,$5)`,
		string(r.Order), r.Territory, string(r.Patient), db.Ms(tx.Now()), string(partial))
}
