package testkit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// walk is one house in which every kind of person stands before requests of every state.
type walk struct {
	*testkit.House
	patient                                                 patient.ID
	ward, sameWard, operator, supervisor                    *testkit.Person
	recipient, other, provider, colleague, stranger, keeper *testkit.Person
}

// walker is one kind of person, with the qualities that he has by what the scenario says
// of him: the test’s own words, not those the product derives.
type walker struct {
	name    string
	who     *testkit.Person
	parties func(from place) []request.Party
}

// place is a state in which a walk puts a request. A request suspended in its search is
// carried by nobody.
type place struct {
	state  request.State
	nobody bool
}

func (p place) String() string {
	if p.nobody {
		return string(p.state) + " in its search"
	}
	return string(p.state)
}

var places = []place{
	{state: request.Draft}, {state: request.Searching}, {state: request.Accepted}, {state: request.Started}, {state: request.Suspended}, {state: request.Suspended, nobody: true},
	{state: request.Unfilled}, {state: request.Waitlisted}, {state: request.Completed}, {state: request.Cancelled}, {state: request.EnteredInError},
}

func newWalk(h *testkit.House) *walk {
	w := &walk{
		House: h, ward: h.Ward("Maternité A"), operator: h.Supervisor(actor.RoleOperator), supervisor: h.Supervisor(actor.RoleSupervisorNurse),
		recipient: h.Nurse("Sollicitée"), other: h.Nurse("Autre"), provider: h.Nurse("Intervenante"),
		colleague: h.Professional(testkit.Professional{Name: "Consœur", Commune: "Étampes"}), stranger: h.Professional(testkit.Professional{Name: "Étrangère", Profession: nomenclature.Midwife}),
		keeper: h.Supervisor(actor.RoleTerritoryAdmin),
	}
	same := *w.ward
	same.Actor.Account, same.Actor.Name = "another-account-of-the-ward", "Collègue de Maternité A"
	w.sameWard = &same
	r := w.ward.Asks()
	w.patient = r.Patient
	w.ward.Cancels(r)
	return w
}

func (w *walk) walkers() []walker {
	always := func(parties ...request.Party) func(place) []request.Party {
		return func(place) []request.Party { return parties }
	}
	when := func(party request.Party, states ...request.State) func(place) []request.Party {
		return func(p place) []request.Party {
			if p.nobody || !slices.Contains(states, p.state) {
				return nil
			}
			return []request.Party{party}
		}
	}
	asked := when(request.Recipient, request.Searching)
	carries := when(request.Provider, request.Accepted, request.Started, request.Suspended, request.Completed, request.Cancelled)
	return []walker{
		{"requester", w.ward, always(request.Requester)}, {"colleague of the service", w.sameWard, always(request.Requester)},
		{"operator", w.operator, always(request.Operator)}, {"supervisor", w.supervisor, always(request.Supervisor)},
		{"recipient", w.recipient, asked}, {"other recipient", w.other, asked},
		{"provider", w.provider, func(p place) []request.Party { return append(asked(p), carries(p)...) }},
		{"named colleague", w.colleague, when(request.Colleague, request.Accepted, request.Started, request.Suspended)},
		{"stranger", w.stranger, always()}, {"administrator", w.keeper, always()},
	}
}

// tick lets a moment go by, so that the order of acts never depends on how many identifiers one millisecond holds.
func (w *walk) tick() { w.Clock.Set(w.Clock.Now().Add(time.Millisecond)) }

// ask is a request of the one patient of the walk.
func (w *walk) ask(options ...func(*request.Ask)) request.Ask {
	return testkit.Ask(w.House, append(options, testkit.For(w.patient), testkit.Motive("Pansement"))...)
}

