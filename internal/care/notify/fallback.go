package notify

import (
	"slices"

	"entractes/internal/infra/db"
)

// Unreached is announced in the queue, with the identifier of an offer, when a
// solicitation has failed on every channel of its subject, or found none.
const Unreached = "notify.unreached"

// failOver queues at once the next held delivery of the notice that failed belongs to.
func (s *Service) failOver(tx *db.Tx, failed delivery) error {
	closed, err := isClosed(tx, failed.dispatch)
	if err != nil || failed.solicits && closed || !failed.seen.IsZero() {
		return err
	}
	all, err := ofNotice(tx, failed.notice)
	if err != nil {
		return err
	}
	next := slices.IndexFunc(all, func(d delivery) bool { return d.state == Held })
	if next < 0 {
		return s.unreached(tx, failed, all)
	}
	d := all[next]
	d.state = Queued
	if d.notBefore.After(tx.Now()) {
		d.notBefore = tx.Now()
	}
	if err := save(tx, d, Held); err != nil {
		return err
	}
	if _, err := s.queue.Withdraw(tx, kindOf(d.channel), string(d.id)); err != nil {
		return err
	}
	return s.queue.Promise(tx, kindOf(d.channel), string(d.id), d.notBefore, sendJob{d.id})
}

// unreached announces a solicitation that has no way left. The inbox is no way: it
// waits for somebody to come.
func (s *Service) unreached(tx *db.Tx, failed delivery, all []delivery) error {
	left := slices.ContainsFunc(all, func(d delivery) bool {
		return d.id != failed.id && (d.channel != InboxChannel && (d.state == Queued || d.state.out()) || d.state == Seen)
	})
	if left || failed.state == Unknown || !failed.solicits || failed.offer == "" {
		return nil
	}
	return s.queue.Announce(tx, Unreached, failed.offer)
}
