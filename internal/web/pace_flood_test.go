package web

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// A flood of addresses does not grow the house; those who wait are remembered as long as
// there is room.
func TestAFloodOfAddressesIsForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)
	b := &buckets{of: map[string]*rate.Limiter{}}
	for range burst {
		b.allow("busy", 1, now)
	}
	for i := range 3 * pacedMost {
		if i == pacedMost/2 && b.allow("busy", 1, now) {
			t.Fatal("who went too fast was forgotten with room left")
		}
		if b.allow(fmt.Sprint(i), 1, now); len(b.of) > pacedMost {
			t.Fatalf("%d are remembered", len(b.of))
		}
	}
}
