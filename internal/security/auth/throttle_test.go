package auth

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 16, 12, 0, 0, 0, time.UTC)

func TestThrottleStandsFloods(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	for i := range 3 * triesKept {
		th.begin(fmt.Sprint("login", i), fmt.Sprint("address", i), noon)
	}
	if len(th.tries) > triesKept+3 {
		t.Errorf("%d counts kept", len(th.tries))
	}
}

func TestThrottleCountsTriesMadeAtOnce(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	var mu sync.Mutex
	var passed int
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if wait, _ := th.begin("ines", "192.0.2.1", noon); wait == 0 {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != triesPerPair {
		t.Errorf("%d tries passed at once, want %d", passed, triesPerPair)
	}
}

func TestThrottleCountsOneNetworkOnce(t *testing.T) {
	t.Parallel()
	th := newThrottle()
	for i := range triesPerPair {
		th.begin("ines", fmt.Sprintf("2001:db8::%x", i+1), noon)
	}
	if wait, first := th.begin("ines", "2001:db8::ffff", noon); wait != triesWindow || !first {
		t.Errorf("wait %v, first %v", wait, first)
	}
	if wait, _ := th.begin("ines", "2001:db8:0:1::1", noon); wait != 0 {
		t.Errorf("another network waits %v", wait)
	}
}
