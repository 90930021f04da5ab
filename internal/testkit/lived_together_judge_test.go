package testkit_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// lived is one act as the timeline kept it.
type lived struct {
	request       request.ID
	act           request.Act
	at            int64
	from, to      request.State
	round         request.DispatchID
	before, after int64
	detail        string
}

// rounded is one round with what its request asked for.
type rounded struct {
	id                        request.DispatchID
	request                   request.ID
	number                    int
	state                     request.RoundState
	opened, replyBy, closed   int64
	urgency                   nomenclature.Urgency
	accepted, pending, offers int
}

// judge compares everything that was written with what the acts say. It fails for the
// first fault of each kind, naming the request.
func (w *world) judge(t *testing.T, tx *db.Tx) error {
	acts, err := db.All(tx, func(row db.Row) (a lived, err error) {
		return a, row.Scan(&a.request, &a.act, &a.at, &a.from, &a.to, &a.round, &a.before, &a.after, &a.detail)
	}, `SELECT request, act, at, from_state, to_state, dispatch, version_before, version_after, detail FROM request_act ORDER BY request, version_after, id`)
	if err != nil {
		return err
	}
	rounds, err := db.All(tx, func(row db.Row) (d rounded, err error) {
		return d, row.Scan(&d.id, &d.request, &d.number, &d.state, &d.opened, &d.replyBy, &d.closed, &d.urgency, &d.accepted, &d.pending, &d.offers)
	}, `SELECT d.id, d.request, d.number, d.state, d.opened, d.reply_by, d.closed, r.urgency,
		(SELECT count(*) FROM offer o WHERE o.dispatch = d.id AND o.state = 'accepted'),
		(SELECT count(*) FROM offer o WHERE o.dispatch = d.id AND o.state IN ('pending', 'proposed')),
		(SELECT count(*) FROM offer o WHERE o.dispatch = d.id)
		FROM dispatch d JOIN request r ON r.id = d.request ORDER BY d.request, d.number`)
	if err != nil {
		return err
	}
	byRequest := map[request.ID][]lived{}
	for _, a := range acts {
		byRequest[a.request] = append(byRequest[a.request], a)
	}
	roundsOf := map[request.ID][]rounded{}
	for _, d := range rounds {
		roundsOf[d.request] = append(roundsOf[d.request], d)
	}
	if err := judgeRequests(t, tx, byRequest, roundsOf); err != nil {
		return err
	}
	judgeDeadlines(t, rounds, byRequest)
	return judgeMessages(t, tx)
}

// judgeRequests rebuilds each request from its acts.
func judgeRequests(t *testing.T, tx *db.Tx, acts map[request.ID][]lived, rounds map[request.ID][]rounded) error {
	type stored struct {
		id       request.ID
		state    request.State
		version  int64
		dispatch request.DispatchID
		provider string
	}
	all, err := db.All(tx, func(row db.Row) (r stored, err error) {
		return r, row.Scan(&r.id, &r.state, &r.version, &r.dispatch, &r.provider)
	}, `SELECT id, state, version, dispatch, provider FROM request ORDER BY id`)
	for _, r := range all {
		state, version, last := request.State(""), int64(0), int64(0)
		for _, a := range acts[r.id] {
			if a.from != state {
				t.Fatalf("request %s: %s leaves %q while the acts before lead to %q", r.id, a.act, a.from, state)
			}
			m, _ := request.MoveOf(a.act)
			if m.To != request.Back && m.Target(a.from, "") != a.to {
				t.Fatalf("request %s: %s leads from %s to %s", r.id, a.act, a.from, a.to)
			}
			if version != 0 && a.before != version || a.at < last {
				t.Fatalf("request %s: %s changes version %d at %d after version %d at %d", r.id, a.act, a.before, a.at, version, last)
			}
			state, version, last = a.to, a.after, a.at
		}
		if state != r.state || version != r.version {
			t.Fatalf("request %s is %s, version %d; its acts lead to %s, version %d", r.id, r.state, r.version, state, version)
		}
		judgeRounds(t, r.id, r.state, r.dispatch, r.provider != "", rounds[r.id])
	}
	return err
}