// stand puts a new request in a place, by use cases alone.
func (w *walk) stand(p place) request.Request {
	w.T.Helper()
	w.tick()
	r, err := w.Requests.Save(w.ward.Ctx(), w.ask())
	w.Must(err)
	if p.state == request.Draft {
		return r
	}
	w.tick()
	r, err = w.Requests.Trigger(w.ward.Ctx(), w.ask(func(a *request.Ask) { a.Draft = r.ID }))
	w.Must(err)
	if p.nobody {
		return w.suspended(r)
	}
	if p.state == request.Searching {
		return r
	}
	w.tick()
	r, err = w.Requests.Accept(w.provider.Ctx(), w.Offers(r)[w.provider.Subject], "")
	w.Must(err)
	w.tick()
	switch p.state {
	case request.Started:
		r, err = w.Requests.Start(w.provider.Ctx(), r.ID)
	case request.Suspended:
		return w.suspended(r)
	case request.Unfilled, request.Waitlisted:
		r, err = w.Requests.HandBack(w.provider.Ctx(), r.ID, string(request.HandBackReasons()[0].Code))
		if p.state == request.Waitlisted {
			w.Must(err)
			w.tick()
			r, err = w.Requests.Waitlist(w.ward.Ctx(), r.ID)
		}
	case request.Completed:
		r, err = w.Requests.Complete(w.provider.Ctx(), r.ID, first(nomenclature.CloseReasons))
	case request.Cancelled:
		r, err = w.Requests.Cancel(w.ward.Ctx(), r.ID, first(nomenclature.CancelReasons))
	case request.EnteredInError:
		r, err = w.Requests.MarkError(w.ward.Ctx(), r.ID)
	default:
	}
	w.Must(err)
	return r
}

func (w *walk) suspended(r request.Request) request.Request {
	w.T.Helper()
	w.tick()
	r, err := w.Requests.Suspend(w.ward.Ctx(), r.ID, "discharge_postponed")
	w.Must(err)
	return r
}

// first is a reason of a list that does not suspend every request of the patient.
func first(list nomenclature.ReasonList) string {
	reasons := slices.DeleteFunc(nomenclature.Reasons(list), func(r nomenclature.Reason) bool { return r.Code == nomenclature.Hospitalised })
	return string(reasons[0].Code)
}

// ready makes what an act acts upon: a proposal, a hand-over, a change to confirm. by is who
// will act; nil makes everything that the state allows, so that only who acts can be at fault.
func (w *walk) ready(r request.Request, act request.Act, by *testkit.Person) request.Request {
	w.T.Helper()
	w.tick()
	everything := by == nil
	if r.State == request.Searching && (everything || act == request.ActRetract || act == request.ActTakeProposal) {
		proposer := w.recipient
		if act == request.ActRetract && by != nil {
			proposer = by
		}
		_, err := w.Requests.Propose(proposer.Ctx(), w.Offers(r)[proposer.Subject], request.Proposal{Days: 1})
		w.Must(err)
	}
	if !r.State.InCharge() || r.Provider.ID == "" {
		return r
	}
	if everything || slices.Contains([]request.Act{request.ActAgreeHandOver, request.ActRefuseHandOver, request.ActWithdrawHandOver}, act) {
		_, err := w.Requests.OfferHandOver(w.provider.Ctx(), r.ID, w.colleague.Subject)
		w.Must(err)
	}
	w.tick()
	if everything || act == request.ActReconfirm || act == request.ActRefuseChange {
		w.Must(w.amend(w.ward, r))
	}
	return r
}

func (w *walk) amend(p *testkit.Person, r request.Request) error {
	_, err := w.Requests.Amend(p.Ctx(), r.ID, request.Change{Acts: r.Acts, Mode: r.Mode, Urgency: r.Urgency, Frequency: r.Care.Frequency, Days: r.Care.Days + 4, Motive: "Pansement"})
	return err
}

// try does act on r as somebody, with everything else right.
func (w *walk) try(p *testkit.Person, r request.Request, act request.Act) error {
	w.tick()
	offers := w.Offers(r)
	offer := offers[p.Subject]
	if p.Subject.ID == "" || offer == "" || act == request.ActTakeProposal {
		offer = offers[w.recipient.Subject]
	}
	for _, acts := range []map[request.Act]func() error{w.asking(p, r), w.answering(p, offer), w.handing(p, r), w.caring(p, r)} {
		if do, ok := acts[act]; ok {
			return do()
		}
	}
	return fmt.Errorf("the walk does not know how to %s", act)
}

// only forgets the request that an act returns.
func only(_ request.Request, err error) error { return err }

