package request

import (
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// first finds who carried the series that r renews: he is asked before anybody, and alone
// for the time of the usual team. It is zero for any other request, and when nobody of the
// directory carries it any more.
func (r Request) first(tx *db.Tx) (directory.Subject, error) {
	if r.Kind != KindRenewal || r.Follows == "" {
		return directory.Subject{}, nil
	}
	before, err := read(tx, r.Follows)
	if err != nil || before.Provider.Kind == KindOutsider {
		return directory.Subject{}, err
	}
	return before.Provider.Subject, nil
}

// withFirst marks, among the candidates of r, who carried the series it renews; he is a
// candidate wherever he works, since he has been coming already.
func withFirst(tx *db.Tx, r Request, q directory.Query, all []Candidate) ([]Candidate, error) {
	first, err := r.first(tx)
	if err != nil || first.ID == "" {
		return all, err
	}
	known := false
	for i := range all {
		if all[i].Subject == first {
			all[i].First, known = true, true
		}
	}
	if known {
		return all, nil
	}
	found, err := directory.CandidatesOf(tx, q, []directory.Subject{first})
	for _, c := range found {
		all = append(all, Candidate{Candidate: c, First: true})
	}
	return all, err
}

// endFollowed promises, for a renewal that has just been taken and was asked to, that the
// series it follows ends: when the renewal starts or the series was planned to end,
// whichever comes first, so that its last visits can still be noted.
func (st *step) endFollowed() error {
	if !st.r.EndsFollowed || st.r.Follows == "" {
		return nil
	}
	before, err := read(st.tx, st.r.Follows)
	if err != nil {
		return err
	}
	due := st.r.StartAt
	if end := SeriesEnd(before); !end.IsZero() && end.Before(due) {
		due = end
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobRenewed, string(st.r.ID)); err != nil {
		return err
	}
	return st.s.queue.Promise(st.tx, jobRenewed, string(st.r.ID), later(due, st.tx.Now()), nil)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// endRenewed is the promise of endFollowed: the series ends as an act of the system in the
// name of who carries the renewal. For a renewal given back or cancelled meanwhile, or a
// series ended already, it does nothing.
func (s *Service) endRenewed(tx *db.Tx, j queue.Job) error {
	r, err := read(tx, ID(j.Key))
	if err != nil || !r.EndsFollowed || !r.Filled() {
		return err
	}
	before, err := load(tx, r.Follows)
	if err != nil || !Allowed(before.State, ActComplete, Provider) {
		return err
	}
	inName := actor.System("dispatch")
	inName.Name, inName.OnBehalf = r.Provider.Name, r.Provider.ID
	st, err := s.begin(tx, before, inName, ActComplete)
	if err != nil {
		return err
	}
	st.r.State = Completed
	if err := st.complete(string(nomenclature.Renewed)); err != nil {
		return err
	}
	if err := st.finish(); err != nil {
		return err
	}
	return st.tellProvider(notify.RequestCompleted)
}
