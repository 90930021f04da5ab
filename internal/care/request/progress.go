package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Start says that care has begun. There is no minimum duration.
func (s *Service) Start(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "start request %s", id)
	return s.do(ctx, id, ActStart, func(tx *db.Tx) (Request, error) { return s.StartIn(tx, id) })
}

// StartIn is Start inside the caller's transaction.
func (s *Service) StartIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActStart, func(st *step) error {
		st.r.StartedAt = tx.Now()
		if err := st.watchSeries(); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestStarted)
	})
}

// VisitDone is the outcome of a visit that took place; any other outcome is a reason of the nomenclature.
const VisitDone = "done"

// Passage is one visit as its form gives it.
type Passage struct {
	// At is when it took place, or should have; zero means now.
	At time.Time
	// Outcome is VisitDone, or why it was not done.
	Outcome string
	Note    string
	Vitals  []nomenclature.Reading
	// Next is the next visit; zero when none is planned.
	Next time.Time
}

// maxNote bounds a note and a report, in bytes.
const maxNote = 8000

// visitDetail is what is sealed of a visit.
type visitDetail struct {
	Note   string                 `json:"note,omitempty"`
	Vitals []nomenclature.Reading `json:"vitals,omitempty"`
}

func visitPlace(id VisitID) crypt.Place {
	return crypt.Place{Table: "visit", Column: "detail", Row: string(id)}
}

// Visit notes one visit, done or not, and the next one. Note and vitals are
// sealed with the patient's key.
func (s *Service) Visit(ctx context.Context, id ID, p Passage) (r Request, err error) {
	defer fault.Wrap(&err, "visit of request %s", id)
	return s.do(ctx, id, ActVisit, func(tx *db.Tx) (Request, error) { return s.VisitIn(tx, id, p) })
}

// VisitIn is Visit inside the caller's transaction.
func (s *Service) VisitIn(tx *db.Tx, id ID, p Passage) (Request, error) {
	if err := p.check(tx.Now()); err != nil {
		return Request{}, err
	}
	return s.performSaying(tx, id, ActVisit, p.Outcome, func(st *step) error {
		if p.At.IsZero() {
			p.At = tx.Now()
		}
		visit := ident.New[VisitID](tx.Now())
		sealed, err := s.vault.SealJSON(tx, string(st.r.Patient), visitPlace(visit), visitDetail{p.Note, rounded(p.Vitals)})
		if err != nil {
			return err
		}
		err = tx.Write(`INSERT INTO visit (id, request, planned, done, outcome, detail, person, name, created, structured) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			string(visit), string(id), db.Ms(st.r.NextVisit), db.Ms(p.At), p.Outcome, sealed, st.who.Person, st.r.Provider.Name, db.Ms(tx.Now()), true)
		if err != nil {
			return err
		}
		st.r.NextVisit = p.Next
		if p.Outcome != VisitDone {
			st.done.Reason = p.Outcome
		}
		return st.tellRequester(notify.RequestVisit)
	})
}

func (p Passage) check(now time.Time) error {
	var l fault.List
	if p.Outcome != VisitDone && !known(nomenclature.VisitNotDoneReasons, p.Outcome) {
		l.Add(fault.Invalid("request.reason", "outcome"))
	}
	if len(p.Note) > maxNote {
		l.Add(fault.Invalid("request.note_long", "note", "n", maxNote))
	}
	if p.At.After(now.Add(time.Minute)) {
		l.Add(fault.Invalid("request.visit_future", "at"))
	}
	l = append(l, nomenclature.CheckReadings(p.Vitals)...)
	l = append(l, fault.Fields(checkNext(p.Next, now))...)
	return l.Err()
}

// Complete ends the series of care, with its reason.
func (s *Service) Complete(ctx context.Context, id ID, reason string) (r Request, err error) {
	defer fault.Wrap(&err, "complete request %s", id)
	return s.do(ctx, id, ActComplete, func(tx *db.Tx) (Request, error) { return s.CompleteIn(tx, id, reason) })
}

// CompleteIn is Complete inside the caller's transaction.
func (s *Service) CompleteIn(tx *db.Tx, id ID, reason string) (Request, error) {
	if !known(nomenclature.CloseReasons, reason) {
		return Request{}, fault.Invalid("request.reason", "reason")
	}
	return s.performSaying(tx, id, ActComplete, reason, func(st *step) error {
		return st.complete(reason)
	})
}

// complete does it: the state is already set.
func (st *step) complete(reason string) error {
	if err := moveRound(st.tx, st.r.Dispatch, RoundTaken, RoundCompleted, reason); err != nil {
		return err
	}
	st.r.Reason, st.r.Ended, st.r.NextVisit, st.done.Reason = reason, st.tx.Now(), time.Time{}, reason
	return st.tellCircle(notify.RequestCompleted)
}
