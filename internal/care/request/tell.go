package request

import (
	"slices"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
)

// notice prepares what leaves the house about this request: profession, commune,
// delay and service, and nothing else.
func (st *step) notice(topic notify.Topic, to directory.Subject) notify.Notice {
	p := i18n.For("fr")
	commune, _ := territory.CommuneOf(st.r.Commune)
	n := notify.Notice{
		Territory: st.r.Territory, Subject: notify.Subject{Kind: string(to.Kind), ID: to.ID}, Topic: topic, Request: string(st.r.ID),
		Params: map[string]string{
			notify.ParamProfession: st.r.Profession.Label("fr"), notify.ParamCommune: commune.Name,
			notify.ParamUrgency: st.r.Urgency.Label("fr"), notify.ParamService: st.r.From.Role,
			// The day in full: « today » would be wrong when the message is read.
			notify.ParamTime: p.Day(st.r.StartAt, st.zone.Loc) + " " + p.Hour(st.r.StartAt, st.zone.Loc),
		},
		Urgent: immediate(st.r.Urgency),
	}
	return n
}

// send tells notices, each in its time.
func (st *step) send(notices []notify.Notice) error {
	if err := st.quiet(notices); err != nil {
		return err
	}
	return st.s.notify.Tell(st.tx, notices...)
}

// quiet writes when notices may not ring: what can wait, neither in the territory's night nor
// in the quiet hours of each. What cannot was decided by who is asked.
func (st *step) quiet(notices []notify.Notice) error {
	var subjects []directory.Subject
	for _, n := range notices {
		if !n.Urgent {
			subjects = append(subjects, directory.Subject{Kind: directory.Kind(n.Subject.Kind), ID: n.Subject.ID})
		}
	}
	rest, err := directory.RestOf(st.tx, subjects)
	if err != nil {
		return err
	}
	for i, n := range notices {
		if n.Urgent {
			continue
		}
		notices[i].Quiet = []notify.Quiet{{Night: st.settings.Night, Zone: st.zone.Loc.String()}}
		if r, ok := rest[directory.Subject{Kind: directory.Kind(n.Subject.Kind), ID: n.Subject.ID}]; ok && r.Quiet != (civil.Night{}) {
			notices[i].Quiet = append(notices[i].Quiet, notify.Quiet{Night: r.Quiet, Zone: r.Zone.Loc.String()})
		}
	}
	return nil
}

// tellOffers solicits the people of a wave: one transaction writes them all.
func (st *step) tellOffers(d Round, offers []Offer) error {
	notices := make([]notify.Notice, len(offers))
	for i, o := range offers {
		topic := notify.OfferNew
		if st.toldBefore[o.To.Subject] {
			topic = notify.OfferChanged
		}
		n := st.notice(topic, o.To.Subject)
		n.Solicits, n.Dispatch, n.Offer, n.Wave, n.Deadline = true, string(d.ID), string(o.ID), o.Wave, d.ReplyBy
		notices[i] = n
	}
	return st.send(notices)
}

// endSearch lets no further solicitation of a round out, and tells those who had
// been told, save the one who took it and those who said no.
func (st *step) endSearch(id DispatchID, topic notify.Topic) error {
	told, err := st.closeSearch(id)
	if err != nil {
		return err
	}
	return st.tellEnded(id, told, topic, nil)
}

// closeSearch lets no further solicitation of a round out, and returns whom it had told.
func (st *step) closeSearch(id DispatchID) ([]notify.Subject, error) {
	if _, err := st.s.queue.Withdraw(st.tx, jobWave, string(id)); err != nil {
		return nil, err
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobDeadline, string(id)); err != nil {
		return nil, err
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobDuty, string(id)); err != nil {
		return nil, err
	}
	if err := st.s.notify.CloseRound(st.tx, string(id)); err != nil {
		return nil, err
	}
	// Only now: a send that began before the closing would be missed earlier.
	return st.s.notify.ToldOf(st.tx, string(id))
}

