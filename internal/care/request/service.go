package request

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// The jobs this package answers to, and what it announces.
const (
	jobWave       = "request.wave"
	jobDeadline   = "request.deadline"
	jobCommitment = "request.commitment"
	jobReconfirm  = "request.reconfirm"
	jobSeries     = "request.series"
	jobRenewed    = "request.renewed"
	jobOpposed    = "request.opposed"

	// NewsUnfilled is announced when nobody took a request.
	NewsUnfilled = "request.unfilled"
	// NewsAccepted is announced when a request is taken.
	NewsAccepted = "request.accepted"
)

// Service holds the use cases of a request. It may be used concurrently.
type Service struct {
	db       *db.DB
	queue    *queue.Queue
	hub      *live.Hub
	vault    *crypt.Vault
	audit    *audit.Audit
	notify   *notify.Service
	patients *patient.Register
}

// New wires the service and registers its jobs.
func New(d *db.DB, q *queue.Queue, hub *live.Hub, vault *crypt.Vault, a *audit.Audit, n *notify.Service, p *patient.Register) *Service {
	s := &Service{db: d, queue: q, hub: hub, vault: vault, audit: a, notify: n, patients: p}
	q.InTx(jobWave, s.openWave)
	q.Subscribe(notify.Unreached, "request", s.unreached)
	q.InTx(jobDeadline, s.timeOut)
	q.InTx(jobDuty, s.changeDuty)
	q.InTx(jobCommitment, s.lookAtCommitment)
	q.InTx(jobReconfirm, s.lookAtReconfirmation)
	q.InTx(jobSeries, s.lookAtSeries)
	q.InTx(jobRenewed, s.endRenewed)
	q.InTx(jobArchive, s.archive)
	q.InTx(jobOpposed, s.lookAtOpposed)
	q.InTx(jobDocument, s.forgetWaiting)
	return s
}

// step is one act being done on one request, inside its transaction. Every use case
// goes through it, so that state, act, audit line and hints are never apart.
type step struct {
	s        *Service
	tx       *db.Tx
	who      actor.Actor
	act      Act
	r        Request
	was      State
	rel      Relation
	settings territory.Settings
	zone     civil.Zone
	// toldBefore are those whom the round that an amendment withdrew had reached.
	toldBefore map[directory.Subject]bool
	// done is what the timeline keeps of the act beside who, when and from where to where.
	done Done
}

// perform does act on the request id: it locks it, checks who asks against the table
// of moves, runs do, and writes the move, the act, the audit line and the hints. The
// target state of the table is set before do, which may not change it. An act that this
// submission has already done ends with errAgain, before anything is checked or written.
func (s *Service) perform(tx *db.Tx, id ID, act Act, do func(st *step) error) (Request, error) {
	who, err := signedIn(tx)
	if err != nil {
		return Request{}, err
	}
	r, err := load(tx, id)
	if err != nil {
		return Request{}, err
	}
	if done, err := again(tx, id, who.Account); err != nil || done {
		return Request{}, cmp.Or(err, errAgain)
	}
	st, err := s.begin(tx, r, who, act)
	if err != nil {
		return Request{}, err
	}
	if st.rel.None() {
		return Request{}, fault.NotFound("request.not_found")
	}
	if !Allowed(r.State, act, st.rel.Parties()...) {
		return Request{}, st.refusal()
	}
	if err := st.mayStillTry(); err != nil {
		return Request{}, err
	}
	if st.who.OnBehalf == "" {
		st.who.OnBehalf = st.serves()
	}
	if st.rel.Stands && !Allowed(r.State, act, st.rel.itself().Parties()...) {
		st.who.OnBehalf = r.Provider.ID
	}
	move, _ := MoveOf(act)
	st.r.State = move.Target(r.State, r.CameFrom)
	if err := do(st); err != nil {
		return Request{}, err
	}
	return st.r, st.finish()
}

// begin reads what every act needs beside the request.
func (s *Service) begin(tx *db.Tx, r Request, who actor.Actor, act Act) (*step, error) {
	rel, err := relation(tx, r, who)
	if err != nil {
		return nil, err
	}
	settings, err := territory.SettingsOf(tx, r.Territory)
	if err != nil {
		return nil, err
	}
	return &step{s: s, tx: tx, who: who, act: act, r: r, was: r.State, rel: rel, settings: settings, zone: civil.ZoneOf(string(r.Commune)), done: Done{Dispatch: r.Dispatch}}, nil
}

