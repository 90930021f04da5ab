package enrolment

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

const (
	forgetKind   = "enrol.forget"
	forgetEvery  = 6 * time.Hour
	forgetAtOnce = 100
)

// Start promises what the package does by itself: forgetting, and asking who is still reachable.
func (s *Service) Start(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "start enrolment")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.queue.Ensure(tx, forgetKind, "", time.Time{}, struct{}{}); err != nil {
			return err
		}
		return s.queue.Ensure(tx, reachKind, "", time.Time{}, struct{}{})
	})
}

// forgetOld destroys what was declared in the applications that nobody went on with, and in those that were judged
// long enough ago. What waits for a judge is kept.
func (s *Service) forgetOld(tx *db.Tx, _ queue.Job) error {
	all, err := territory.All(tx)
	if err != nil {
		return err
	}
	again := forgetEvery
	for _, t := range all {
		settings, err := territory.SettingsOf(tx, t.ID)
		if err != nil {
			return err
		}
		old, err := db.All(tx, scan, `SELECT `+columns+` FROM application WHERE sealed IS NOT NULL AND territory = $1
			AND (touched < $2 AND state = 'begun' OR touched < $3 AND state IN ('admitted', 'refused', 'invited')) ORDER BY touched LIMIT $4`,
			t.ID, db.Ms(tx.Now().Add(-settings.EnrolUnfinished)), db.Ms(tx.Now().Add(-settings.EnrolKept)), int64(forgetAtOnce))
		if err != nil {
			return err
		}
		for _, a := range old {
			if err := s.forget(tx, a); err != nil {
				return err
			}
		}
		if len(old) == forgetAtOnce {
			again = time.Second
		}
	}
	return queue.Snooze(again)
}
