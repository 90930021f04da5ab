package notify

import (
	"sync"
	"time"
)

// A channel that fails brokenAfter times in a row rests, twice as long each time,
// between restLeast and restMost. It spares a gateway in trouble and the house; what
// is held for another channel does not wait for it.
const (
	brokenAfter = 5
	restLeast   = 2 * time.Second
	restMost    = time.Minute
)

// rests remembers which channels must be left alone. Each node learns it by itself.
type rests struct {
	mu     sync.Mutex
	byName map[string]rest
}

type rest struct {
	failures int // temporary ones in a row
	until    time.Time
}

// until is when channel may be used again; zero when it may be now.
func (r *rests) until(channel string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byName[channel].until
}

// note learns from the verdict on one attempt.
func (r *rests) note(channel string, v verdict, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byName == nil {
		r.byName = map[string]rest{}
	}
	r.byName[channel] = r.byName[channel].after(v, now)
}

// after is the rest of a channel once v is known.
func (r rest) after(v verdict, now time.Time) rest {
	if v.state == Sent || v.state == Delivered {
		return rest{}
	}
	if !v.temporary {
		return r
	}
	r.failures++
	pause := v.rest
	if r.failures >= brokenAfter && !r.until.After(now) {
		pause = max(pause, min(restLeast<<min(r.failures-brokenAfter, 10), restMost))
	}
	if until := now.Add(pause); pause > 0 && until.After(r.until) {
		r.until = until
	}
	return r
}
