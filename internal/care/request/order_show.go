package request

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Line is one request of an order as somebody may read it: that it exists, its profession
// and its state, and the rest when he has a part in it.
type Line struct {
	// Request is empty when the reader may not open it.
	Request    ID
	Profession nomenclature.ProfessionCode
	State      State
	Mandatory  bool
	// Filled tells that somebody carries it, or has carried it to its end.
	Filled bool
	// Provider is empty unless the reader may know.
	Provider string
	// Row is the request with its counts; nil when the reader may not open it.
	Row *Row
}

// Linked is a request that another one follows, or that follows it.
type Linked struct {
	// Request is empty when the reader may not open it.
	Request    ID
	Kind       Kind
	Profession nomenclature.ProfessionCode
	State      State
	Created    time.Time
}

// OrderSheet is one order as somebody may read it.
type OrderSheet struct {
	ID      OrderID
	Now     time.Time
	Created time.Time
	Commune territory.CommuneCode
	// Asker is the service that asked.
	Asker string
	// Name is the patient's, and Patient his id, for those who may know them.
	Name    string
	Patient patient.ID
	Lines   []Line
	// Ready tells that every mandatory line still wanted is filled.
	Ready bool
	// Incomplete tells that a mandatory line found nobody; Partial is what is done then.
	Incomplete bool
	Partial    Partial
	// MayAdd tells that the reader may add a line.
	MayAdd bool
	// from is who asked, for the call desk that asks more in his name.
	from From
}

// Filled tells whether somebody carries r, or has carried it to its end.
func (r Request) Filled() bool {
	return r.State == Completed || r.State.InCharge() && r.Provider.ID != ""
}

// wanted tells whether r counts in what its order still expects: it was asked, and not taken back.
func (r Request) wanted() bool {
	return r.State != Draft && r.State != Cancelled && r.State != EnteredInError
}

// Ready tells whether every mandatory request still wanted of an order is filled: the
// patient may leave. An order without any is never ready.
func Ready(lines []Request) bool {
	some := false
	for _, r := range lines {
		if !r.Mandatory || !r.wanted() {
			continue
		}
		if !r.Filled() {
			return false
		}
		some = true
	}
	return some
}

// Incomplete tells whether a mandatory request of an order found nobody.
func Incomplete(lines []Request) bool {
	for _, r := range lines {
		if r.Mandatory && (r.State == Unfilled || r.State == Waitlisted) {
			return true
		}
	}
	return false
}

// Order opens one order. Those who may read the story of one of its requests may: of the
// other requests they read the profession and the state, and what they are entitled to.
// For anybody else the order does not exist.
func (s *Service) Order(ctx context.Context, id OrderID) (o OrderSheet, err error) {
	defer fault.Wrap(&err, "show order %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		o, err = s.order(tx, id)
		return err
	})
	return o, s.audit.Refusal(ctx, audit.Event{Action: "order.show", Object: "order", ObjectID: string(id)}, err)
}

func (s *Service) order(tx *db.Tx, id OrderID) (o OrderSheet, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return o, err
	}
	all, err := orderLines(tx, id)
	if err != nil {
		return o, err
	}
	if all, err = withAllActs(tx, all); err != nil {
		return o, err
	}
	story := false
	o = OrderSheet{ID: id, Now: tx.Now(), Ready: Ready(all), Incomplete: Incomplete(all)}
	for _, r := range all {
		line, sight, err := s.line(tx, who, r)
		if err != nil {
			return o, err
		}
		o.Lines = append(o.Lines, line)
		story = story || sight.Timeline
		if sight.Identity {
			o.Patient = r.Patient
		}
	}
	if !story {
		return OrderSheet{}, fault.NotFound("order.not_found")
	}
	first := all[0]
	o.Created, o.Commune, o.Asker = first.Created, first.Commune, first.From.Role
	o.from = first.From
	_, err = joinable(tx, id, who)
	o.MayAdd = err == nil
	if o.Partial, err = partialOf(tx, first); err != nil {
		return o, err
	}
	return o, s.nameOrder(tx, &o, first)
}

// NextLine is the form of a line added to an order, for the same patient and the same
// requester, and the order itself. For those who may not add one the order does not exist.
func (s *Service) NextLine(ctx context.Context, id OrderID) (a Ask, o OrderSheet, err error) {
	defer fault.Wrap(&err, "add a line to order %s", id)
	if o, err = s.Order(ctx, id); err != nil {
		return a, o, err
	}
	if !o.MayAdd || o.Patient == "" {
		return a, OrderSheet{}, fault.NotFound("order.not_found")
	}
	a = Ask{Order: id, Patient: o.Patient, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U3, Mandatory: true}
	a.For = o.from.caller(ctx)
	return a, o, nil
}

// nameOrder opens the patient's name for those who may know it, in one line of the audit.
func (s *Service) nameOrder(tx *db.Tx, o *OrderSheet, first Request) error {
	if o.Patient == "" {
		return s.audit.Record(tx, audit.Event{Action: "order.show", Object: "order", ObjectID: string(o.ID)})
	}
	p, err := s.patients.Open(tx, patient.Access{Action: "order.show", Request: string(first.ID)}, o.Patient)
	o.Name = p.Identity.FullName()
	return err
}

// line is one request of an order for who.
func (s *Service) line(tx *db.Tx, who actor.Actor, r Request) (Line, Sight, error) {
	line := Line{Profession: r.Profession, State: r.State, Mandatory: r.Mandatory, Filled: r.Filled()}
	row, err := s.row(tx, who, r)
	if err != nil || !row.Sight.Timeline {
		return line, row.Sight, err
	}
	line.Request, line.Provider, line.Row = r.ID, r.Provider.Name, &row
	return line, row.Sight, nil
}

// openLinks reads, for who may read the story of a request, the other requests of its
// order and those it follows or that follow it.
func (s *Service) openLinks(tx *db.Tx, who actor.Actor, sh *Sheet) error {
	lines, err := orderLines(tx, sh.Order)
	if err != nil {
		return err
	}
	for _, r := range lines {
		if len(lines) < 2 {
			break
		}
		line, _, err := s.line(tx, who, r)
		if err != nil {
			return err
		}
		sh.Lines = append(sh.Lines, line)
	}
	linked, err := db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request WHERE (id = $1 OR follows = $2 AND follows <> '') AND state NOT IN ('entered_in_error', 'draft') ORDER BY created, id`,
		string(sh.Follows), string(sh.ID))
	if err != nil {
		return err
	}
	for _, r := range linked {
		l := Linked{Kind: r.Kind, Profession: r.Profession, State: r.State, Created: r.Created}
		rel, err := relation(tx, r, who)
		if err != nil {
			return err
		}
		if !rel.None() {
			l.Request = r.ID
		}
		if r.ID == sh.Follows {
			l.Kind = sh.Kind
			sh.Before = &l
		} else {
			sh.After = append(sh.After, l)
		}
	}
	return nil
}
