package request

import (
	"cmp"
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Ask is a request as its form gives it.
type Ask struct {
	// Once makes a doubled submission do nothing: the second returns what the first made.
	Once string
	// Draft is the draft being finished, or empty.
	Draft ID
	// Patient is a known patient; otherwise NewPatient is created with the request.
	Patient    patient.ID
	NewPatient patient.Identity
	// Twin answers, for a new patient, whether he is the person already known under what was typed.
	Twin TwinAnswer
	// GP is the registered GP of a new patient, by his id in the directory; GPName is his
	// name when the directory does not know him. Both may be empty.
	GP, GPName string

	Profession nomenclature.ProfessionCode
	Acts       []nomenclature.ActCode
	Mode       nomenclature.Mode
	Urgency    nomenclature.Urgency
	// Start is when care is wanted; zero means as soon as possible.
	Start time.Time
	// RespondWithin replaces the urgency's reply delay when it is not zero.
	RespondWithin time.Duration
	Care          Care
	Details       Details
	// Phone is the requester's, given to whoever accepts.
	Phone string
	// Consent records that the patient was told and agrees to the sharing.
	Consent bool
	// Documents are all those of the request, kept by Receive: others that a draft had are forgotten.
	Documents []DocumentID
	// For is the professional or service an operator asks for.
	For directory.Subject

	// Order adds the request to an order that exists; empty for an order of its own.
	Order OrderID
	// Mandatory tells, of a line of an order, that the patient does not leave before
	// somebody carries it. A request asked alone is mandatory, and so are all the lines of
	// an order in which none is said to be.
	Mandatory bool
	// Partial replaces, for a new order, the territory's rule of what is done when a
	// mandatory line finds nobody.
	Partial Partial
	// Follows is the request this one follows, and Kind how; both empty for a first request.
	Follows ID
	Kind    Kind
	// EndsFollowed asks a renewal to end the series it follows, once it is taken.
	EndsFollowed bool
	// line tells that the request is one of several asked together.
	line bool
}

// Limits of a request's form.
const (
	maxMotive  = 4000
	maxDays    = 730
	maxPerDay  = 12
	maxEvery   = 31
	maxAhead   = 366 * 24 * time.Hour
	maxRespond = 7 * 24 * time.Hour
	minRespond = time.Minute
)

// Save keeps a as a draft: only the patient is required. It returns the draft.
func (s *Service) Save(ctx context.Context, a Ask) (r Request, err error) {
	defer fault.Wrap(&err, "save request")
	return s.once(ctx, func(tx *db.Tx) (Request, error) { return s.save(tx, a, false) })
}

// Trigger asks for care now: it records the consent, opens round 1 and makes its first
// offers. Every fault of the form comes back at once, each with its field. A doubled
// submission returns the request of the first.
func (s *Service) Trigger(ctx context.Context, a Ask) (r Request, err error) {
	defer fault.Wrap(&err, "trigger request")
	return s.once(ctx, func(tx *db.Tx) (Request, error) { return s.TriggerIn(tx, a) })
}

// once runs fn, and runs it again when a doubled submission was committed while the
// first run was under way, which meets its key or its request already moved: the second
// finds what the other made.
func (s *Service) once(ctx context.Context, fn func(tx *db.Tx) (Request, error)) (r Request, err error) {
	for range 2 {
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			r, err = fn(tx)
			return err
		})
		if code := fault.CodeOf(err); code != "db.duplicate" && code != "request.state" {
			return r, err
		}
	}
	return r, err
}

// TriggerIn is Trigger inside the caller's transaction.
func (s *Service) TriggerIn(tx *db.Tx, a Ask) (Request, error) {
	if done, ok, err := s.already(tx, a); ok || err != nil {
		return done, err
	}
	r, err := s.save(tx, a, true)
	if err != nil {
		return r, err
	}
	return s.triggerSaved(tx, r)
}

// triggerSaved opens round 1 of a whole draft, with the consent its form recorded.
func (s *Service) triggerSaved(tx *db.Tx, r Request) (Request, error) {
	if err := unopposed(tx, r); err != nil {
		return r, err
	}
	if err := patient.RecordConsent(tx, r.Patient, string(r.ID), patient.ConsentSharing); err != nil {
		return r, err
	}
	var st *step
	r, err := s.perform(tx, r.ID, ActTrigger, func(step *step) error {
		st = step
		st.r.Triggered = tx.Now()
		return st.openRound(nil)
	})
	if err != nil {
		return r, err
	}
	return st.exhaustIfNobody()
}

// already finds the request a doubled submission made, triggered since.
func (s *Service) already(tx *db.Tx, a Ask) (Request, bool, error) {
	r, ok, err := findOnce(tx, a.Once)
	if err != nil || !ok || r.State == Draft {
		return r, false, err
	}
	who, _ := actor.From(tx.Context())
	if !Standing(r, who).Requester {
		return r, false, fault.Conflict("request.once")
	}
	return r, true, nil
}

