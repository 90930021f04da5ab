// Package clock is the only reader of the time: the real one, or one moved by hand.
package clock

import (
	"slices"
	"sync"
	"time"
)

// Clock tells the time and wakes at a chosen one.
type Clock interface {
	Now() time.Time
	// NewTimer returns a timer that fires once after d, at once when d is not positive.
	NewTimer(d time.Duration) Timer
}

// Timer fires once on C. Stop may be called twice and after it fired.
type Timer interface {
	C() <-chan time.Time
	Stop()
}

// Real returns the clock of the machine.
func Real() Clock { return real{} }

type real struct{}

func (real) Now() time.Time                 { return time.Now() }
func (real) NewTimer(d time.Duration) Timer { return realTimer{time.NewTimer(d)} }

type realTimer struct{ t *time.Timer }

func (r realTimer) C() <-chan time.Time { return r.t.C }
func (r realTimer) Stop()               { r.t.Stop() }

// Manual is a clock moved by hand. It may be used concurrently.
type Manual struct {
	mu     sync.Mutex
	now    time.Time
	timers []*manualTimer
}

var (
	_ Clock = real{}
	_ Clock = (*Manual)(nil)
)

// NewManual returns a clock that stands at now.
func NewManual(now time.Time) *Manual { return &Manual{now: now} }

// Now returns the instant the clock stands at.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Advance moves the clock by d and fires the timers that came due, in order.
func (m *Manual) Advance(d time.Duration) { m.Set(m.Now().Add(d)) }

// Set moves the clock to t, forwards or backwards, and fires the timers that came due, in order.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = t
	slices.SortStableFunc(m.timers, func(a, b *manualTimer) int { return a.due.Compare(b.due) })
	for len(m.timers) > 0 && !m.timers[0].due.After(t) {
		m.timers[0].c <- t
		m.timers = m.timers[1:]
	}
}

// NewTimer returns a timer fired by Advance and Set.
func (m *Manual) NewTimer(d time.Duration) Timer {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &manualTimer{owner: m, due: m.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- m.now
		return t
	}
	m.timers = append(m.timers, t)
	return t
}

type manualTimer struct {
	owner *Manual
	due   time.Time
	c     chan time.Time
}

func (t *manualTimer) C() <-chan time.Time { return t.c }

func (t *manualTimer) Stop() {
	t.owner.mu.Lock()
	defer t.owner.mu.Unlock()
	t.owner.timers = slices.DeleteFunc(t.owner.timers, func(o *manualTimer) bool { return o == t })
}
