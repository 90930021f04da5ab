package request

import (
	"context"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// countAlerts counts, where the territory limits them, the solicitations of each candidate
// on the day his alert would ring: today, or the day at whose dawn the night ends. Those of
// the round under way do not count.
func (s *Service) countAlerts(tx *db.Tx, r Request, settings territory.Settings, all []Candidate, round DispatchID) error {
	zone := civil.ZoneOf(string(r.Commune))
	if !r.need(zone).caps(settings) {
		return nil
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	rings := notify.Leaves(tx.Now(), []notify.Quiet{{Night: settings.Night, Zone: zone.Loc.String()}})
	day := civil.DayOf(rings, zone.Loc)
	counts, err := s.notify.AlertsAhead(tx, day.Start(zone.Loc), day.End(zone.Loc), ids, string(round))
	for i, c := range all {
		all[i].Alerts = counts[c.ID]
	}
	return err
}

// unheard tells whether nobody of a plan would be alerted before its end, since everyone rests
// until then: the desk is told at once, so that nothing expires unseen.
func (st *step) unheard(p Plan) bool {
	if immediate(st.r.Urgency) {
		return false
	}
	for _, w := range p.Waves {
		for _, j := range w.Who {
			quiet := []notify.Quiet{
				{Night: st.settings.Night, Zone: st.zone.Loc.String()}, {Night: j.Quiet, Zone: civil.ZoneOf(string(j.Commune)).Loc.String()},
			}
			if notify.Leaves(w.At, quiet).Before(p.ReplyBy) {
				return false
			}
		}
	}
	return len(p.Waves) > 0
}

// Alerts is what somebody is told about his own solicitations.
type Alerts struct {
	// Today counts those that rang today; Cap is the most his territory lets ring, 0 for no limit.
	Today, Cap int
}

// AlertsOf counts the solicitations of a subject today, by the clocks of where he works. It does not check who asks.
func (s *Service) AlertsOf(ctx context.Context, of directory.Subject) (a Alerts, err error) {
	defer fault.Wrap(&err, "alerts of %s", of.ID)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		cards, err := directory.ByIDs(tx, []directory.Subject{of})
		if err != nil {
			return err
		}
		loc := civil.ZoneOf(string(cards[of].Commune)).Loc
		settings, err := territory.SettingsOf(tx, cards[of].Territory)
		if err != nil {
			return err
		}
		if settings.AlertsCapOn {
			a.Cap = settings.AlertsCap
		}
		a.Today, err = s.notify.Alerts(tx, notify.Subject{Kind: string(of.Kind), ID: of.ID}, civil.DayOf(tx.Now(), loc).Start(loc))
		return err
	})
	return a, err
}
