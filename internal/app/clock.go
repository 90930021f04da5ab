package app

import (
	"context"
	"time"
)

// tolerable is the drift of clocks under which leases stay safe.
const tolerable = 2 * time.Second

// How often the clocks are compared: a minute, and sooner while they disagree.
const (
	compareEvery = time.Minute
	compareSoon  = 5 * time.Second
)

// watchClock keeps the house on the clock that all its nodes share.
func (h *House) watchClock(ctx context.Context) error {
	next := compareEvery
	for {
		t := h.Clock.NewTimer(next)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C():
		}
		before := h.DB.Offset()
		if err := h.DB.MeasureOffset(ctx); err != nil {
			if ctx.Err() == nil {
				h.Log.WarnContext(ctx, "the database's clock was not read", "err", err)
			}
			continue
		}
		next = h.ClockMoved(ctx, h.DB.Offset()-before)
	}
}

// ClockMoved is told by how much this node's clock and the database's moved apart between two
// readings. Beyond what leases stand, this node takes no job until two readings agree: a
// deadline would fire early, or a lease be taken from a node that holds it. It returns when
// to read again.
func (h *House) ClockMoved(ctx context.Context, by time.Duration) time.Duration {
	if by.Abs() > tolerable {
		h.Queue.Pause()
		h.Log.ErrorContext(ctx, "the clock of this node and the database's moved apart: this node takes no job until they agree", "by", by)
		return compareSoon
	}
	if h.Queue.Paused() {
		h.Queue.Resume()
		h.Log.InfoContext(ctx, "the clocks agree again: this node takes jobs")
	}
	return compareEvery
}