// judgeRounds checks the rounds of one request against its state.
func judgeRounds(t *testing.T, id request.ID, state request.State, current request.DispatchID, carried bool, rounds []rounded) {
	for i, d := range rounds {
		if d.number != i+1 || d.accepted > 1 {
			t.Fatalf("request %s: round %d is numbered %d and has %d winners", id, i+1, d.number, d.accepted)
		}
		open, taken := d.state == request.RoundOpen, d.state == request.RoundTaken
		if (open || taken) != (d.closed == 0) {
			t.Fatalf("request %s: round %d is %s and was closed at %d", id, d.number, d.state, d.closed)
		}
		if !open && d.pending > 0 {
			t.Fatalf("request %s: round %d is %s with %d offers that wait", id, d.number, d.state, d.pending)
		}
		if (taken || d.state == request.RoundCompleted || d.state == request.RoundReleased) && d.accepted != 1 {
			t.Fatalf("request %s: round %d is %s with %d winners", id, d.number, d.state, d.accepted)
		}
		if d.id != current && (open || taken) {
			t.Fatalf("request %s: round %d is %s and is not the current one", id, d.number, d.state)
		}
	}
	if len(rounds) == 0 {
		return
	}
	last := rounds[len(rounds)-1].state
	may := map[request.State][]request.RoundState{
		request.Searching: {request.RoundOpen}, request.Accepted: {request.RoundTaken}, request.Started: {request.RoundTaken},
		request.Suspended: {request.RoundTaken, request.RoundWithdrawn}, request.Unfilled: {request.RoundFailed}, request.Waitlisted: {request.RoundFailed},
		request.Completed: {request.RoundCompleted},
	}[state]
	ok := may == nil
	for _, s := range may {
		ok = ok || s == last
	}
	if !ok || state.InCharge() && last == request.RoundTaken && !carried {
		t.Fatalf("request %s is %s and its last round %s", id, state, last)
	}
}

// judgeDeadlines checks that each deadline fired once, never early, that a late one says
// how late, and that none of a request that can wait falls inside the night.
func judgeDeadlines(t *testing.T, rounds []rounded, acts map[request.ID][]lived) {
	fired, late := 0, 0
	for _, d := range rounds {
		n, wave := 0, int64(0)
		for _, a := range acts[d.request] {
			if a.round != d.id {
				continue
			}
			if a.act == request.ActWiden {
				if a.at < wave {
					t.Fatalf("round %s: a wave opened before the one it follows", d.id)
				}
				wave = a.at
			}
			if a.act != request.ActTimeOut {
				continue
			}
			n++
			gap := db.At(a.at).Sub(db.At(d.replyBy))
			if gap < 0 || wave > a.at {
				t.Fatalf("round %s timed out %v before its deadline", d.id, -gap)
			}
			if said := a.detail; (gap > time.Minute) != containsLate(said, gap) {
				t.Fatalf("round %s timed out %v late and says %s", d.id, gap, said)
			}
			if gap > time.Minute {
				late++
			}
		}
		if n > 1 {
			t.Fatalf("round %s timed out %d times", d.id, n)
		}
		fired += n
		if n > 0 && asleep(d) {
			t.Fatalf("round %s (%s), opened at %s, was to be answered at %s, in the night", d.id, d.urgency, db.At(d.opened).In(paris), db.At(d.replyBy).In(paris))
		}
	}
	if fired == 0 || late == 0 {
		t.Errorf("%d deadlines fired, %d late: the test proves nothing", fired, late)
	}
}

func containsLate(detail string, gap time.Duration) bool {
	return gap > 0 && strings.Contains(detail, `"late":"`+gap.String()+`"`)
}

// judgeMessages checks that no solicitation left after its round was closed, nor during
// the night for a request that can wait.
func judgeMessages(t *testing.T, tx *db.Tx) error {
	type sent struct {
		at, opened, closed int64
		urgency            nomenclature.Urgency
	}
	all, err := db.All(tx, func(row db.Row) (m sent, err error) {
		return m, row.Scan(&m.at, &m.opened, &m.closed, &m.urgency)
	}, `SELECT f.at, d.opened, COALESCE((SELECT o.decided FROM offer o WHERE o.dispatch = d.id AND o.state = 'accepted'), d.closed), r.urgency FROM fake_message f JOIN delivery v ON v.id = f.id JOIN dispatch d ON d.id = v.dispatch
		JOIN request r ON r.id = d.request WHERE v.solicits = $1`, true)
	for _, m := range all {
		if m.closed > 0 && m.at > m.closed {
			t.Fatalf("a solicitation left at %s, its search ended at %s", db.At(m.at).In(paris), db.At(m.closed).In(paris))
		}
		if m.urgency != nomenclature.U0 && m.urgency != nomenclature.U1 && civil.DefaultNight.Contains(db.At(m.at), paris) {
			t.Fatalf("a solicitation of a request %s left at %s, in the night", m.urgency, db.At(m.at).In(paris))
		}
	}
	if len(all) == 0 {
		t.Error("nobody was solicited at all: the test proves nothing")
	}
	return err
}

// asleep tells whether a round of a request that can wait ends inside a night. It may end
// on the instant a night begins, and when care itself is wanted before the night it was
// asked in is over.
func asleep(d rounded) bool {
	if d.urgency == nomenclature.U0 || d.urgency == nomenclature.U1 {
		return false
	}
	opened, by := db.At(d.opened), db.At(d.replyBy)
	return civil.DefaultNight.Contains(by, paris) && civil.DefaultNight.Contains(by.Add(-time.Millisecond), paris) && civil.Awake(opened, by, civil.DefaultNight, paris) > 0
}
