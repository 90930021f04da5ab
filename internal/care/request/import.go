package request

import (
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Past is a request that is over, brought in from elsewhere: one search, perhaps somebody
// who took it, an end.
type Past struct {
	Patient    patient.ID
	Commune    territory.CommuneCode
	Profession nomenclature.ProfessionCode
	Acts       []nomenclature.ActCode
	Mode       nomenclature.Mode
	Urgency    nomenclature.Urgency
	Care       Care
	Details    Details
	From       From
	// Asked are the people of its search, in order; Provider is the place among them of
	// who took it, -1 when nobody did.
	Asked    []Who
	Provider int
	// State is Completed, Cancelled or Unfilled. The instants come in this order; those of
	// what was not done are zero.
	State                               State
	Triggered, Accepted, Started, Ended time.Time
}

// check wants a whole past, whose steps follow each other.
func (p Past) check() error {
	taken := p.Provider >= 0
	last := p.Triggered
	for _, at := range []time.Time{p.Accepted, p.Started, p.Ended} {
		if !at.IsZero() && at.Before(last) {
			return fault.Invalid("request.import", "when")
		}
		if !at.IsZero() {
			last = at
		}
	}
	switch {
	case p.Triggered.IsZero(), p.Ended.IsZero(), p.Provider >= len(p.Asked), taken == p.Accepted.IsZero(),
		p.State == Completed && (!taken || p.Started.IsZero()), p.State == Unfilled && taken,
		p.State != Completed && p.State != Cancelled && p.State != Unfilled:
		return fault.Invalid("request.import", "state")
	}
	return nil
}

// Import writes requests that are over into a territory, with their search, the acts of
// their life at the instants they had, and one audit line each that says that they were
// brought in. Nobody is told, nothing is promised. The product itself and administrators
// of the platform only.
func (s *Service) Import(tx *db.Tx, of territory.ID, all ...Past) (err error) {
	defer fault.Wrap(&err, "import %d requests", len(all))
	who, err := signedIn(tx)
	if err != nil {
		return err
	}
	if !who.IsSystem() && !who.Has(actor.RolePlatformAdmin) {
		return fault.Forbidden("request.import")
	}
	settings, err := territory.SettingsOf(tx, of)
	if err != nil {
		return err
	}
	var events []audit.Event
	for _, p := range all {
		if err := p.check(); err != nil {
			return err
		}
		r, err := s.importOne(tx, of, p, settings)
		if err != nil {
			return err
		}
		events = append(events, audit.Event{Action: "request.import", Object: "request", ObjectID: string(r.ID), Patient: string(r.Patient), Request: string(r.ID)})
	}
	return s.audit.RecordAll(tx, events)
}

func (s *Service) importOne(tx *db.Tx, of territory.ID, p Past, settings territory.Settings) (Request, error) {
	place, ok := territory.CommuneOf(p.Commune)
	if !ok {
		return Request{}, fault.Invalid("request.commune", "commune")
	}
	zone := civil.ZoneOf(string(p.Commune))
	times := DefaultTimes(p.Urgency, settings, time.Time{}, p.Triggered, zone)
	d := p.round(of, times)
	r := Request{
		ID: d.Request, Territory: of, Order: ident.New[OrderID](p.Triggered), Patient: p.Patient, State: p.State, Profession: p.Profession, Acts: p.Acts, Mode: p.Mode,
		Urgency: p.Urgency, Commune: p.Commune, Point: place.Point, StartAt: times.StartAt, StartBy: times.StartBy, RespondWithin: times.RespondWithin, Care: p.Care, From: p.From,
		Dispatch: d.ID, Created: p.Triggered, Triggered: p.Triggered, AcceptedAt: p.Accepted, StartedAt: p.Started, ReplyBy: d.ReplyBy, Mandatory: true, once: ident.New[string](p.Triggered),
	}
	if p.State != Unfilled {
		r.Ended = p.Ended
	}
	if p.Provider >= 0 {
		r.Provider = p.Asked[p.Provider]
	}
	steps := p.steps(r)
	r.Version = int64(len(steps))
	sealed, err := s.vault.SealJSON(tx, string(r.Patient), crypt.Place{Table: "request", Column: "details", Row: string(r.ID)}, p.Details)
	if err != nil {
		return r, err
	}
	r.sealed = sealed
	if err := (Ask{}).writeOrder(tx, r); err != nil {
		return r, err
	}
	if err := insert(tx, r, civil.DayOf(p.Triggered, zone.Loc).String()); err != nil {
		return r, err
	}
	if err := insertRound(tx, d); err != nil {
		return r, err
	}
	if err := insertOffers(tx, of, p.offers(d)...); err != nil {
		return r, err
	}
	if err := appendSteps(tx, r, steps); err != nil {
		return r, err
	}
	if p.Ended.Before(tx.Now().Add(-settings.Archive)) {
		return r, tx.Write(`UPDATE request SET archived = TRUE WHERE id = $1`, string(r.ID))
	}
	return r, nil
}

// round is the one search of a past request.
func (p Past) round(of territory.ID, t Times) Round {
	d := Round{
		ID: ident.New[DispatchID](p.Triggered), Territory: of, Request: ident.New[ID](p.Triggered), Number: 1, Opened: p.Triggered, ReplyBy: p.Triggered.Add(t.RespondWithin),
		Wave: 1, Waves: 1, Closed: p.Ended, Version: 2, Planned: Planned{At: []int64{db.Ms(p.Triggered)}},
	}
	switch p.State {
	case Completed:
		d.State = RoundCompleted
	case Unfilled:
		d.State = RoundFailed
	default:
		d.State = RoundWithdrawn
	}
	return d
}

func (p Past) offers(d Round) []Offer {
	out := make([]Offer, len(p.Asked))
	for i, who := range p.Asked {
		o := Offer{ID: ident.New[OfferID](p.Triggered), Dispatch: d.ID, Request: d.Request, To: who, Wave: 1, Rank: i + 1, Asked: p.Triggered, Decided: p.Ended, Why: []string{"profession"}}
		switch {
		case i == p.Provider:
			o.State, o.Decided = OfferAccepted, p.Accepted
		case p.Provider >= 0:
			o.State, o.Decided = OfferTakenByOther, p.Accepted
		case p.State == Unfilled:
			o.State = OfferExpired
		default:
			o.State = OfferWithdrawn
		}
		out[i] = o
	}
	return out
}

// lived is an act of a past request, and who did it.
type lived struct {
	Done
	by actor.Actor
}

// steps are the acts that led a past request to its end.
func (p Past) steps(r Request) []lived {
	asker := actor.Actor{Account: p.From.Account, Person: p.From.Person, Structure: p.From.Service, Name: p.From.Name, OnBehalf: p.From.Service}
	carrier := actor.Actor{Person: r.Provider.ID, Name: r.Provider.Name}
	var out []lived
	add := func(act Act, to State, at time.Time, by actor.Actor) {
		l := lived{Done{Act: act, To: to, At: at, Detail: map[string]string{"imported": "1"}}, by}
		if len(out) > 0 {
			l.From, l.Dispatch = out[len(out)-1].To, r.Dispatch
		}
		out = append(out, l)
	}
	add(ActSave, Draft, p.Triggered, asker)
	add(ActTrigger, Searching, p.Triggered, asker)
	if p.Provider >= 0 {
		add(ActAccept, Accepted, p.Accepted, carrier)
	}
	if !p.Started.IsZero() {
		add(ActStart, Started, p.Started, carrier)
	}
	switch p.State {
	case Completed:
		add(ActComplete, Completed, p.Ended, carrier)
	case Unfilled:
		add(ActTimeOut, Unfilled, p.Ended, system)
	default:
		add(ActCancel, Cancelled, p.Ended, asker)
	}
	return out
}

// appendSteps writes the acts of a past request, in one statement.
func appendSteps(tx *db.Tx, r Request, steps []lived) error {
	rows := make([][]any, len(steps))
	for i, l := range steps {
		row, err := actRow(r, l.by, l.Done, int64(i), int64(i+1))
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return insertActRows(tx, rows...)
}
