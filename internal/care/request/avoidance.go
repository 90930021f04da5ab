package request

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Avoidance is the requester's answer to « sans cette réponse, les urgences ? ». It is
// asked once, after care began, and holds nothing nominative.
type Avoidance string

// The answers.
const (
	WouldHaveGone Avoidance = "yes"
	WouldNotGone  Avoidance = "no"
	DoesNotKnow   Avoidance = "unknown"
)

// Avoidances lists what may be answered.
var Avoidances = []Avoidance{WouldHaveGone, WouldNotGone, DoesNotKnow}

// Answered tells whether somebody answered this request: care began, or is over.
func (r Request) Answered() bool {
	return r.State != EnteredInError && (!r.StartedAt.IsZero() || r.State == Completed)
}

// SayAvoidance keeps what the requester's service says would have happened without this
// request. Only they may say it, once; the same answer again changes nothing.
func (s *Service) SayAvoidance(ctx context.Context, id ID, said Avoidance) (err error) {
	defer fault.Wrap(&err, "avoidance of request %s", id)
	if !slices.Contains(Avoidances, said) {
		return fault.Invalid("request.avoidance", "avoidance")
	}
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.sayAvoidance(tx, id, said) })
}

func (s *Service) sayAvoidance(tx *db.Tx, id ID, said Avoidance) error {
	who, err := signedIn(tx)
	if err != nil {
		return err
	}
	r, err := load(tx, id)
	if err != nil {
		return err
	}
	st, err := s.begin(tx, r, who, "avoidance")
	if err != nil {
		return err
	}
	switch {
	case !st.rel.Requester:
		return fault.NotFound("request.not_found")
	case !r.Answered():
		return fault.Conflict("request.avoidance_early")
	}
	n, err := tx.Exec(`UPDATE request SET avoidance = $2 WHERE id = $1 AND avoidance IN ('', $2)`, string(id), string(said))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("request.avoidance_said")
	}
	st.touch()
	return s.audit.Record(tx, audit.Event{Action: "request.avoidance", Object: "request", ObjectID: string(id), Patient: string(r.Patient), Request: string(id), Detail: string(said)})
}

// avoidanceOf reads the answer, and whether the reader is to be asked.
func avoidanceOf(tx *db.Tx, r Request, rel Relation) (said Avoidance, asks bool, err error) {
	if !rel.Requester && !rel.Supervisor || !r.Answered() {
		return "", false, nil
	}
	said, _, err = db.Find(tx, db.Value[Avoidance], `SELECT avoidance FROM request WHERE id = $1`, string(r.ID))
	return said, rel.Requester && said == "", err
}
