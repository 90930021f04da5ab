package testkit_test

import (
	"net/http"
	"testing"
	"time"

	"entractes/internal/testkit"
)

// A node whose clock and the database's move apart says that it is not ready and takes no
// job, until two readings agree.
func TestANodeThatCannotTrustItsClock(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		site := h.Site()
		ready := func() int {
			answer, err := http.Get(site.URL + "/readyz")
			h.Must(err)
			h.Must(answer.Body.Close())
			return answer.StatusCode
		}
		if next := h.ClockMoved(t.Context(), time.Second); next != time.Minute || ready() != http.StatusOK || h.Queue.Paused() {
			t.Errorf("a second apart it stops: next reading in %s", next)
		}
		for _, by := range []time.Duration{time.Hour, -3 * time.Second} {
			if next := h.ClockMoved(t.Context(), by); next >= time.Minute || ready() != http.StatusServiceUnavailable || !h.Queue.Paused() {
				t.Errorf("moved by %s it goes on: next reading in %s", by, next)
			}
		}
		if h.ClockMoved(t.Context(), 0); ready() != http.StatusOK || h.Queue.Paused() {
			t.Error("the clocks agree again and it does not go on")
		}
	})
}
