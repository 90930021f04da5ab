package queue

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// Policy says how a kind of job is tried. Zero fields take the values of DefaultPolicy.
type Policy struct {
	// Max is the number of attempts after which a failing job is dead.
	Max int
	// Backoff is the longest wait after the failed attempt n, 1 at the first; the
	// wait is drawn between its half and itself.
	Backoff func(n int) time.Duration
	// Deadline is the instant after which trying again is noise; nil or a zero time
	// for none. It reads j and nothing else.
	Deadline func(j Job) time.Time
	// Concurrency bounds the jobs of this kind under way on one node.
	Concurrency int
	// Lease is how long a node that fell silent keeps its job. It is renewed while the handler runs.
	Lease time.Duration
	// Timeout ends the context of an attempt. The wall counts, also when the clock is moved by hand.
	Timeout time.Duration
}

// DefaultPolicy tries for about twenty minutes, and gives a dead node's job to another after two seconds.
var DefaultPolicy = Policy{Max: 12, Backoff: doubling(time.Second, 5*time.Minute), Concurrency: 256, Lease: 2 * time.Second, Timeout: time.Minute}

// inTxPolicy is that of state moves: nothing but ourselves can refuse them, so they are tried for half a day.
var inTxPolicy = Policy{Max: 100, Backoff: doubling(time.Second, 10*time.Minute)}

func (p Policy) orDefault() Policy {
	d := DefaultPolicy
	if p.Max > 0 {
		d.Max = p.Max
	}
	if p.Backoff != nil {
		d.Backoff = p.Backoff
	}
	d.Deadline = p.Deadline
	if p.Concurrency > 0 {
		d.Concurrency = p.Concurrency
	}
	if p.Lease > 0 {
		d.Lease = p.Lease
	}
	if p.Timeout > 0 {
		d.Timeout = p.Timeout
	}
	return d
}

// doubling waits first after the first failure, then twice as long each time, up to most.
func doubling(first, most time.Duration) func(int) time.Duration {
	return func(n int) time.Duration { return min(most, first<<min(n-1, 20)) }
}

// wait is how long to wait after the failed attempt n.
func (p Policy) wait(n int, spread float64) time.Duration {
	most := p.Backoff(max(n, 1))
	return max(time.Millisecond, most/2+time.Duration(float64(most/2)*spread))
}

// origin names the line that panicked, below the runtime's own frames.
func origin() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for panicked := false; ; {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			panicked = true
		case panicked:
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
