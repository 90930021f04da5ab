package notify

import (
	"context"
	"log/slog"
	"time"

	"entractes/internal/infra/db"
)

// answering is the end of one attempt: what its channel said, and what came of it.
type answering struct {
	claimed
	receipt Receipt
	answer  error
	luck    float64

	wait   time.Duration
	billed bool
	verdict
	at time.Time
}

// record writes what the channel answered to the attempt that c describes, and
// returns how long to wait before the next one. An attempt that was taken over
// meanwhile, because its lease had passed, writes nothing.
func (s *Service) record(ctx context.Context, c claimed, r Receipt, answer error) (wait time.Duration, err error) {
	a := &answering{claimed: c, receipt: r, answer: answer, luck: s.luck(), billed: true}
	err = s.answers.Do(ctx, a)
	s.ledger.land(c.charge, err != nil || a.billed)
	if a.state != "" {
		s.rests.note(c.delivery.channel, a.verdict, a.at)
	}
	if answer != nil && err == nil {
		slog.InfoContext(ctx, "delivery not taken", "delivery", c.delivery.id, "channel", c.delivery.channel, "attempt", c.delivery.attempts, "reason", reasonOf(answer))
	}
	return a.wait, err
}

// recordAll is the transaction of answers that wait together.
func (s *Service) recordAll(tx *db.Tx, all []*answering) error {
	ids := make([]DeliveryID, len(all))
	for i, a := range all {
		a.wait, a.billed, a.verdict, a.at = 0, true, verdict{}, tx.Now()
		ids[i] = a.delivery.id
	}
	found, err := lock(tx, ids)
	if err != nil {
		return err
	}
	reports, err := reportsOf(tx, all)
	if err != nil {
		return err
	}
	for _, a := range all {
		now, ok := found[a.delivery.id]
		if !ok || now.state != Sending || now.attempts != a.delivery.attempts || now.job != a.delivery.job {
			continue
		}
		delete(found, a.delivery.id)
		if err := s.recordOne(tx, now, a, reports[receiptOf{a.delivery.channel, a.receipt.ProviderID}]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) recordOne(tx *db.Tx, now delivery, a *answering, reports []State) (err error) {
	v := judge(attempt{now.attempts, now.unknowns, repeats(a.channel), now.urgent, now.deadline}, a.receipt, a.answer, tx.Now(), a.luck)
	a.verdict = v
	if now.receipt = a.receipt.ProviderID; v.unknown {
		now.unknowns++
	}
	if a.billed = v.unknown || v.state != Queued && v.state != Failed; !a.billed {
		now.segments -= a.charge.segments
	}
	now.state, now.reason, now.notBefore = v.state, v.reason, tx.Now()
	if v.state == Queued {
		now.notBefore, a.wait = tx.Now().Add(v.wait), v.wait
	}
	if now, err = s.outrun(tx, now, reports); err != nil {
		return err
	}
	if now.state != Queued {
		a.wait = 0
	}
	return s.settle(tx, now, Sending)
}

// outrun gives d the state that events met during its send have brought: seen, round
// closed, or reports that came before the answer.
func (s *Service) outrun(tx *db.Tx, d delivery, reports []State) (delivery, error) {
	if d.state == Queued {
		closed, err := isClosed(tx, d.dispatch)
		if err != nil {
			return d, err
		}
		if !d.seen.IsZero() || d.solicits && closed {
			if d.state = Cancelled; d.unknowns > 0 {
				d.state = Unknown
			}
		}
	}
	if d.receipt != "" && (d.state == Sent || d.state == Delivered) {
		for _, r := range reports {
			d = reported(d, r, tx.Now())
		}
	}
	if d.state == Delivered && d.delivered.IsZero() {
		d.delivered = tx.Now()
	}
	if !d.seen.IsZero() && d.state.out() {
		d.state = Seen
	}
	return d, nil
}

// mark saves d, which is locked, and tells those who watch.
func (s *Service) mark(tx *db.Tx, d delivery, was State) error {
	if d.request != "" {
		s.hub.Touch(tx, "request:"+d.request)
	}
	return save(tx, d, was)
}

// settle marks d and calls on the next channel when d has failed.
func (s *Service) settle(tx *db.Tx, d delivery, was State) error {
	if err := s.mark(tx, d, was); err != nil {
		return err
	}
	if d.state == Failed || d.state == Unknown {
		return s.failOver(tx, d)
	}
	return nil
}
