// Package live carries hints: "something changed about X". A hint holds no data and
// may be lost, never lies, and makes nobody wait: whoever listens reads the state
// again. What must happen is promised in infra/queue instead.
//
// Topics are exact words such as "request:<id>". The topic "*" (Resync) is told to
// every listener when hints may have been lost: read everything again.
package live

import (
	"slices"
	"strings"
	"sync"

	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// Resync tells a listener that hints about any of its topics may have been lost.
const Resync = "*"

type nodeID string

// Hub brings hints to the listeners of this node and, on PostgreSQL while Run runs,
// of the others. It may be used concurrently.
type Hub struct {
	db   *db.DB
	node nodeID

	mu        sync.RWMutex
	listeners map[string]map[*Listener]struct{} // by topic
	all       map[*Listener]struct{}

	outMu sync.Mutex
	out   map[string]struct{} // topics the other nodes have not heard yet
	more  chan struct{}
}

// New returns a hub for the nodes that share d. Hints travel in this process at
// once; between nodes they need Run.
func New(d *db.DB) *Hub {
	return &Hub{
		db: d, node: ident.New[nodeID](d.Now()),
		listeners: map[string]map[*Listener]struct{}{}, all: map[*Listener]struct{}{},
		out: map[string]struct{}{}, more: make(chan struct{}, 1),
	}
}

// Touch publishes topic once tx is on disk, and never when it is not.
func (h *Hub) Touch(tx *db.Tx, topic string) {
	tx.AfterCommit(func() { h.Publish(topic) })
}

// Publish tells the listeners of topic, here at once and on other nodes soon. It
// never waits. A topic holds no line break and fits 200 bytes; another one becomes Resync.
func (h *Hub) Publish(topic string) {
	if len(topic) > maxTopic || strings.Contains(topic, "\n") {
		topic = Resync
	}
	h.tell(topic)
	if h.db.Engine() == db.Postgres {
		h.export(topic)
	}
}

// tell reaches the listeners of this node.
func (h *Hub) tell(topic string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if topic != Resync {
		for l := range h.listeners[topic] {
			l.push(topic)
		}
		return
	}
	for l := range h.all {
		l.push(Resync)
	}
}

// Listener receives hints on C, each topic at most once until it is read. C is
// closed by Close.
type Listener struct {
	C      <-chan string
	c      chan string
	hub    *Hub
	topics []string
	mu     sync.Mutex
	closed bool
}

// Subscribe returns a listener of topics. Its owner closes it.
func (h *Hub) Subscribe(topics ...string) *Listener {
	topics = slices.Compact(slices.Sorted(slices.Values(topics)))
	// Room for each topic once and for Resync: a push then never finds the channel full.
	c := make(chan string, len(topics)+1)
	l := &Listener{C: c, c: c, hub: h, topics: topics}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all[l] = struct{}{}
	for _, t := range topics {
		if h.listeners[t] == nil {
			h.listeners[t] = map[*Listener]struct{}{}
		}
		h.listeners[t][l] = struct{}{}
	}
	return l
}

// Close ends the listener. It may be called twice.
func (l *Listener) Close() {
	l.hub.mu.Lock()
	delete(l.hub.all, l)
	for _, t := range l.topics {
		delete(l.hub.listeners[t], l)
		if len(l.hub.listeners[t]) == 0 {
			delete(l.hub.listeners, t)
		}
	}
	l.hub.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.c)
	}
}

// push adds topic unless it already waits. What waits is taken out and put back in
// its order, because a channel cannot be looked into; only the reader takes beside us.
func (l *Listener) push(topic string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	waiting := l.waiting()
	if !slices.Contains(waiting, topic) {
		waiting = append(waiting, topic)
	}
	for _, t := range waiting {
		l.c <- t
	}
}

func (l *Listener) waiting() (topics []string) {
	for {
		select {
		case t := <-l.c:
			topics = append(topics, t)
		default:
			return topics
		}
	}
}
