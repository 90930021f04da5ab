package audit

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// sealKind is the job that seals.
const sealKind = "audit.seal"

// SealEvery is how long the sealing rests once nothing is ready.
const SealEvery = 5 * time.Minute

// Register gives the queue the job that seals. It is called once, at wiring.
func (a *Audit) Register(q *queue.Queue) {
	q.InTx(sealKind, func(tx *db.Tx, _ queue.Job) error {
		more, err := a.SealIn(tx)
		switch {
		case err != nil:
			return err
		case more:
			return queue.Snooze(0)
		}
		return queue.Snooze(SealEvery)
	})
}

// Start promises the sealing, which then goes on by itself. It is called at each start.
func (a *Audit) Start(ctx context.Context, q *queue.Queue) (err error) {
	defer fault.Wrap(&err, "start sealing the audit")
	return a.db.Update(ctx, func(tx *db.Tx) error {
		return q.Ensure(tx, sealKind, "", time.Time{}, struct{}{})
	})
}
