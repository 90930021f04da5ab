package notify

import (
	"context"
	"errors"
	"fmt"
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

// claiming is one attempt at having a delivery to send.
type claiming struct {
	delivery DeliveryID
	job      string
	claimed
}

// claim re-reads everything a send depends on and marks the delivery as sending. Its
// commit is the instant from which a solicitation counts as in hand.
func (s *Service) claim(ctx context.Context, id DeliveryID, job string) (claimed, error) {
	c := &claiming{delivery: id, job: job}
	err := s.claims.Do(ctx, c)
	return c.claimed, err
}

// claimAll is the transaction of claims that wait together.
func (s *Service) claimAll(tx *db.Tx, all []*claiming) error {
	ids := make([]DeliveryID, len(all))
	for i, c := range all {
		s.ledger.land(c.charge, false) // the transaction may run again
		c.claimed, ids[i] = claimed{}, c.delivery
	}
	found, err := lockToSend(tx, ids)
	if err != nil {
		return err
	}
	for _, c := range all {
		d, ok := found[c.delivery]
		if !ok {
			continue
		}
		delete(found, c.delivery) // one attempt at a time: another of the same finds nothing to do
		if err := s.claimOne(tx, d, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) claimOne(tx *db.Tx, d ready, c *claiming) (err error) {
	if d.job != "" && d.job != c.job {
		return nil
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
	return s.take(tx, d, c.job, &c.claimed)
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
	if err := save(tx, d, was); err != nil {
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
	return s.mark(tx, d, was)
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
