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

// send tells notices. What can wait rings neither in the territory's night nor in the quiet
// hours of each: it leaves at their end. What cannot was decided by who is asked.
func (st *step) send(notices []notify.Notice) error {
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
	return st.s.notify.Tell(st.tx, notices...)
}

// tellOffers solicits the people of a wave: one transaction writes them all.
func (st *step) tellOffers(d Round, offers []Offer) error {
	notices := make([]notify.Notice, len(offers))
	for i, o := range offers {
		n := st.notice(notify.OfferNew, o.To.Subject)
		n.Solicits, n.Dispatch, n.Offer, n.Wave, n.Deadline = true, string(d.ID), string(o.ID), o.Wave, d.ReplyBy
		notices[i] = n
	}
	return st.send(notices)
}

// endSearch lets no further solicitation of a round out, and tells those who had
// been told, save the one who took it and those who said no.
func (st *step) endSearch(id DispatchID, topic notify.Topic) error {
	if _, err := st.s.queue.Withdraw(st.tx, jobWave, string(id)); err != nil {
		return err
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobDeadline, string(id)); err != nil {
		return err
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobDuty, string(id)); err != nil {
		return err
	}
	if err := st.s.notify.CloseRound(st.tx, string(id)); err != nil {
		return err
	}
	// Only now: a send that began before the closing would be missed earlier.
	told, err := st.s.notify.ToldOf(st.tx, string(id))
	if err != nil {
		return err
	}
	offers, err := offersOf(st.tx, id)
	if err != nil {
		return err
	}
	silent := map[string]bool{st.r.Provider.ID: true}
	for _, o := range offers {
		st.s.hub.Touch(st.tx, "person:"+o.To.ID)
		st.s.hub.Touch(st.tx, "service:"+o.To.ID)
		silent[o.To.ID] = silent[o.To.ID] || o.State == OfferDeclined
	}
	var notices []notify.Notice
	for _, s := range told {
		if !silent[s.ID] {
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

// tell tells each subject once, and never the one who acts.
func (st *step) tell(topic notify.Topic, to ...directory.Subject) error {
	return st.send(st.notices(topic, to...))
}

func (st *step) notices(topic notify.Topic, to ...directory.Subject) []notify.Notice {
	seen := map[directory.Subject]bool{}
	var notices []notify.Notice
	for _, s := range to {
		if s.ID == "" || s.ID == st.who.Person || st.who.IsSystem() && s.ID == st.who.OnBehalf || seen[s] {
			continue
		}
		seen[s] = true
		notices = append(notices, st.notice(topic, s))
	}
	return notices
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
	to := st.requesters()
	asking := len(to)
	team, err := patient.TeamOf(st.tx, st.r.Patient)
	if err != nil {
		return err
	}
	for _, m := range team {
		if m.Current(st.tx.Now()) && m.Subject != st.r.Provider.Subject {
			to = append(to, m.Subject)
		}
	}
	notices := st.notices(topic, to...)
	for i, n := range notices {
		asks := slices.ContainsFunc(to[:asking], func(s directory.Subject) bool { return s.ID == n.Subject.ID })
		notices[i].Urgent = n.Urgent && asks
	}
	return st.send(notices)
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
