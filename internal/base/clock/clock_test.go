package clock_test

import (
	"testing"
	"time"

	"entractes/internal/base/clock"
)

func TestManualFiresWhatIsDueAndNothingElse(t *testing.T) {
	c := clock.NewManual(time.Unix(0, 0))
	early, late, stopped := c.NewTimer(time.Minute), c.NewTimer(time.Hour), c.NewTimer(time.Second)
	stopped.Stop()
	stopped.Stop()
	c.Advance(2 * time.Minute)
	fired := func(tm clock.Timer) bool {
		select {
		case <-tm.C():
			return true
		default:
			return false
		}
	}
	if !fired(early) || fired(late) || fired(stopped) {
		t.Error("only the timer of one minute should have fired")
	}
	if !fired(c.NewTimer(0)) {
		t.Error("a timer of no duration fires at once")
	}
}
