package request

import (
	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// Relation is what somebody is to one request. Every right follows from it.
type Relation struct {
	Requester  bool // asked, or belongs to the service that asked
	Provider   bool // carries the request
	Recipient  bool // asked in the open round, and has not answered or has proposed something else
	Proposed   bool // his proposal waits for the requester
	Asked      bool // asked once, in any round
	Colleague  bool // named by whoever carries it, and has not answered
	Usual      bool // declared member of the patient's usual team, today
	Replaces   bool // asked in the place of a member who is away, and has not answered
	GP         bool // the patient's registered GP
	Supervisor bool // supervises the territory
	Clinical   bool // supervises this profession: may read motive and reports
	Operator   bool // the call desk of the territory
	// Glass tells that he opened the file for an emergency, which is written: he reads it for a while as who supervises the profession.
	Glass  bool
	System bool
	// Neighbour supervises or operates a territory near whose border the request is: he reads it,
	// without the patient, and does nothing.
	Neighbour bool
	// Carried tells that somebody carries the request: one suspended in its search is carried by nobody.
	Carried bool
	// Stands tells that he performs the acts of an outsider who carries the request. It opens nothing more to read.
	Stands bool
	// ByService tells that his service is asked, and not himself.
	ByService bool
	// Offer is the actor's own offer in the current round, when he has one.
	Offer OfferID
}

// None tells whether the request does not exist for the person.
func (rel Relation) None() bool {
	return !(rel.Requester || rel.Provider || rel.Asked || rel.Colleague || rel.Usual || rel.GP || rel.Supervisor || rel.Operator || rel.Neighbour || rel.System)
}

// Parties lists the qualities in which the person may act.
func (rel Relation) Parties() []Party {
	var out []Party
	for _, p := range []struct {
		is    bool
		party Party
	}{{rel.Requester, Requester}, {rel.Operator, Operator}, {rel.Supervisor, Supervisor}, {rel.Recipient, Recipient}, {rel.Colleague, Colleague}, {rel.Provider || rel.Stands, Provider}, {rel.System, System}} {
		if p.is {
			out = append(out, p.party)
		}
	}
	return out
}

// itself is the relation without the acts performed for somebody else.
func (rel Relation) itself() Relation {
	rel.Stands = false
	return rel
}

// is tells whether s stands for the actor: himself, or the structure he acts for.
func is(who actor.Actor, s directory.Subject) bool {
	return s.ID != "" && (s.ID == who.Person || s.ID == who.Structure)
}

// is tells whether who asked is the actor: the professional, the service or, when it was asked for neither, the account.
// Having written it for somebody opens nothing once one no longer acts for him.
func (f From) is(who actor.Actor) bool {
	if f.Person == "" && f.Service == "" {
		return f.Account != "" && f.Account == who.Account
	}
	return f.Person != "" && f.Person == who.Person || f.Service != "" && f.Service == who.Structure
}

// Standing is what the actor is to r by who he is alone, without reading offers or usual
// teams: enough for a list of the desk or of the service that asked.
func Standing(r Request, who actor.Actor) Relation {
	if who.IsSystem() {
		return Relation{System: true, Carried: r.Provider.ID != ""}
	}
	rel := Relation{
		Carried:   r.Provider.ID != "",
		Requester: r.From.is(who),
		Provider:  (r.State.InCharge() || r.State == Completed || r.State == Cancelled) && is(who, r.Provider.Subject),
	}
	if who.Territory == r.Territory {
		rel.Supervisor = who.Supervises()
		rel.Clinical = directory.Supervises(who, r.Profession)
		rel.Operator = who.Has(actor.RoleOperator)
		rel.Stands = rel.Carried && r.Provider.Kind == KindOutsider && (r.State.InCharge() || r.State == Completed) && (rel.Supervisor || rel.Operator)
	}
	return rel.within(who.Roles)
}

// serves is the service in whose name somebody acts on the request: it asked, carries it
// or is asked; empty when he acts for himself.
func (st *step) serves() string {
	s := st.who.Structure
	if s == "" || s == st.who.Person {
		return ""
	}
	if st.rel.Requester && st.r.From.Service == s || st.rel.Provider && st.r.Provider.ID == s || st.rel.ByService {
		return s
	}
	return ""
}

// relation reads what the actor is to r.
func relation(tx *db.Tx, r Request, who actor.Actor) (rel Relation, err error) {
	rel = Standing(r, who)
	if rel.System {
		return rel, nil
	}
	if (rel.Supervisor || rel.Operator) && !rel.Clinical {
		until, err := patient.BrokenUntil(tx, who.Account, r.Patient)
		if err != nil {
			return rel, err
		}
		rel.Glass = !until.IsZero()
	}
	if err := rel.readOffers(tx, r, who); err != nil {
		return rel, err
	}
	if rel.Neighbour, err = neighbours(tx, r, who); err != nil {
		return rel, err
	}
	if r.State.InCharge() {
		h, ok, err := openHandOver(tx, r.ID)
		if err != nil {
			return rel, err
		}
		rel.Colleague = ok && h.dispatch == r.Dispatch && is(who, h.To.Subject)
	}
	circle, err := patient.CircleOf(tx, r.Patient)
	if err != nil {
		return rel, err
	}
	for _, m := range circle.Team {
		if m.Current(tx.Now()) && is(who, m.Subject) {
			rel.Usual = true
			rel.GP = rel.GP || m.RegisteredGP
		}
	}
	barred, err := circle.Held.Bar(tx, who)
	if barred {
		return Relation{}, err // for somebody the patient opposes, the request does not exist
	}
	if circle.Held.All() && !rel.Provider && !rel.Requester {
		rel.Usual, rel.GP, rel.Asked, rel.Recipient, rel.Proposed, rel.Colleague, rel.Offer = false, false, false, false, false, false, ""
	}
	return rel.within(who.Roles), err
}

// readOffers reads what the actor was asked about r.
func (rel *Relation) readOffers(tx *db.Tx, r Request, who actor.Actor) error {
	if who.Person == "" && who.Structure == "" {
		return nil
	}
	offers, err := db.All(tx, scanOffer, `SELECT `+offerColumns+` FROM offer WHERE request = $1 AND recipient IN ($2, $3)`, string(r.ID), who.Person, who.Structure)
	for _, o := range offers {
		rel.Asked = true
		if o.Dispatch == r.Dispatch {
			rel.Offer = o.ID
			rel.ByService = o.To.ID == who.Structure
			waits := o.State.open() && r.State == Searching
			rel.Recipient = rel.Recipient || waits
			rel.Replaces = rel.Replaces || waits && o.Replaces != ""
			rel.Proposed = rel.Proposed || o.State == OfferProposed && r.State == Searching
		}
	}
	return err
}
