package queue

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/infra/db"
)

const (
	purgeKind   = "queue.purge"
	purgeEvery  = time.Hour
	purgeAtOnce = 1000
)

// purge removes what ended long ago, a handful at a time.
func (q *Queue) purge(tx *db.Tx, _ Job) error {
	ended, err := tx.Exec(`DELETE FROM job WHERE id IN (SELECT id FROM job
		WHERE state IN ('cancelled', 'discarded', 'dead') AND (ended < $1 OR ended < $2 AND state <> 'dead') ORDER BY ended LIMIT $3)`,
		db.Ms(tx.Now().Add(-q.opt.KeepDead)), db.Ms(tx.Now().Add(-q.opt.Keep)), purgeAtOnce)
	if err != nil {
		return err
	}
	if ended == purgeAtOnce {
		return Snooze(time.Second)
	}
	return Snooze(purgeEvery)
}

const upkeepEvery = time.Minute

// upkeep, each minute until ctx ends: compares the clock with the database's,
// ensures the purge, and reports the kinds that wait for a handler.
func (q *Queue) upkeep(ctx context.Context) {
	var reported []string
	ensured := false
	for ctx.Err() == nil {
		before := q.drift()
		if err := q.db.MeasureOffset(ctx); err != nil {
			q.log.WarnContext(ctx, "the clock was not compared with the database's", "err", err)
		} else if moved := (q.drift() - before).Abs(); moved > DefaultPolicy.Lease/2 {
			q.log.ErrorContext(ctx, "the clock of this node moved against the database's; leases were at risk", "by", moved)
		}
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

// drift is how far this house's time stands from the clock of the machine.
func (q *Queue) drift() time.Duration { return q.db.Now().Sub(q.db.Clock().Now()) }
