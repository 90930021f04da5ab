package queue

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/infra/db"
)

const upkeepEvery = time.Minute

// upkeep, each minute until ctx ends, ensures the purge and reports what an operator
// should know: kinds that wait for a handler.
func (q *Queue) upkeep(ctx context.Context) {
	var reported []string
	ensured := false
	for ctx.Err() == nil {
		if !ensured {
			err := q.db.Update(ctx, func(tx *db.Tx) error { return q.Ensure(tx, purgeKind, "", time.Time{}, nil) })
			ensured = err == nil
		}
		if kinds, err := q.unknown(ctx); err == nil && !slices.Equal(kinds, reported) {
			reported = kinds
			if len(kinds) > 0 {
				q.log.WarnContext(ctx, "jobs wait for a handler this node does not have", "kinds", strings.Join(kinds, ", "))
			}
		}
		t := q.db.Clock().NewTimer(upkeepEvery)
		select {
		case <-ctx.Done():
		case <-t.C():
		}
		t.Stop()
	}
}