// refusal tells why the act is not allowed: the state it met, to those who may act in
// some quality; nothing more than "not found" to the others.
func (st *step) refusal() error {
	m, _ := MoveOf(st.act)
	for _, p := range st.rel.Parties() {
		for _, who := range m.Who {
			if p == who {
				return fault.Conflict("request.state", "state", string(st.was))
			}
		}
	}
	if st.rel.Asked && slices.Contains(m.Who, Recipient) {
		return st.lost()
	}
	return fault.Forbidden("request.act")
}

// lost is what a person asked reads when the search no longer is: taken, cancelled or
// over, and by whom when he may know it.
func (st *step) lost() error {
	switch {
	case st.was == Suspended && !st.rel.Carried:
		return fault.Conflict("request.suspended")
	case st.was.InCharge() && (st.rel.Usual || st.rel.Supervisor):
		return fault.Conflict("request.taken_by", "name", st.r.Provider.Name)
	case st.was.InCharge(), st.was == Completed:
		return fault.Conflict("request.taken")
	case st.was == Cancelled:
		return fault.Conflict("request.cancelled")
	case st.was == Searching:
		return fault.Conflict("request.offer_closed")
	}
	return fault.Conflict("request.over")
}

// finish writes the move and what goes with it.
func (st *step) finish() error {
	if err := st.lapseHandOver(); err != nil {
		return err
	}
	if !st.r.State.InCharge() {
		st.r.ToReconfirm = time.Time{}
	}
	before := st.r.Version
	if err := move(st.tx, &st.r, st.was); err != nil {
		return err
	}
	if err := st.record(st.act, st.who, st.was, before); err != nil {
		return err
	}
	return st.light()
}

// detail adds a detail to the act that st records.
func (st *step) detail(name, value string) {
	if st.done.Detail == nil {
		st.done.Detail = map[string]string{}
	}
	st.done.Detail[name] = value
}

// record appends one act, its audit line and its hints.
func (st *step) record(act Act, who actor.Actor, from State, before int64) error {
	a := st.done
	a.Act, a.From, a.To = act, from, st.r.State
	if key := onceOf(st.tx.Context()); key != "" && who.Account != "" {
		if a.Detail = maps.Clone(a.Detail); a.Detail == nil {
			a.Detail = map[string]string{}
		}
		a.Detail[onceDetail] = key
	}
	if err := appendAct(st.tx, st.r, who, a, before); err != nil {
		return err
	}
	err := st.s.audit.Record(st.tx, audit.Event{
		Action: audit.Action("request." + string(act)), Object: "request", ObjectID: string(st.r.ID),
		Patient: string(st.r.Patient), Request: string(st.r.ID), Detail: a.Reason,
	})
	if err != nil {
		return err
	}
	near, err := borders(st.tx, st.r.ID)
	st.touch(near...)
	return err
}

// touch hints at everyone whose screen shows the request, the consoles near its border among them.
func (st *step) touch(near ...territory.ID) {
	topics := []string{"request:" + string(st.r.ID), "order:" + string(st.r.Order), "desk:" + st.r.Territory, "person:" + st.r.From.Person, "service:" + st.r.From.Service}
	if st.r.Provider.ID != "" {
		topics = append(topics, "person:"+st.r.Provider.ID, "service:"+st.r.Provider.ID)
	}
	for _, id := range near {
		topics = append(topics, "desk:"+id)
	}
	for _, t := range topics {
		st.s.hub.Touch(st.tx, t)
	}
}

// do runs one act in its own transaction and leaves an audit line when it is refused.
func (s *Service) do(ctx context.Context, id ID, act Act, fn func(tx *db.Tx) (Request, error)) (r Request, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if r, err = fn(tx); errors.Is(err, errAgain) {
			r, err = read(tx, id)
		}
		return err
	})
	if err == nil {
		return r, nil
	}
	event := audit.Event{Action: audit.Action("request." + string(act)), Object: "request", ObjectID: string(id), Request: string(id)}
	if fault.KindOf(err) != fault.KindConflict {
		return Request{}, s.audit.Refusal(ctx, event, err)
	}
	// The slower of two is part of the story: the trail shows both.
	event.Outcome, event.Detail = audit.Refused, fault.CodeOf(err)
	return Request{}, errors.Join(err, s.audit.Saw(context.WithoutCancel(ctx), event))
}