// asking are the acts of whoever asks, and of the desk.
func (w *walk) asking(p *testkit.Person, r request.Request) map[request.Act]func() error {
	ctx, id := p.Ctx(), r.ID
	draft := func(a *request.Ask) { a.Draft = id }
	return map[request.Act]func() error{
		request.ActSave:      func() error { return only(w.Requests.Save(ctx, w.ask(draft))) },
		request.ActTrigger:   func() error { return only(w.Requests.Trigger(ctx, w.ask(draft))) },
		request.ActWiden:     func() error { return only(w.Requests.Widen(ctx, id)) },
		request.ActPlace:     func() error { return only(w.Requests.Place(ctx, id, request.Placement{Person: w.other.Subject.ID})) },
		request.ActAmend:     func() error { return w.amend(p, r) },
		request.ActCancel:    func() error { return only(w.Requests.Cancel(ctx, id, first(nomenclature.CancelReasons))) },
		request.ActRetry:     func() error { return only(w.Requests.Retry(ctx, id, time.Time{})) },
		request.ActWaitlist:  func() error { return only(w.Requests.Waitlist(ctx, id)) },
		request.ActMarkError: func() error { return only(w.Requests.MarkError(ctx, id)) },
	}
}

// answering are the acts on an offer.
func (w *walk) answering(p *testkit.Person, offer request.OfferID) map[request.Act]func() error {
	ctx := p.Ctx()
	return map[request.Act]func() error{
		request.ActAccept:       func() error { return only(w.Requests.Accept(ctx, offer, "")) },
		request.ActDecline:      func() error { return only(w.Requests.Decline(ctx, offer, "")) },
		request.ActPropose:      func() error { return only(w.Requests.Propose(ctx, offer, request.Proposal{Days: 2})) },
		request.ActRetract:      func() error { return only(w.Requests.Retract(ctx, offer)) },
		request.ActTakeProposal: func() error { return only(w.Requests.TakeProposal(ctx, offer)) },
	}
}

// handing are the acts by which a request changes hands, or stays after a change.
func (w *walk) handing(p *testkit.Person, r request.Request) map[request.Act]func() error {
	ctx, id := p.Ctx(), r.ID
	return map[request.Act]func() error{
		request.ActUndo:             func() error { return only(w.Requests.Undo(ctx, id)) },
		request.ActRelease:          func() error { return only(w.Requests.Release(ctx, id, first(nomenclature.ReleaseReasons))) },
		request.ActHandBack:         func() error { return only(w.Requests.HandBack(ctx, id, string(request.HandBackReasons()[0].Code))) },
		request.ActOfferHandOver:    func() error { return only(w.Requests.OfferHandOver(ctx, id, w.colleague.Subject)) },
		request.ActAgreeHandOver:    func() error { return only(w.Requests.AgreeHandOver(ctx, id)) },
		request.ActRefuseHandOver:   func() error { return only(w.Requests.RefuseHandOver(ctx, id)) },
		request.ActWithdrawHandOver: func() error { return only(w.Requests.WithdrawHandOver(ctx, id)) },
		request.ActNameComing:       func() error { return only(w.Requests.NameComing(ctx, id, request.Coming{Name: "Alix Exemple"})) },
		request.ActReconfirm:        func() error { return only(w.Requests.Reconfirm(ctx, id)) },
		request.ActRefuseChange:     func() error { return only(w.Requests.RefuseChange(ctx, id, first(nomenclature.ReleaseReasons))) },
	}
}

// caring are the acts of care.
func (w *walk) caring(p *testkit.Person, r request.Request) map[request.Act]func() error {
	ctx, id := p.Ctx(), r.ID
	return map[request.Act]func() error{
		request.ActContact:  func() error { return only(w.Requests.Contact(ctx, id, w.Clock.Now().Add(time.Hour))) },
		request.ActStart:    func() error { return only(w.Requests.Start(ctx, id)) },
		request.ActVisit:    func() error { return only(w.Requests.Visit(ctx, id, request.Passage{Outcome: request.VisitDone})) },
		request.ActReport:   func() error { return only(w.Requests.Report(ctx, id, "Rien à signaler")) },
		request.ActSuspend:  func() error { return only(w.Requests.Suspend(ctx, id, "discharge_postponed")) },
		request.ActResume:   func() error { return only(w.Requests.Resume(ctx, id, time.Time{})) },
		request.ActComplete: func() error { return only(w.Requests.Complete(ctx, id, first(nomenclature.CloseReasons))) },
	}
}

