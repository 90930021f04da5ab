package notify

import (
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// Tell writes the deliveries of notices and promises them, in the caller's
// transaction: nothing is sent before it commits. A solicitation whose round is closed
// is not written. A notice about the same offer, wave and topic is told once, however
// often it is written. Subjects without a usable address are told in their inbox only.
func (s *Service) Tell(tx *db.Tx, notices ...Notice) (err error) {
	defer fault.Wrap(&err, "tell %d notices", len(notices))
	if len(notices) == 0 {
		return nil
	}
	subjects := make([]string, len(notices))
	for i, n := range notices {
		subjects[i] = n.Subject.ID
	}
	rows, err := addressRows(tx, subjects)
	if err != nil {
		return err
	}
	ways := map[string][]Address{}
	for _, r := range rows {
		if !r.Muted {
			ways[r.subject] = append(ways[r.subject], r.Address)
		}
	}
	known := planner{tx: tx, settings: s.settings, waits: map[string]Settings{}, closed: map[string]bool{}}
	var all []delivery
	for _, n := range notices {
		written, err := known.plan(n, ways[n.Subject.ID])
		if err != nil {
			return err
		}
		all = append(all, written...)
	}
	if err := insert(tx, all); err != nil {
		return err
	}
	if err := s.promise(tx, all); err != nil {
		return err
	}
	return s.withoutWay(tx, all, ways)
}

// withoutWay announces the solicitations that no channel outside the house can carry:
// an inbox waits for somebody to come.
func (s *Service) withoutWay(tx *db.Tx, all []delivery, ways map[string][]Address) error {
	for _, d := range all {
		if d.channel == InboxChannel && d.solicits && d.offer != "" && len(ways[d.subject.ID]) == 0 {
			if err := s.queue.Announce(tx, Unreached, d.offer); err != nil {
				return err
			}
		}
	}
	return nil
}

// planner asks once for what the notices of one Tell share.
type planner struct {
	tx       *db.Tx
	settings SettingsOf
	waits    map[string]Settings // by territory
	closed   map[string]bool     // by round
}

// plan makes the deliveries of one notice; none when it solicits for a closed round.
func (p planner) plan(n Notice, ways []Address) (_ []delivery, err error) {
	closed, ok := p.closed[n.Dispatch]
	if !ok && n.Solicits {
		if closed, err = isClosed(p.tx, n.Dispatch); err != nil {
			return nil, err
		}
		p.closed[n.Dispatch] = closed
	}
	if n.Solicits && closed {
		return nil, nil
	}
	settings, ok := p.waits[n.Territory]
	if !ok {
		if settings, err = p.settings(p.tx, n.Territory); err != nil {
			return nil, err
		}
		p.waits[n.Territory] = settings
	}
	params, err := encodeParams(n.Params)
	if err != nil {
		return nil, err
	}
	return spread(n, ways, params, settings, p.tx.Now()), nil
}

// spread lays a notice out over the ways to reach its subject: the inbox at once, the
// first way at NotBefore, each of the others one wait after the one before, none in quiet hours.
func spread(n Notice, ways []Address, params string, settings Settings, now time.Time) []delivery {
	first := delivery{
		id: ident.New[DeliveryID](now), notice: ident.New[string](now), territory: n.Territory, subject: n.Subject,
		channel: InboxChannel, topic: n.Topic, solicits: n.Solicits, request: n.Request, dispatch: n.Dispatch, offer: n.Offer,
		wave: n.Wave, quiet: encodeQuiet(n.Quiet), params: params, urgent: n.Urgent, state: Delivered, notBefore: now, deadline: n.Deadline, created: now, lang: n.Lang,
	}
	out := []delivery{first}
	leaves := now
	if n.NotBefore.After(now) {
		leaves = n.NotBefore
	}
	leaves = Leaves(leaves, n.Quiet)
	for i, way := range ways {
		d := first
		d.id, d.channel, d.target, d.rank = ident.New[DeliveryID](now), way.Channel, way.Target, i+1
		d.state, d.notBefore = Held, Leaves(leaves.Add(time.Duration(i)*settings.wait(n.Urgent)), n.Quiet)
		if i == 0 {
			d.state = Queued
		}
		out = append(out, d)
	}
	return out
}

// promise writes one job for each delivery that leaves the house, and the hint for
// each inbox.
func (s *Service) promise(tx *db.Tx, rows []delivery) error {
	type together struct {
		channel string
		due     int64
	}
	jobs := map[together][]queue.Item{}
	var order []together
	for _, d := range rows {
		if d.channel == InboxChannel {
			s.hub.Touch(tx, d.subject.hint())
			continue
		}
		k := together{d.channel, db.Ms(d.notBefore)}
		if jobs[k] == nil {
			order = append(order, k)
		}
		jobs[k] = append(jobs[k], queue.Item{Key: string(d.id), Args: sendJob{d.id}})
	}
	for _, k := range order {
		if err := s.queue.PromiseAll(tx, kindOf(k.channel), db.At(k.due), jobs[k]); err != nil {
			return err
		}
	}
	return nil
}

// hint is the topic of live hints about what a subject is told.
func (s Subject) hint() string {
	if s.Kind == Structure {
		return "service:" + s.ID
	}
	return "person:" + s.ID
}
