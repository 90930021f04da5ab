package notify

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

const (
	purgeKind   = "notify.purge"
	purgeEvery  = 24 * time.Hour
	purgeAtOnce = 1000
	// keepReports is how long what a provider said is kept beside the delivery it changed: one
	// that came twice after so long would be read again, and would change nothing.
	keepReports = 30 * 24 * time.Hour
)

// StartPurge promises the purge, which then goes on by itself. It is called at each start.
func (s *Service) StartPurge(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "start the purge of reports")
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.queue.Ensure(tx, purgeKind, "", time.Time{}, struct{}{}) })
}

// purge forgets the reports of providers that are old, a handful at a time.
func (s *Service) purge(tx *db.Tx, _ queue.Job) error {
	gone, err := tx.Exec(`DELETE FROM delivery_report WHERE (channel, receipt, state) IN (SELECT channel, receipt, state FROM delivery_report WHERE at < $1 ORDER BY at LIMIT $2)`,
		db.Ms(tx.Now().Add(-keepReports)), purgeAtOnce)
	if err != nil {
		return err
	}
	if gone == purgeAtOnce {
		return queue.Snooze(time.Second)
	}
	return queue.Snooze(purgeEvery)
}
