package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

var (
	errPanic      = errors.New("the channel broke down")
	errNoChannel  = Refused("no such channel here")
	errNoAddress  = Refused("the address is gone or muted")
	errUnrecorded = UnknownOutcome(errors.New("the attempt before was not recorded"))
)

// deliver is the job of one delivery: mark it as sending, hand it to its channel,
// record the answer. It may run again at any point, and begins by reading the state.
func (s *Service) deliver(ctx context.Context, j queue.Job) (err error) {
	var args sendJob
	if err := j.Args(&args); err != nil {
		return err
	}
	defer fault.Wrap(&err, "deliver %s", args.Delivery)
	c, err := s.claim(ctx, args.Delivery, string(j.ID))
	if err != nil || c.message.ID == "" {
		s.ledger.land(c.charge, false)
		return snooze(err, c.wait)
	}
	var receipt Receipt
	var answer error
	message := c.message
	if c.delivery.letter != "" {
		message, answer = s.enclose(ctx, c)
	}
	if answer == nil {
		receipt, answer = s.send(ctx, c.channel, message)
	}
	// The answer is recorded even when the house is stopping: it is worth one message.
	wait, err := s.record(context.WithoutCancel(ctx), c, receipt, answer)
	return snooze(err, wait)
}

func snooze(err error, wait time.Duration) error {
	if err == nil && wait > 0 {
		return queue.Snooze(wait)
	}
	return err
}

// claimed is a delivery in the hands of its job. Without a message there is nothing
// to send: now, or before wait has passed.
type claimed struct {
	delivery delivery
	channel  Channel
	message  Message
	wait     time.Duration
	charge   charge
}

// claim re-reads everything a send depends on and marks the delivery as sending. Its
// commit is the instant from which a solicitation counts as in hand.
func (s *Service) claim(ctx context.Context, id DeliveryID, job string) (c claimed, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		s.ledger.land(c.charge, false) // the transaction may run again
		c = claimed{}
		d, found, err := lockToSend(tx, id)
		if err != nil || !found || d.job != "" && d.job != job {
			return err
		}
		switch d.state {
		case Queued, Held:
			if c.wait = s.waits(d.delivery, tx.Now()); c.wait > 0 {
				return nil
			}
		case Sending:
			// This same job held it before: what came of it was lost with the process.
			d.unknowns++
			if d.closed, err = isClosed(tx, d.dispatch); err != nil {
				return err
			}
		default:
			return nil
		}
		return s.take(tx, d, job, &c)
	})
	return c, err
}

// waits is how long a delivery must still wait for its time, for the end of quiet hours or
// for its channel: what failed in the evening is not tried again at night. Those
// who wait for a channel do not all come back at the same instant.
func (s *Service) waits(d delivery, now time.Time) time.Duration {
	rest := s.rests.until(d.channel).Sub(now)
	if rest > 0 {
		rest += time.Duration(s.luck() * float64(rest/4))
	}
	return max(d.notBefore.Sub(now), rest, Leaves(now, decodeQuiet(d.quiet)).Sub(now), 0)
}

// take marks d as sending and fills c, or ends d when it must not leave.
func (s *Service) take(tx *db.Tx, r ready, job string, c *claimed) error {
	d, was := r.delivery, r.state
	channel := s.channels[d.channel]
	late := !d.deadline.IsZero() && tx.Now().After(d.deadline)
	if d.solicits && r.closed || late || !d.seen.IsZero() {
		return s.drop(tx, d, was, late)
	}
	if was == Sending {
		a := attempt{d.attempts, d.unknowns - 1, channel != nil && repeats(channel), d.urgent, d.deadline}
		if v := judge(a, Receipt{}, errUnrecorded, tx.Now(), 0); v.state != Queued {
			d.state, d.reason = v.state, v.reason
			return s.settle(tx, d, was)
		}
	}
	d.job, d.attempts = job, d.attempts+1
	message, err := s.compose(tx, &d, channel, r.reachable)
	if err != nil {
		d.state, d.reason = Failed, reasonOf(err)
		return s.settle(tx, d, was)
	}
	if d.channel == SMSChannel {
		over, err := s.bill(tx, &d, message.Text, c)
		if err != nil {
			return err
		}
		if over != nil {
			return s.hold(tx, d, was, *over)
		}
	}
	d.state = Sending
	if ok, err := save(tx, d, was); err != nil || !ok {
		return err
	}
	c.delivery, c.channel, c.message = d, channel, message
	return nil
}

// bill counts the attempt about to be made; over when a budget does not allow it.
func (s *Service) bill(tx *db.Tx, d *delivery, text string, c *claimed) (over *held, err error) {
	if c.charge, over, err = s.afford(tx, *d, text); err != nil || over != nil {
		return over, err
	}
	d.segments, d.charged = d.segments+c.charge.segments, tx.Now()
	return nil, nil
}

