package live

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
)

const (
	channel = "live"
	// maxTopic and maxPayload keep a notification under PostgreSQL's 8000 bytes.
	maxTopic   = 200
	maxPayload = 7000
	// pause is how long a node gathers hints after it sent some, so that a busy
	// second costs 50 notifications at most.
	pause = 20 * time.Millisecond
	// manyTopics in one pause are not worth naming: the listeners read again.
	manyTopics = 500
	slowest    = 5 * time.Second
)

// export remembers topic for the other nodes.
func (h *Hub) export(topic string) {
	h.outMu.Lock()
	if len(h.out) >= manyTopics {
		h.out = map[string]struct{}{Resync: {}}
	} else {
		h.out[topic] = struct{}{}
	}
	h.outMu.Unlock()
	select {
	case h.more <- struct{}{}:
	default:
	}
}

// take returns what the other nodes have not heard, and forgets it.
func (h *Hub) take() []string {
	h.outMu.Lock()
	defer h.outMu.Unlock()
	if _, all := h.out[Resync]; all {
		clear(h.out)
		return []string{Resync}
	}
	topics := make([]string, 0, len(h.out))
	for t := range h.out {
		topics = append(topics, t)
	}
	clear(h.out)
	return topics
}

// Run exchanges hints with the other nodes until ctx ends; it returns nil then. On
// SQLite it only waits.
func (h *Hub) Run(ctx context.Context) error {
	if h.db.Engine() != db.Postgres {
		<-ctx.Done()
		return nil
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { h.speak(ctx) })
	wg.Go(func() { h.hear(ctx) })
	return nil
}

// speak notifies at once when idle, then gathers for a pause: the last hint of a
// burst is always sent.
func (h *Hub) speak(ctx context.Context) {
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.more:
		}
		wait := pause
		if err := h.send(ctx, h.take()); err != nil {
			if ctx.Err() != nil {
				return
			}
			slog.WarnContext(ctx, "hints to other nodes are late", "err", err)
			// What was taken may be half sent: the others read everything again.
			h.export(Resync)
			failures++
			wait = jittered(failures)
		} else {
			failures = 0
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

func (h *Hub) send(ctx context.Context, topics []string) error {
	for len(topics) > 0 {
		payload := string(h.node)
		for len(topics) > 0 && len(payload)+1+len(topics[0]) <= maxPayload {
			payload += "\n" + topics[0]
			topics = topics[1:]
		}
		if err := h.db.Notify(ctx, channel, payload); err != nil {
			return err
		}
	}
	return nil
}

// hear listens to the other nodes and opens its ear again whenever it is lost.
func (h *Hub) hear(ctx context.Context) {
	failures := 0
	for {
		err := h.db.Listen(ctx, channel, func() {
			failures = 0
			h.tell(Resync)
		}, h.heard)
		if ctx.Err() != nil {
			return
		}
		failures++
		slog.WarnContext(ctx, "hints from other nodes are cut", "err", err, "failures", failures)
		if !sleep(ctx, jittered(failures)) {
			return
		}
	}
}

// heard tells what another node said; a node ignores its own echo.
func (h *Hub) heard(payload string) {
	node, topics, _ := strings.Cut(payload, "\n")
	if node == string(h.node) {
		return
	}
	for topic := range strings.SplitSeq(topics, "\n") {
		h.tell(topic)
	}
}

// jittered waits longer after each failure, up to slowest.
func jittered(failures int) time.Duration {
	most := min(slowest, 50*time.Millisecond<<min(failures, 10))
	return most/2 + rand.N(most/2) //nolint:gosec // it only spreads reconnections
}

// sleep waits on the real clock, also when the house's is moved by hand: it spares
// the network, and no rule of the house depends on it. False when ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := clock.Real().NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C():
		return true
	}
}
