package queue

import (
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