// asker is who asks: somebody of a territory, signed in.
func asker(tx *db.Tx) (actor.Actor, error) {
	who, err := signedIn(tx)
	if err != nil {
		return who, err
	}
	if who.Territory == "" || !who.Has(actor.RoleProfessional, actor.RoleSecretary, actor.RoleService, actor.RoleDischargeCoordinator, actor.RoleOperator,
		actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife) {
		return who, fault.Forbidden("request.ask")
	}
	return who, nil
}

// place is where care is wanted: the patient's commune.
func (s *Service) place(tx *db.Tx, a Ask) (territory.Commune, geo.Point, error) {
	code := a.NewPatient.Commune
	if a.Patient != "" {
		known, err := patient.CommuneOf(tx, a.Patient)
		if err != nil {
			return territory.Commune{}, geo.Point{}, err
		}
		code = known
	}
	c, ok := territory.CommuneOf(code)
	if !ok {
		return c, geo.Point{}, fault.Invalid("request.commune", "commune")
	}
	return c, c.Point, nil
}

// save writes a draft, new or kept; whole asks that nothing be missing.
func (s *Service) save(tx *db.Tx, a Ask, whole bool) (Request, error) {
	who, err := asker(tx)
	if err != nil {
		return Request{}, err
	}
	r, was, err := s.draftOf(tx, a, who)
	if err != nil {
		return r, err
	}
	if a.Patient != "" && a.Patient != r.Patient {
		if a.Patient, err = askedFor(tx, who, a.Patient); err != nil {
			return r, err
		}
	}
	if err := a.link(tx, &r, who); err != nil {
		return r, err
	}
	where := s.communeOf(tx, a, r)
	if r.Territory, err = territory.OwnerOf(tx, where, who.Territory); err != nil {
		return r, err
	}
	settings, err := territory.SettingsOf(tx, r.Territory)
	if err != nil {
		return r, err
	}
	faults := fault.List(nil)
	if a.Patient == "" && r.Patient == "" {
		for _, f := range fault.Fields(a.NewPatient.Check(tx.Now())) {
			faults.Add(f)
		}
	}
	if code, ok := territory.CommuneOf(where); ok {
		r.Commune, r.Point = code.Code, code.Point
	} else {
		faults.Add(fault.Invalid("request.commune", "commune"))
	}
	err = a.fill(&r, settings, civil.ZoneOf(string(r.Commune)), tx.Now())
	unsaid, broken := a.prescribe(tx, &r, who, settings)
	if broken != nil {
		return r, broken
	}
	if whole {
		a.Details.Form = nil
		for _, f := range append(fault.Fields(err), fault.Fields(unsaid)...) {
			faults.Add(f)
		}
		if !a.Consent {
			faults.Add(fault.Invalid("request.consent", "consent"))
		}
	}
	if err := faults.Err(); err != nil {
		return r, err
	}
	if a.Patient == "" && r.Patient == "" {
		if a.Patient, err = s.twin(tx, r, a, whole); err != nil {
			return r, err
		}
	}
	return r, s.write(tx, &r, a, was)
}

// askedFor is the file of a known patient for whom who may ask: the one that stayed, when it was merged.
func askedFor(tx *db.Tx, who actor.Actor, id patient.ID) (patient.ID, error) {
	if err := mayAskFor(tx, who, id); err != nil {
		return id, err
	}
	return survivor(tx, id)
}

func (s *Service) communeOf(tx *db.Tx, a Ask, r Request) territory.CommuneCode {
	id := a.Patient
	if id == "" {
		id = r.Patient
	}
	if id == "" {
		return a.NewPatient.Commune
	}
	code, err := patient.CommuneOf(tx, id)
	if err != nil {
		return ""
	}
	return code
}

// draftOf returns the draft a finishes, or a new one from who asks.
func (s *Service) draftOf(tx *db.Tx, a Ask, who actor.Actor) (r Request, was State, err error) {
	draft := a.Draft
	if draft == "" {
		if found, ok, err := findOnce(tx, a.Once); err != nil {
			return r, "", err
		} else if ok {
			draft = found.ID
		}
	}
	if draft != "" {
		r, err = load(tx, draft)
		if err != nil {
			return r, "", err
		}
		rel, err := relation(tx, r, who)
		if err != nil {
			return r, "", err
		}
		if rel.None() {
			return r, "", fault.NotFound("request.not_found")
		}
		if !Allowed(r.State, ActSave, rel.Parties()...) {
			return r, "", fault.Conflict("request.state", "state", string(r.State))
		}
		return r, Draft, a.reopen(tx, &r, who)
	}
	r = Request{ID: ident.New[ID](tx.Now()), Territory: who.Territory, Order: ident.New[OrderID](tx.Now()), Created: tx.Now(), Version: 1, once: a.Once}
	r.From, err = from(tx, a, who)
	return r, "", err
}

