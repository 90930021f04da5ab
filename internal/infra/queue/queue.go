package queue

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Options tune a queue; the zero value works.
type Options struct {
	// Poll is how often a node looks for what it was not told: the work of other
	// nodes, lost signals. One second when zero.
	Poll time.Duration
	// Workers bounds the InTx jobs under way on one node. Zero chooses by engine.
	Workers int
	// Grace is how long Run lets Outside handlers finish before it cancels their
	// contexts. Ten seconds when zero.
	Grace time.Duration
	// Keep and KeepDead are how long cancelled and discarded, and dead jobs stay
	// visible. Seven and thirty days when zero.
	Keep, KeepDead time.Duration
	// Log receives what an operator should know. slog.Default when nil.
	Log *slog.Logger
}

// Queue is one node's view of the jobs. It may be used concurrently.
type Queue struct {
	db      *db.DB
	opt     Options
	log     *slog.Logger
	process string
	claims  atomic.Int64
	paused  atomic.Bool

	mu       sync.Mutex
	works    map[string]*work
	topics   map[string][]string // topic → kinds of its subscribers
	hands    map[ID]*hand        // what this node is doing now
	keys     map[string]keyHeld  // keys of the InTx jobs in hand
	ended    []*hand             // Outside attempts whose end is not on disk yet
	inTx     int                 // InTx jobs in hand
	running  bool
	progress chan struct{} // closed and replaced each time something leaves the hands
	signal   chan struct{} // wakes the dispatcher
}

// work is one kind and who does it.
type work struct {
	kind    string
	policy  Policy
	inTx    func(tx *db.Tx, j Job) error
	outside func(ctx context.Context, j Job) error

	// Guarded by Queue.mu.
	next   int64 // the earliest due time known, 0 when none is
	busy   int   // jobs of this kind in hand
	parked bool  // waits for a job of the same key to leave the hands
}

// unseen stands in work.next for a kind nobody has looked for yet. It is long past, so the first turn looks.
const unseen = 1

// hand is a job this node is doing.
type hand struct {
	job    Job
	work   *work
	owner  string             // of the lease
	until  time.Time          // end of the lease
	cancel context.CancelFunc // of the attempt
	err    error              // how the attempt ended
	lost   bool               // the lease went to another node
}

// keyHeld counts the InTx jobs of one key in hand and remembers the earliest due.
type keyHeld struct {
	n   int
	due time.Time
}

// New returns the queue of d on this node. It works once its handlers are
// registered and Run runs, or when Drain is called.
func New(d *db.DB, o Options) *Queue {
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if o.Workers <= 0 {
		// SQLite's writer commits what waits together; on PostgreSQL each worker holds a connection.
		o.Workers = map[db.Engine]int{db.SQLite: 64, db.Postgres: 8}[d.Engine()]
	}
	if o.Grace <= 0 {
		o.Grace = 10 * time.Second
	}
	if o.Keep <= 0 {
		o.Keep = 7 * 24 * time.Hour
	}
	if o.KeepDead <= 0 {
		o.KeepDead = 30 * 24 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	q := &Queue{
		db: d, opt: o, log: o.Log, process: string(ident.New[ID](d.Now())),
		works: map[string]*work{}, topics: map[string][]string{},
		hands: map[ID]*hand{}, keys: map[string]keyHeld{},
		progress: make(chan struct{}), signal: make(chan struct{}, 1),
	}
	q.InTx(purgeKind, q.purge)
	return q
}

// InTx registers the handler of kind. It works in one transaction with the
// completion of its job, and may be called again when that transaction could not
// commit: no network call, nothing outside tx. An error undoes its work; Snooze,
// Cancel and Discard keep it. Registering a kind twice is a fault of the wiring and panics.
func (q *Queue) InTx(kind string, handler func(tx *db.Tx, j Job) error) {
	q.register(&work{kind: kind, policy: inTxPolicy, inTx: handler})
}

// Outside registers the handler of kind for work in the world: sends, calls. It
// runs beside others, outside any transaction, at least once. Its context ends with
// the lease or the timeout. Registering a kind twice is a fault of the wiring and panics.
func (q *Queue) Outside(kind string, p Policy, handler func(ctx context.Context, j Job) error) {
	q.register(&work{kind: kind, policy: p.orDefault(), outside: handler})
}

func (q *Queue) register(w *work) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.works[w.kind] != nil {
		panic("queue: two handlers for kind " + w.kind)
	}
	w.next = unseen
	q.works[w.kind] = w
	q.wakeDispatcher()
}

// Subscribe makes handler answer, in a job of its own, to each Announce of topic.
// name tells the subscribers of a topic apart and is stable: it is written in the
// jobs. It is called at wiring, before the first Announce.
func (q *Queue) Subscribe(topic, name string, handler func(tx *db.Tx, id string) error) {
	kind := topic + "/" + name
	q.InTx(kind, func(tx *db.Tx, j Job) error { return handler(tx, j.Key) })
	q.mu.Lock()
	defer q.mu.Unlock()
	q.topics[topic] = append(q.topics[topic], kind)
}

// wake notes that a job of kind is due then.
func (q *Queue) wake(kind string, due time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w := q.works[kind]; w != nil {
		w.expect(db.Ms(due))
		q.wakeDispatcher()
	}
}

// wakeDispatcher leaves one signal: a dispatcher at work will look once more after it.
func (q *Queue) wakeDispatcher() {
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

// expect notes a due time, in milliseconds.
func (w *work) expect(due int64) {
	if due > 0 && (w.next == 0 || due < w.next) {
		w.next = due
	}
}

// owner names a new lease: a late end of an older claim, even by this process, does not fit it.
func (q *Queue) owner() string {
	return q.process + "." + strconv.FormatInt(q.claims.Add(1), 10)
}

// leave tells those who wait that something left the hands. q.mu is held.
func (q *Queue) leave() {
	close(q.progress)
	q.progress = make(chan struct{})
	q.wakeDispatcher()
}
