package request

import (
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// jobDuty looks at who is on duty when that changes during a round.
const jobDuty = "request.duty"

// lineCandidates are the members on duty of the line asked for, in its order.
func lineCandidates(tx *db.Tx, r Request, leftOut map[directory.Subject]bool) ([]Candidate, error) {
	line, err := rota.Line(tx, r.Care.Line)
	if err != nil {
		return nil, err
	}
	duty, err := rota.OnCall(tx, line.ID, tx.Now())
	if err != nil {
		return nil, err
	}
	subjects := make([]directory.Subject, len(duty))
	rank := make(map[directory.Subject]int, len(duty))
	for i, d := range duty {
		subjects[i], rank[d.Subject] = d.Subject, i+1
	}
	found, err := directory.CandidatesOf(tx, directory.Query{Territory: r.Territory, Profession: r.Profession, Commune: r.Commune, Point: r.Point}, subjects)
	var out []Candidate
	for _, c := range found {
		out = append(out, Candidate{Candidate: c, Line: line.ID, LineMode: line.Mode, LineRank: rank[c.Subject], LeftOut: leftOut[c.Subject], LineElsewhere: !line.Serves(r.Commune), OnDuty: true})
	}
	return out, err
}

// onDutyNow is who is on duty now, on any line of the profession asked, for what cannot
// wait: they may be woken. Nobody needs to know for what can.
func onDutyNow(tx *db.Tx, r Request) (map[directory.Subject]bool, error) {
	if !immediate(r.Urgency) {
		return nil, nil
	}
	return rota.OnDutyAs(tx, r.Profession, tx.Now())
}

// watchDuty promises to look at the line of a round when somebody else comes on duty
// before its end.
func (st *step) watchDuty(d Round) error {
	if st.r.Care.Line == "" {
		return nil
	}
	next, ok, err := rota.NextStart(st.tx, st.r.Care.Line, st.tx.Now())
	if err != nil || !ok || !next.Before(d.ReplyBy) {
		return err
	}
	return st.s.queue.Promise(st.tx, jobDuty, string(d.ID), next, nil)
}

// changeDuty is that promise: those who have come on duty are asked, at once when the line
// is asked all together or when nobody else waits for his turn. Who was asked while he was
// on duty may still say yes.
func (s *Service) changeDuty(tx *db.Tx, j queue.Job) error {
	st, d, ok, err := s.resumeRound(tx, DispatchID(j.Key))
	if err != nil || !ok {
		return err
	}
	if err := st.watchDuty(d); err != nil {
		return err
	}
	if d.Wave < d.Waves {
		return nil // the next step asks him in his turn
	}
	fresh, _, err := st.newcomers(d, d.Wave+1)
	if err != nil || len(fresh) == 0 {
		return err
	}
	return st.widen(d, d.Wave+1)
}

// inTurn keeps of the people of a line not asked yet the one whose turn it is, when they
// are asked one after the other. It returns how many wait after him.
func inTurn(fresh []Judged) (turn []Judged, waiting int) {
	if len(fresh) < 2 || fresh[0].LineMode != rota.InOrder {
		return fresh, 0
	}
	return fresh[:1], len(fresh) - 1
}

// nextTurn is when the next of a line in order is asked, now that asked were and waiting wait:
// a step later, and at once when that would be too late.
func (st *step) nextTurn(d Round, asked, waiting int) time.Time {
	n := st.r.need(st.zone)
	at := n.later(st.settings, st.tx.Now(), n.dutyStep(st.settings, d.Opened, d.ReplyBy, asked+waiting))
	if !at.Before(d.ReplyBy) {
		return st.tx.Now()
	}
	return at
}
