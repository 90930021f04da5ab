package auth

import (
	"net/netip"
	"sync"
	"time"
)

// Tries allowed within the window before one must wait. One address may be a whole
// hospital; one account tried from many addresses is somebody's attack, which must not
// keep its owner out for long.
const (
	triesWindow     = 15 * time.Minute
	triesPerPair    = 5  // of one login from one address
	triesPerLogin   = 20 // of one login from anywhere
	triesPerAddress = 60 // of any login from one address
	triesKept       = 20_000
)

// throttle counts the tries that failed, in the memory of this node. It may be used concurrently.
type throttle struct {
	mu    sync.Mutex
	tries map[string]tries
}

// tries is a count and the instant it is forgotten.
type tries struct {
	n    int
	end  time.Time
	told bool // that there were too many
}

func newThrottle() *throttle { return &throttle{tries: map[string]tries{}} }

type limit struct {
	key string
	max int
}

func limits(login, address string) []limit {
	address = network(address)
	return []limit{{"p" + login + "\x00" + address, triesPerPair}, {"l" + login, triesPerLogin}, {"a" + address, triesPerAddress}}
}

// network is what one visitor commands: an address, or in IPv6 the 64 bits of his network.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || !a.Is6() || a.Is4In6() {
		return address
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}

// begin counts one try before it is made, so that many at once do not slip through. When
// there were too many it returns how long to wait and counts nothing; first tells the
// first of these refusals, the only one worth recording.
func (t *throttle) begin(login, address string, now time.Time) (wait time.Duration, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := limits(login, address)
	for _, l := range all {
		if c := t.tries[l.key]; c.end.After(now) && c.n >= l.max {
			wait, first = max(wait, c.end.Sub(now)), first || !c.told
			c.told = true
			t.tries[l.key] = c
		}
	}
	if wait > 0 {
		return wait, first
	}
	t.forget(now)
	for _, l := range all {
		c := t.tries[l.key]
		if !c.end.After(now) {
			c = tries{end: now.Add(triesWindow)}
		}
		c.n++
		t.tries[l.key] = c
	}
	return 0, false
}

// succeeded takes back the try and forgets those of this login from this address.
func (t *throttle) succeeded(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := limits(login, address)
	delete(t.tries, all[0].key)
	for _, l := range all[1:] {
		if c, ok := t.tries[l.key]; ok && c.n > 0 {
			c.n--
			t.tries[l.key] = c
		}
	}
}

// forget bounds the memory: what is over goes first, then, under a flood, anything.
func (t *throttle) forget(now time.Time) {
	if len(t.tries) < triesKept {
		return
	}
	for key, c := range t.tries {
		if !c.end.After(now) {
			delete(t.tries, key)
		}
	}
	for key := range t.tries {
		if len(t.tries) < triesKept/2 {
			return
		}
		delete(t.tries, key)
	}
}