// hold fails a delivery that a budget does not allow: the next channel is called on.
func (s *Service) hold(tx *db.Tx, d delivery, was State, over held) error {
	d.state, d.reason = Failed, reasonOf(over.reason)
	if err := s.settle(tx, d, was); err != nil {
		return err
	}
	return s.budgetReached(tx, d, over)
}

// drop ends a delivery that must not leave any more, and calls on no other channel.
// One that may have left stays unknown, one that time has beaten has failed.
func (s *Service) drop(tx *db.Tx, d delivery, was State, late bool) error {
	switch {
	case d.unknowns > 0:
		d.state = Unknown
	case late && d.attempts > 0:
		d.state = Failed
	default:
		d.state = Cancelled
	}
	if late {
		d.reason = "its deadline has passed"
	}
	_, err := s.mark(tx, d, was)
	return err
}

// compose makes the message of d for its current address. What is wrong with one row
// is an error of that row.
func (s *Service) compose(tx *db.Tx, d *delivery, channel Channel, reachable bool) (m Message, err error) {
	if channel == nil {
		return m, errNoChannel
	}
	p := i18n.For(d.lang)
	if d.letter != "" { // its target comes with it
		w := letterWords(p, d.channel)
		return Message{ID: d.id, Subject: w.Title, Text: w.Text, Urgent: d.urgent, Lang: p.Lang()}, nil
	}
	if !reachable {
		target, ok, err := currentTarget(tx, *d)
		if err != nil || !ok {
			return m, errors.Join(err, errNoAddress)
		}
		d.target = target
	}
	params, err := decodeParams(d.params)
	if err != nil {
		return m, Refused(fmt.Sprintf("unreadable parameters: %v", err))
	}
	w := words(p, d.channel, d.topic, params, s.base, d.request)
	return Message{
		ID: d.id, Target: d.target, Subject: w.Title, Text: w.Text, Link: w.Link, Urgent: d.urgent, Lang: p.Lang(),
	}, nil
}

// record writes what the channel answered to the attempt that c describes, and
// returns how long to wait before the next one. An attempt that was taken over
// meanwhile, because its lease had passed, writes nothing.
func (s *Service) record(ctx context.Context, c claimed, r Receipt, answer error) (wait time.Duration, err error) {
	d, luck, channel := c.delivery, s.luck(), c.channel
	billed := true
	defer func() { s.ledger.land(c.charge, billed) }()
	var v verdict
	var at time.Time
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		wait, at = 0, tx.Now()
		now, found, err := lock(tx, d.id)
		if err != nil || !found || now.state != Sending || now.attempts != d.attempts || now.job != d.job {
			return err
		}
		v = judge(attempt{now.attempts, now.unknowns, repeats(channel), now.urgent, now.deadline}, r, answer, tx.Now(), luck)
		if now.receipt = r.ProviderID; v.unknown {
			now.unknowns++
		}
		if billed = v.unknown || v.state != Queued && v.state != Failed; !billed {
			now.segments -= c.charge.segments
		}
		now.state, now.reason, now.notBefore = v.state, v.reason, tx.Now()
		if v.state == Queued {
			now.notBefore, wait = tx.Now().Add(v.wait), v.wait
		}
		if now, err = s.outrun(tx, now); err != nil {
			return err
		}
		if now.state != Queued {
			wait = 0
		}
		return s.settle(tx, now, Sending)
	})
	if v.state != "" {
		s.rests.note(d.channel, v, at)
	}
	if answer != nil && err == nil {
		slog.InfoContext(ctx, "delivery not taken", "delivery", d.id, "channel", d.channel, "attempt", d.attempts, "reason", reasonOf(answer))
	}
	return wait, err
}

// outrun gives d the state that events met during its send have brought: seen, round
// closed, or a report that came before the answer.
func (s *Service) outrun(tx *db.Tx, d delivery) (delivery, error) {
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
		reports, err := reportsOf(tx, d.channel, d.receipt)
		if err != nil {
			return d, err
		}
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

// mark saves d and tells those who watch; false when somebody else moved it meanwhile.
func (s *Service) mark(tx *db.Tx, d delivery, was State) (bool, error) {
	ok, err := save(tx, d, was)
	if ok && d.request != "" {
		s.hub.Touch(tx, "request:"+d.request)
	}
	return ok, err
}

// settle marks d and calls on the next channel when d has failed.
func (s *Service) settle(tx *db.Tx, d delivery, was State) error {
	if ok, err := s.mark(tx, d, was); err != nil || !ok {
		return err
	}
	if d.state == Failed || d.state == Unknown {
		return s.failOver(tx, d)
	}
	return nil
}