// trace is what an act leaves: where the request is, at which version, and its acts.
type trace struct {
	state   request.State
	version int64
	acts    int64
	last    request.Act
}

func (w *walk) trace(id request.ID) (t trace) {
	w.T.Helper()
	w.Must(w.DB.View(w.T.Context(), func(tx *db.Tx) (err error) {
		t, err = db.One(tx, "none", func(row db.Row) (t trace, err error) {
			return t, row.Scan(&t.state, &t.version, &t.acts, &t.last)
		}, `SELECT state, version, (SELECT count(*) FROM request_act a WHERE a.request = r.id), (SELECT act FROM request_act a WHERE a.request = r.id ORDER BY a.id DESC LIMIT 1) FROM request r WHERE r.id = $1`, string(id))
		return err
	}))
	return t
}

// allowed is what the table says, and two things it does not: nobody can be released from a
// request that is suspended in its search, and a person who carries it comes himself.
func (w walker) allowed(m request.Move, from place) bool {
	if from.nobody && m.Act == request.ActRelease || m.Act == request.ActNameComing {
		return false
	}
	return slices.Contains(m.From, from.state) && slices.ContainsFunc(w.parties(from), func(p request.Party) bool { return slices.Contains(m.Who, p) })
}

// Every act tried by every kind of person on a request of every state does what the table
// says: it leads where it says, and what is refused changes nothing. The buttons of a page
// are the acts that succeed.
func TestEveryActOfTheTable(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		w := newWalk(h)
		walkers := w.walkers()
		done, refused := 0, 0
		for _, from := range places {
			met := w.ready(w.stand(from), "", nil)
			before := w.trace(met.ID)
			for _, m := range request.Moves {
				if slices.Equal(m.Who, []request.Party{request.System}) {
					continue // no use case: the deadlines do it
				}
				for _, who := range walkers {
					if who.allowed(m, from) {
						w.mustDo(t, who, m, from)
						done++
						continue
					}
					err := w.try(who.who, met, m.Act)
					again := m.Act == request.ActAccept && err == nil && who.who == w.provider && met.Provider.Subject == w.provider.Subject // the winner who accepts again
					if kind := fault.KindOf(err); !again && kind != fault.KindConflict && kind != fault.KindForbidden && kind != fault.KindNotFound {
						t.Errorf("%s: %s by %s ends with %v", from, m.Act, who.name, err)
					}
					if after := w.trace(met.ID); after != before {
						t.Fatalf("%s: %s by %s is refused and yet %+v becomes %+v", from, m.Act, who.name, before, after)
					}
					refused++
				}
			}
		}
		if done < 100 || refused < 2000 {
			t.Errorf("%d acts done and %d refused: the walk has shrunk", done, refused)
		}
	})
}

// mustDo does an act that the table allows on a request of its own.
func (w *walk) mustDo(t *testing.T, who walker, m request.Move, from place) {
	t.Helper()
	r := w.ready(w.stand(from), m.Act, who.who)
	if sh, err := w.Requests.Show(who.who.Ctx(), r.ID); err != nil || !slices.Contains(sh.Acts, m.Act) {
		t.Errorf("%s: %s is no button of %s: %v %v", from, m.Act, who.name, sh.Acts, err)
	}
	before := w.trace(r.ID)
	if err := w.try(who.who, r, m.Act); err != nil {
		t.Errorf("%s: %s by %s is refused: %v", from, m.Act, who.name, err)
		return
	}
	after, came := w.trace(r.ID), request.Accepted
	if from.nobody {
		came = request.Searching
	}
	if to := m.Target(from.state, came); after.state != to || after.version <= before.version || after.acts <= before.acts || m.Act != request.ActTrigger && after.last != m.Act {
		t.Errorf("%s: %s by %s leads to %+v from %+v", from, m.Act, who.name, after, before)
	}
}
