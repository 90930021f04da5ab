package testkit_test

import (
	"cmp"
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

var historySteps = flag.Int("histories.steps", 1000, "steps of the histories of chance, on each engine")

var historySeed = flag.Uint64("histories.seed", 20260316, "seed of the histories of chance: the same seed lives the same history")

// chance is a house where people do anything to many requests, as a seed says.
type chance struct {
	*walk
	d        *rand.Rand
	people   []*testkit.Person
	requests []request.ID
	done     int
	asked    int
	refused  int
}

// moment is how late, in milliseconds, a deadline may fire: the steps between two movements of the clock take some.
const moment = 1000

// living is how many requests are in play at once.
const living = 25

func newChance(h *testkit.House) *chance {
	c := &chance{walk: newWalk(h), d: rand.New(rand.NewPCG(*historySeed, 1))}
	c.people = []*testkit.Person{c.ward, c.sameWard, c.operator, c.supervisor, c.recipient, c.other, c.provider, c.colleague, c.stranger, c.keeper}
	return c
}

// step is one act of somebody on some request, or some time that goes by.
func (c *chance) step() {
	c.T.Helper()
	switch {
	case len(c.requests) < living:
		c.begin()
		return
	case c.d.IntN(25) == 0:
		c.Forward(time.Duration(1+c.d.IntN(90)) * time.Minute)
		return
	}
	i := c.d.IntN(len(c.requests))
	r := c.read(c.requests[i])
	if r.State.Terminal() {
		c.requests = slices.Delete(c.requests, i, i+1) // it has ended: another one is asked
		return
	}
	m, who := c.choose(r)
	act := m.Act
	if (act == request.ActMarkError || act == request.ActCancel) && c.d.IntN(6) > 0 || act == request.ActExhaust || act == request.ActTimeOut {
		return // a life that ends at once shows little
	}
	before := c.trace(r.ID)
	err := c.try(who, r, act)
	switch kind := fault.KindOf(err); {
	case err == nil:
		c.done++
	case kind != fault.KindConflict && kind != fault.KindForbidden && kind != fault.KindNotFound && kind != fault.KindInvalid:
		c.T.Fatalf("%s by %s broke the house: %v", act, who.Name, err)
	default:
		c.refused++
		if after := c.trace(r.ID); after != before {
			c.T.Fatalf("%s by %s is refused and yet %+v becomes %+v: %v", act, who.Name, before, after, err)
		}
	}
}

func (c *chance) begin() {
	r, err := c.Requests.Trigger(c.ward.Ctx(), c.ask(func(a *request.Ask) {
		a.Urgency = []nomenclature.Urgency{nomenclature.U1, nomenclature.U2, nomenclature.U3, nomenclature.U4}[c.d.IntN(4)]
		a.Start = c.Clock.Now().Add(time.Duration(1+c.d.IntN(30)) * time.Hour)
	}))
	c.Must(err)
	c.asked++
	c.requests = append(c.requests, r.ID)
}

// choose is an act and who does it: most of the time one that the table may allow, the
// rest of the time anything by anybody.
func (c *chance) choose(r request.Request) (request.Move, *testkit.Person) {
	if c.d.IntN(8) == 0 {
		return request.Moves[c.d.IntN(len(request.Moves))], c.people[c.d.IntN(len(c.people))]
	}
	var may []request.Move
	for _, m := range request.Moves {
		if slices.Contains(m.From, r.State) {
			may = append(may, m)
		}
	}
	m := may[c.d.IntN(len(may))]
	party := m.Who[c.d.IntN(len(m.Who))]
	who := []*testkit.Person{c.recipient, c.other, c.provider, c.colleague}
	switch party {
	case request.Requester:
		who = []*testkit.Person{c.ward, c.sameWard}
	case request.Operator:
		who = []*testkit.Person{c.operator}
	case request.Supervisor:
		who = []*testkit.Person{c.supervisor}
	case request.Colleague:
		who = []*testkit.Person{c.colleague}
	case request.Provider:
		if i := slices.IndexFunc(who, func(p *testkit.Person) bool { return p.Subject == r.Provider.Subject }); i >= 0 {
			who = who[i : i+1]
		}
	default:
	}
	return m, who[c.d.IntN(len(who))]
}

// read is as much of a request as choosing an act wants, and the need it will be amended to.
func (c *chance) read(id request.ID) request.Request {
	c.T.Helper()
	r := request.Request{ID: id, Acts: []nomenclature.ActCode{"IDE01"}, Mode: nomenclature.HomeVisit}
	r.Care.Frequency.PerDay, r.Care.Days = 1, c.d.IntN(20)
	c.Must(c.DB.View(c.T.Context(), func(tx *db.Tx) error {
		_, err := db.One(tx, "none", func(row db.Row) (x int, err error) {
			return x, row.Scan(&r.State, &r.Dispatch, &r.Urgency, &r.Provider.Kind, &r.Provider.ID)
		}, `SELECT state, dispatch, urgency, provider_kind, provider FROM request WHERE id = $1`, string(id))
		return err
	}))
	return r
}

// told is one row of request_act, with what a history is rebuilt from.
type told struct {
	request       request.ID
	act           request.Act
	from, to      request.State
	dispatch      request.DispatchID
	recipient     string
	before, after int64
	at            int64
	replyBy       int64
}

// rebuilt is what the acts of a request say of it.
type rebuilt struct {
	state    request.State
	version  int64
	provider string
	dispatch request.DispatchID
}

// add applies one act.
func (b *rebuilt) add(t *testing.T, a told) {
	if a.from != b.state || b.version != 0 && a.before != b.version {
		t.Errorf("%s: %s leaves %q at %d, the acts before it lead to %q at %d", a.request, a.act, a.from, a.before, b.state, b.version)
	}
	b.state, b.version = a.to, a.after
	if a.dispatch != "" {
		b.dispatch = a.dispatch
	}
	switch a.act {
	case request.ActAccept, request.ActPlace, request.ActTakeProposal, request.ActAgreeHandOver:
		b.provider = a.recipient
	case request.ActRelease, request.ActUndo, request.ActHandBack, request.ActRefuseChange, request.ActRetry:
		b.provider = ""
	default:
	}
}

// rebuild reads every act, and gives what they say of each request.
func (c *chance) rebuild(t *testing.T) map[request.ID]*rebuilt {
	t.Helper()
	lives, ended, last := map[request.ID]*rebuilt{}, map[request.DispatchID]int{}, int64(0)
	c.Must(c.DB.View(c.T.Context(), func(tx *db.Tx) error {
		acts, err := db.All(tx, func(row db.Row) (a told, err error) {
			return a, row.Scan(&a.request, &a.act, &a.from, &a.to, &a.dispatch, &a.recipient, &a.before, &a.after, &a.at, &a.replyBy)
		}, `SELECT a.request, a.act, a.from_state, a.to_state, a.dispatch, COALESCE(o.recipient, ''), a.version_before, a.version_after, a.at, COALESCE(d.reply_by, 0)
			FROM request_act a LEFT JOIN offer o ON o.id = a.offer LEFT JOIN dispatch d ON d.id = a.dispatch ORDER BY a.at, a.id`)
		// Two acts of the same millisecond are told apart by the version they lead to.
		inOrder := slices.Clone(acts)
		slices.SortStableFunc(inOrder, func(a, b told) int { return cmp.Or(cmp.Compare(a.request, b.request), cmp.Compare(a.after, b.after)) })
		for _, a := range inOrder {
			if lives[a.request] == nil {
				lives[a.request] = &rebuilt{}
			}
			lives[a.request].add(t, a)
		}
		for _, a := range acts {
			if a.act == request.ActTimeOut {
				if late := a.at - a.replyBy; late < 0 || late > moment || a.replyBy < last {
					t.Errorf("a deadline due at %d fires at %d, after one due at %d", a.replyBy, a.at, last)
				}
				last = a.replyBy
			}
			if a.act == request.ActTimeOut || a.act == request.ActExhaust {
				if ended[a.dispatch]++; ended[a.dispatch] > 1 {
					t.Errorf("a round ended %d times", ended[a.dispatch])
				}
			}
		}
		return err
	}))
	return lives
}

// never are the rows that no history may leave.
var never = map[string]string{
	"rounds with two winners":                 `SELECT count(*) FROM (SELECT dispatch FROM offer WHERE state = 'accepted' GROUP BY dispatch HAVING count(*) > 1) AS twice`,
	"rounds won by nobody":                    `SELECT count(*) FROM dispatch d WHERE state IN ('taken', 'completed', 'released') AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.dispatch = d.id AND o.state = 'accepted')`,
	"offers open in a round that is over":     `SELECT count(*) FROM offer o JOIN dispatch d ON d.id = o.dispatch WHERE o.state IN ('pending', 'proposed') AND d.state <> 'open'`,
	"rounds open while nothing is searched":   `SELECT count(*) FROM dispatch d JOIN request r ON r.id = d.request WHERE d.state = 'open' AND (r.state <> 'searching' OR r.dispatch <> d.id)`,
	"searches without an open round":          `SELECT count(*) FROM request r JOIN dispatch d ON d.id = r.dispatch WHERE r.state = 'searching' AND d.state <> 'open'`,
	"rounds taken that carry nothing":         `SELECT count(*) FROM dispatch d JOIN request r ON r.id = d.request WHERE d.state = 'taken' AND (r.state NOT IN ('accepted', 'started', 'suspended') OR r.dispatch <> d.id)`,
	"hand-overs open in a round that is over": `SELECT count(*) FROM hand_over h JOIN dispatch d ON d.id = h.dispatch WHERE h.state = 'open' AND d.state <> 'taken'`,
	"changes to confirm that nobody carries":  `SELECT count(*) FROM request WHERE to_reconfirm <> 0 AND state NOT IN ('accepted', 'started', 'suspended')`,
}

// check compares every request with what its acts say of it, and looks for what may never be.
func (c *chance) check(t *testing.T) {
	t.Helper()
	lives := c.rebuild(t)
	type row struct {
		id request.ID
		rebuilt
	}
	c.Must(c.DB.View(c.T.Context(), func(tx *db.Tx) error {
		rows, err := db.All(tx, func(r db.Row) (x row, err error) {
			return x, r.Scan(&x.id, &x.state, &x.version, &x.provider, &x.dispatch)
		}, `SELECT id, state, version, provider, dispatch FROM request`)
		for _, x := range rows {
			if want := lives[x.id]; want == nil || *want != x.rebuilt {
				t.Errorf("the acts say %+v, the table %+v", want, x.rebuilt)
			}
		}
		for what, q := range never {
			n, err := db.One(tx, "none", db.Value[int64], q)
			if err != nil {
				return err
			}
			if n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		return err
	}))
}

// Many steps of chance, always the same for a seed: what the acts tell is what the tables
// hold, a round has one winner, and every deadline fires once, on time and in order.
func TestHistoriesOfChance(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		steps := *historySteps
		c := newChance(h)
		look := 500 // rebuilding everything each time would take longer and longer
		for n := range steps {
			c.step()
			if n == look-1 || n == steps-1 {
				look += max(500, n/10)
				c.Settle()
				c.check(t)
			}
			if t.Failed() {
				t.Fatalf("after %d steps of -histories.seed=%d", n+1, *historySeed)
			}
		}
		t.Logf("%d requests, %d acts done, %d refused", c.asked, c.done, c.refused)
		if c.done < steps/4 {
			t.Errorf("%d acts done only", c.done)
		}
	})
}
