package request

import (
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
)

// notice prepares what leaves the house about this request: profession, commune,
// delay and service, and nothing else. Messages of requests that can wait, written
// during the territory's night, leave at its end.
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
	if !n.Urgent {
		if end, night := civil.NightEnd(st.tx.Now(), st.settings.Night, st.zone.Loc); night {
			n.NotBefore = end
		}
	}
	return n
}

// tellOffers solicits the people of a wave: one transaction writes them all.
func (st *step) tellOffers(d Round, offers []Offer) error {
	notices := make([]notify.Notice, len(offers))
	for i, o := range offers {
		n := st.notice(notify.OfferNew, o.To.Subject)
		n.Solicits, n.Dispatch, n.Offer, n.Wave, n.Deadline = true, string(d.ID), string(o.ID), o.Wave, d.ReplyBy
		notices[i] = n
	}
	return st.s.notify.Tell(st.tx, notices...)
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
	return st.s.notify.Tell(st.tx, notices...)
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
	seen := map[directory.Subject]bool{}
	var notices []notify.Notice
	for _, s := range to {
		if s.ID == "" || s.ID == st.who.Person || st.who.IsSystem() && s.ID == st.who.OnBehalf || seen[s] {
			continue
		}
		seen[s] = true
		notices = append(notices, st.notice(topic, s))
	}
	return st.s.notify.Tell(st.tx, notices...)
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

// tellCircle tells the requester's service, the usual team and the registered GP.
func (st *step) tellCircle(topic notify.Topic) error {
	to := st.requesters()
	team, err := patient.TeamOf(st.tx, st.r.Patient)
	if err != nil {
		return err
	}
	for _, m := range team {
		if m.Current(st.tx.Now()) && m.Subject != st.r.Provider.Subject {
			to = append(to, m.Subject)
		}
	}
	return st.tell(topic, to...)
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