// tellEnded tells those whom a round had told that it is over, save who took it, those
// who said no and those of except.
func (st *step) tellEnded(id DispatchID, told []notify.Subject, topic notify.Topic, except map[string]bool) error {
	offers, err := offersOf(st.tx, id)
	if err != nil {
		return err
	}
	silent := map[string]bool{st.r.Provider.ID: true}
	for _, o := range offers {
		st.touchSubject(o.To.Subject)
		silent[o.To.ID] = silent[o.To.ID] || o.State == OfferDeclined
	}
	var notices []notify.Notice
	for _, s := range told {
		if !silent[s.ID] && !except[s.ID] {
			n := st.notice(topic, directory.Subject{Kind: directory.Kind(s.Kind), ID: s.ID})
			n.Dispatch = string(id)
			notices = append(notices, n)
		}
	}
	return st.send(notices)
}

// requesters are who asked and the service he asked for.
func (st *step) requesters() []directory.Subject {
	var out []directory.Subject
	if st.r.From.Person != "" {
		out = append(out, directory.Subject{Kind: directory.KindProfessional, ID: st.r.From.Person})
	}
	if st.r.From.Service != "" {
		out = append(out, directory.Subject{Kind: directory.KindStructure, ID: st.r.From.Service})
	}
	return out
}

// tell tells each subject once, never the one who acts and never one whom the patient opposes.
func (st *step) tell(topic notify.Topic, to ...directory.Subject) error {
	return st.tellAs(topic, func(directory.Subject) bool { return immediate(st.r.Urgency) }, to...)
}

// tellNow is tell for what cannot wait: the night does not hold it.
func (st *step) tellNow(topic notify.Topic, to ...directory.Subject) error {
	return st.tellAs(topic, func(directory.Subject) bool { return true }, to...)
}

// tellAs is tell for which urgent says to whom it cannot wait.
func (st *step) tellAs(topic notify.Topic, urgent func(s directory.Subject) bool, to ...directory.Subject) error {
	opposed, err := st.named(to)
	if err != nil {
		return err
	}
	seen := map[directory.Subject]bool{}
	var notices []notify.Notice
	for _, s := range to {
		if opposed[s] || s.ID == "" || s.ID == st.who.Person || st.who.IsSystem() && s.ID == st.who.OnBehalf || seen[s] {
			continue
		}
		seen[s] = true
		n := st.notice(topic, s)
		n.Urgent = urgent(s)
		notices = append(notices, n)
	}
	return st.send(notices)
}

func (st *step) tellRequester(topic notify.Topic) error { return st.tell(topic, st.requesters()...) }

// tellProvider tells who carries the request; for an outsider, the desk that performs his acts.
func (st *step) tellProvider(topic notify.Topic) error {
	if st.r.Provider.Kind == KindOutsider {
		return st.tellDesk(topic)
	}
	return st.tell(topic, st.r.Provider.Subject)
}

// tellDesk tells the coordination desk of the territory: its supervisors and operators.
func (st *step) tellDesk(topic notify.Topic) error {
	desks, err := directory.StructuresIn(st.tx, st.r.Territory, directory.CallDesk)
	if err != nil {
		return err
	}
	to := make([]directory.Subject, len(desks))
	for i, d := range desks {
		to[i] = d.Subject()
	}
	return st.tell(topic, to...)
}

// tellCircle tells the requester's service, the usual team and the registered GP. The
// latter have nothing to do: even about what cannot wait, they are not woken.
func (st *step) tellCircle(topic notify.Topic) error {
	to, err := st.circle()
	if err != nil {
		return err
	}
	asking := st.requesters()
	return st.tellAs(topic, func(s directory.Subject) bool { return immediate(st.r.Urgency) && slices.Contains(asking, s) }, to...)
}

// circle is the requester's service, the usual team and the registered GP, without whoever carries the request.
func (st *step) circle() ([]directory.Subject, error) {
	to := st.requesters()
	circle, err := patient.CircleOf(st.tx, st.r.Patient)
	for _, m := range circle.Team {
		if !circle.Held.All() && m.Current(st.tx.Now()) && m.Subject != st.r.Provider.Subject {
			to = append(to, m.Subject)
		}
	}
	return to, err
}

// tellReleased tells the requester that the search goes on, and the desk when care is near.
func (st *step) tellReleased() error {
	if err := st.tellRequester(notify.RequestReleased); err != nil {
		return err
	}
	if st.r.StartAt.Sub(st.tx.Now()) < st.settings.ShortNotice {
		return st.tellDesk(notify.RequestReleased)
	}
	return nil
}
