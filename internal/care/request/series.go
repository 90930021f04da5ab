package request

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// morning is when a renewed series starts if nobody says the hour, in minutes.
const morning = 8 * 60

// SeriesEnd is when the series of care that r asks is planned to end: the end of its last
// day, counted from the day care began, or from the day it is wanted. It is zero for care
// without duration.
func SeriesEnd(r Request) time.Time {
	if r.Care.Days < 1 {
		return time.Time{}
	}
	loc, from := civil.ZoneOf(string(r.Commune)).Loc, r.StartAt
	if !r.StartedAt.IsZero() {
		from = r.StartedAt
	}
	return civil.DayOf(from, loc).Add(r.Care.Days - 1).End(loc)
}

// SeriesReminder is when the end of the started series of r is recalled: lead before it,
// and never during the night. It is zero when nothing is to be recalled: no duration, no
// lead, or a series shorter than the lead, which whoever began it has in mind.
func SeriesReminder(r Request, lead time.Duration, night civil.Night, loc *time.Location) time.Time {
	end := SeriesEnd(r)
	if end.IsZero() || lead <= 0 {
		return time.Time{}
	}
	due := end.Add(-lead)
	if morning, asleep := civil.NightEnd(due, night, loc); asleep {
		due = morning
	}
	if !due.After(r.StartedAt) || !due.Before(end) {
		return time.Time{}
	}
	return due
}

// Renewable tells whether the reader may ask the same care again: a series that somebody
// carries or carried, by whoever may open the patient's file.
func (sh Sheet) Renewable() bool {
	return sh.Sight.Identity && sh.Care.Days > 0 && (sh.State.InCharge() && sh.Relation.Carried || sh.State == Completed)
}

// watchSeries promises to recall the end of a started series, in place of what was
// promised before: when it starts, and when its length or who carries it changes. A
// reminder whose time is over is not sent again.
func (st *step) watchSeries() error {
	if st.r.State != Started {
		return nil
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobSeries, string(st.r.Dispatch)); err != nil {
		return err
	}
	due := SeriesReminder(st.r, st.settings.SeriesReminder, st.settings.Night, st.zone.Loc)
	if due.IsZero() || due.Before(st.tx.Now()) {
		return nil
	}
	return st.s.queue.Promise(st.tx, jobSeries, string(st.r.Dispatch), due, nil)
}

// lookAtSeries is the promise of a reminder: the provider and the requester are told that
// the series ends soon, save when it is renewed already. A suspended series is looked at
// again the day after; one given back or ended meanwhile is not.
func (s *Service) lookAtSeries(tx *db.Tx, j queue.Job) error {
	d, err := readRound(tx, DispatchID(j.Key))
	if err != nil || d.State != RoundTaken {
		return err
	}
	r, err := load(tx, d.Request)
	if err != nil || r.Dispatch != d.ID || r.State != Started && r.State != Suspended {
		return err
	}
	st, err := s.begin(tx, r, system, "series_end")
	if err != nil {
		return err
	}
	due := SeriesReminder(r, st.settings.SeriesReminder, st.settings.Night, st.zone.Loc)
	if due.IsZero() {
		return nil
	}
	if r.State == Suspended && due.Before(tx.Now().AddDate(0, 0, 1)) {
		due = tx.Now().AddDate(0, 0, 1)
	}
	if due.After(tx.Now()) { // the series or the territory's rule has changed, or it is suspended
		if !due.Before(SeriesEnd(r)) {
			return nil
		}
		return s.queue.Promise(tx, jobSeries, j.Key, due, nil)
	}
	renewed, err := isRenewed(tx, r.ID)
	if err != nil || renewed || !tx.Now().Before(SeriesEnd(r)) {
		return err
	}
	if err := s.audit.Record(tx, audit.Event{Action: "request.series_end", Object: "request", ObjectID: string(r.ID), Patient: string(r.Patient), Request: string(r.ID)}); err != nil {
		return err
	}
	st.touch()
	return st.tellSeriesEnd()
}

// tellSeriesEnd tells the provider and the requester, each once; it wakes nobody, however urgent the care was.
func (st *step) tellSeriesEnd() error {
	seen := map[directory.Subject]bool{}
	var notices []notify.Notice
	for _, to := range append(st.requesters(), st.r.Provider.Subject) {
		if to.ID == "" || to.Kind == KindOutsider || seen[to] {
			continue
		}
		seen[to] = true
		n := st.notice(notify.RequestSeriesEnd, to)
		n.Urgent = false
		notices = append(notices, n)
	}
	if err := st.s.notify.Tell(st.tx, notices...); err != nil {
		return err
	}
	if st.r.Provider.Kind == KindOutsider {
		return st.tellDesk(notify.RequestSeriesEnd)
	}
	return nil
}

// isRenewed tells whether somebody has asked the same care again.
func isRenewed(tx *db.Tx, id ID) (bool, error) {
	n, err := db.One(tx, "request.not_found", db.Value[int64],
		`SELECT count(*) FROM request WHERE follows = $1 AND follows <> '' AND follow_kind = 'renewal' AND state NOT IN ('draft', 'cancelled', 'entered_in_error')`, string(id))
	return n > 0, err
}