// from reads who asks, as the people asked will read it.
func from(tx *db.Tx, a Ask, who actor.Actor) (From, error) {
	f := From{Account: who.Account, Person: who.Person, Service: who.Structure, Name: cmp.Or(who.For, who.Name), Phone: a.Phone}
	if who.Has(actor.RoleOperator) && a.For.ID != "" {
		caller, err := callerOf(tx, a.For.ID)
		if err != nil {
			return f, err
		}
		f.Person, f.Service, f.Name = "", "", caller.Name
		if caller.Kind == directory.KindProfessional {
			f.Person = caller.ID
		} else {
			f.Service = caller.ID
		}
	}
	card, err := directory.CardOf(tx, f.Person, f.Service)
	if err != nil {
		return f, err
	}
	f.Role = card.Label
	if f.Phone == "" {
		f.Phone = string(card.Phone)
	}
	return f, nil
}

// write keeps the draft with its patient.
func (s *Service) write(tx *db.Tx, r *Request, a Ask, was State) error {
	if a.Patient != "" {
		r.Patient = a.Patient
	}
	if r.Patient == "" {
		p, err := s.newPatient(tx, r.Territory, a)
		if err != nil {
			return err
		}
		r.Patient = p
	}
	a.Details.Maternity = a.Details.Maternity.Seen(tx.Now())
	sealed, err := s.vault.SealJSON(tx, string(r.Patient), crypt.Place{Table: "request", Column: "details", Row: string(r.ID)}, a.Details)
	if err != nil {
		return err
	}
	r.sealed, r.State = sealed, Draft
	before := r.Version
	if was == Draft {
		if err := rewrite(tx, *r); err != nil {
			return err
		}
		if err := rewriteWho(tx, *r); err != nil {
			return err
		}
		r.Version++
	} else {
		if err := a.writeOrder(tx, *r); err != nil {
			return err
		}
		if err := insert(tx, *r, civil.DayOf(tx.Now(), civil.ZoneOf(string(r.Commune)).Loc).String()); err != nil {
			return err
		}
	}
	if err := s.bindDocuments(tx, *r, a.Documents); err != nil {
		return err
	}
	who, _ := actor.From(tx.Context())
	st := &step{s: s, tx: tx, who: who, act: ActSave, r: *r, was: was}
	if who.OnBehalf == "" && r.From.Service == who.Structure {
		who.OnBehalf = who.Structure
	}
	return st.record(ActSave, who, was, before)
}

// fill checks the need of a and writes it into r. It returns every fault, each with its field.
func (a Ask) fill(r *Request, s territory.Settings, zone civil.Zone, now time.Time) error {
	faults := a.checkCare()
	faults = append(faults, a.checkTimes(now)...)
	faults = append(faults, a.checkBlocks(now)...)
	r.Profession, r.Acts, r.Mode, r.Urgency, r.Care = a.Profession, a.Acts, a.Mode, a.Urgency, a.Care
	if urgent(a.Urgency) {
		t := DefaultTimes(a.Urgency, s, a.Start, now, zone)
		if a.RespondWithin > 0 {
			t.RespondWithin = a.RespondWithin
		}
		r.StartAt, r.StartBy, r.RespondWithin = t.StartAt, t.StartBy, t.RespondWithin
	}
	return faults.Err()
}

// urgent tells whether u is an urgency of the nomenclature.
func urgent(u nomenclature.Urgency) bool {
	_, ok := nomenclature.UrgencyOf(u)
	return ok
}

func (a Ask) checkCare() (l fault.List) {
	p, ok := nomenclature.ProfessionOf(a.Profession)
	if !ok || !p.Dispatchable {
		l.Add(fault.Invalid("request.profession", "profession"))
	}
	if _, ok := nomenclature.ModeOf(a.Mode); !ok {
		l.Add(fault.Invalid("request.mode", "mode"))
	}
	for _, code := range a.Acts {
		if act, ok := nomenclature.ActOf(code); !ok || !act.DoneBy(a.Profession) {
			l.Add(fault.Invalid("request.act_unknown", "acts"))
			break
		}
	}
	if len(a.Acts) == 0 && a.Details.Motive == "" {
		l.Add(fault.Invalid("request.nothing", "acts"))
	}
	if len(a.Details.Motive) > maxMotive {
		l.Add(fault.Invalid("request.motive_long", "motive", "n", maxMotive))
	}
	if a.Care.Days < 0 || a.Care.Days > maxDays {
		l.Add(fault.Invalid("request.days", "days", "n", maxDays))
	}
	l = append(l, checkNetworks(a.Care.Networks)...)
	l.Add(a.Care.check())
	return l
}

func (a Ask) checkTimes(now time.Time) (l fault.List) {
	if !urgent(a.Urgency) {
		l.Add(fault.Invalid("request.urgency", "urgency"))
	}
	if !a.Start.IsZero() && a.Start.Before(now.Add(-24*time.Hour)) {
		l.Add(fault.Invalid("request.start_past", "start"))
	}
	if a.Start.After(now.Add(maxAhead)) {
		l.Add(fault.Invalid("request.start_far", "start"))
	}
	if a.Urgency == nomenclature.Planned && a.Start.IsZero() {
		l.Add(fault.Invalid("request.start_needed", "start"))
	}
	if a.RespondWithin != 0 && (a.RespondWithin < minRespond || a.RespondWithin > maxRespond) {
		l.Add(fault.Invalid("request.respond", "respond"))
	}
	return l
}
