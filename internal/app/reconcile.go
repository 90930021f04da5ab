package app

import (
	"context"
	"sync/atomic"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/reconcile"
)

// reconcileEvery is how often the house looks for promises it broke.
const reconcileEvery = time.Minute

// gaps are those of the last look, by kind.
type gaps struct {
	last atomic.Pointer[map[reconcile.Kind]int]
}

func (g *gaps) counts() map[reconcile.Kind]int {
	if last := g.last.Load(); last != nil {
		return *last
	}
	return nil
}

// Reconcile looks once for broken promises, says them in the log and to the metrics, and
// mends what can be.
func (h *House) Reconcile(ctx context.Context) error {
	ctx = actor.With(ctx, actor.System("reconcile"))
	found, err := h.Promises.Look(ctx)
	if err != nil {
		return err
	}
	counts := map[reconcile.Kind]int{}
	for _, g := range found {
		if counts[g.Kind]++; counts[g.Kind] == 1 {
			h.Log.ErrorContext(ctx, "a promise was broken", "kind", g.Kind, "request", g.Request, "round", g.Round, "since", g.Since)
		}
	}
	h.gaps.last.Store(&counts)
	return h.Promises.Mend(ctx, found)
}

// reconcile looks each minute until ctx ends. It does not run in the queue: it watches it.
func (h *House) reconcile(ctx context.Context) error {
	for {
		t := h.Clock.NewTimer(reconcileEvery)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C():
			// A master key that was rotated is followed within a minute, by nodes that meet nothing sealed by it too.
			if err := h.Vault.Renew(); err != nil {
				h.Log.ErrorContext(ctx, "the master key could not be read again: the one in memory goes on", "err", err)
			}
			if err := h.Reconcile(ctx); err != nil && ctx.Err() == nil {
				h.Log.ErrorContext(ctx, "broken promises were not looked for", "err", err)
			}
		}
	}
}
