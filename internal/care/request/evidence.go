package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Evidence is what proves how a request was handled (G3): who was asked, when and why,
// how he was reached, what he answered, who was left out, what the patient agreed to, and
// the seals that cover it all. It is read from rows that are only ever added to.
type Evidence struct {
	Request Request
	Now     time.Time
	// Answers tells that what each person answered may be read; counts otherwise.
	Answers bool
	// Patient is the patient's name.
	Patient  string
	Consents []patient.Consent
	// Oppositions are all the patient ever said, withdrawn or not.
	Oppositions patient.Oppositions
	Outsider    *Outsider
	Rounds      []EvidenceRound
	Timeline    []Done
	Covers      []audit.Cover
	// Waiting counts the lines of the trail that are not sealed yet.
	Waiting int64
}

// EvidenceRound is one search, as it is proved.
type EvidenceRound struct {
	Round
	Counts RoundCounts
	People []Witness
}

// Witness is one person considered for a round. Deliveries are empty unless answers may be read.
type Witness struct {
	Resource
	Deliveries []notify.Trace
}

// Usual lists the members of the usual team that the searches considered, the first time
// each was: the first asked, else the first not asked.
func (e Evidence) Usual() []Witness {
	var out []Witness
	for _, d := range e.Rounds {
		for _, w := range d.People {
			if !w.Usual {
				continue
			}
			i := slices.IndexFunc(out, func(o Witness) bool { return o.Who.ID == w.Who.ID })
			switch {
			case i < 0:
				out = append(out, w)
			case out[i].Asked.IsZero() && !w.Asked.IsZero():
				out[i] = w
			}
		}
	}
	return out
}

// Evidence opens the evidence sheet of a request that was triggered, for supervisors of the
// territory and for the requester's service, and leaves an audit line. For anybody else it
// does not exist.
func (s *Service) Evidence(ctx context.Context, id ID) (e Evidence, err error) {
	defer fault.Wrap(&err, "evidence of request %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		e, err = s.evidence(tx, id)
		return err
	})
	return e, s.audit.Refusal(ctx, audit.Event{Action: "request.evidence", Object: "request", ObjectID: string(id), Request: string(id)}, err)
}

func (s *Service) evidence(tx *db.Tx, id ID) (e Evidence, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return e, err
	}
	r, err := read(tx, id)
	if err != nil {
		return e, err
	}
	st, err := s.begin(tx, r, who, "show")
	if err != nil {
		return e, err
	}
	if !st.rel.Proves() || r.Triggered.IsZero() {
		return e, fault.NotFound("request.not_found")
	}
	sight := SightOf(st.rel, r.State, false)
	e = Evidence{Request: r.redacted(sight), Now: tx.Now(), Answers: sight.Answers}
	file, err := s.patients.Open(tx, patient.Access{Action: "request.evidence", Request: string(id)}, r.Patient)
	if err != nil {
		return e, err
	}
	e.Patient = file.Identity.FullName()
	if e.Consents, err = consentsFor(tx, r); err != nil {
		return e, err
	}
	if e.Oppositions, err = patient.AllOppositions(tx, r.Patient); err != nil {
		return e, err
	}
	if e.Outsider, err = outsiderOf(tx, r); err != nil {
		return e, err
	}
	if e.Rounds, err = s.evidenceRounds(tx, r, sight); err != nil {
		return e, err
	}
	if e.Timeline, err = timeline(tx, id); err != nil {
		return e, err
	}
	if !sight.Answers {
		e.Timeline = slices.DeleteFunc(e.Timeline, func(a Done) bool { return a.Act == ActDecline && a.Account != who.Account })
	}
	e.Covers, e.Waiting, err = audit.CoversOf(tx, string(id))
	return e, err
}

// Proves tells whether the evidence sheet is for the person.
func (rel Relation) Proves() bool { return rel.Supervisor || rel.Requester }

// consentsFor are what the patient agreed to for this request, oldest first.
func consentsFor(tx *db.Tx, r Request) ([]patient.Consent, error) {
	all, err := patient.Consents(tx, r.Patient)
	all = slices.DeleteFunc(all, func(c patient.Consent) bool {
		return c.Request != string(r.ID)
	})
	slices.Reverse(all)
	return all, err
}

// evidenceRounds are the searches, the first one first, with how each person was reached.
func (s *Service) evidenceRounds(tx *db.Tx, r Request, sight Sight) ([]EvidenceRound, error) {
	whole := sight
	whole.Answers = true
	rounds, err := s.rounds(tx, r, whole)
	if err != nil {
		return nil, err
	}
	var traces []notify.Trace
	if sight.Answers {
		if traces, err = s.notify.Traces(tx, string(r.ID)); err != nil {
			return nil, err
		}
	}
	slices.Reverse(rounds)
	out := make([]EvidenceRound, len(rounds))
	for i, d := range rounds {
		out[i] = EvidenceRound{Round: d.Round, Counts: d.Counts}
		for _, res := range d.Resources {
			w := Witness{Resource: res}
			for _, t := range traces {
				if t.Solicits && t.Dispatch == string(d.ID) && t.Subject.ID == res.Who.ID {
					w.Deliveries = append(w.Deliveries, t)
				}
			}
			if sight.Answers || w.Usual || !w.Asked.IsZero() {
				out[i].People = append(out[i].People, w.seenBy(sight))
			}
		}
	}
	return out, nil
}

// seenBy is what sight opens of a person: without answers, whether and when he was asked.
func (w Witness) seenBy(sight Sight) Witness {
	if sight.Answers {
		return w
	}
	kept := Witness{Resource: Resource{Who: w.Who, Wave: w.Wave, Usual: w.Usual, Km: w.Km, Asked: w.Asked}}
	if !w.Asked.IsZero() {
		kept.Verdict = w.Verdict
	}
	return kept
}
