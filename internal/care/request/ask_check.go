package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// Check returns the faults Trigger would, each with its field, without writing anything:
// for a form in which something could not even be read, so that all is said at once.
func (s *Service) Check(ctx context.Context, a Ask) (err error) {
	defer fault.Wrap(&err, "check request")
	return s.db.View(ctx, func(tx *db.Tx) error { return s.checkLines(tx, []Ask{a}) })
}

// newPatient creates the patient of a, with his registered GP.
func (s *Service) newPatient(tx *db.Tx, of string, a Ask) (patient.ID, error) {
	id, err := s.patients.Create(tx, of, a.NewPatient)
	if err != nil {
		return id, err
	}
	if a.GP != "" {
		cards, err := directory.ByIDs(tx, []directory.Subject{{Kind: directory.KindProfessional, ID: a.GP}})
		if err != nil {
			return id, err
		}
		if len(cards) == 0 {
			return id, fault.Invalid("request.gp", "gp")
		}
		return id, s.nameGP(tx, id, patient.Member{Subject: directory.Subject{Kind: directory.KindProfessional, ID: a.GP}, Profession: nomenclature.GP})
	}
	if a.GPName != "" {
		_, err = s.patients.AddMember(tx, id, patient.Member{Profession: nomenclature.GP, Outsider: &patient.Outsider{Name: a.GPName}})
	}
	return id, err
}

// check returns what is wrong in the rhythm and the end of the care.
func (c Care) check() *fault.Error {
	f := c.Frequency
	switch {
	case f.PerDay > maxPerDay || f.PerWeek > 7*maxPerDay || f.EveryDays > maxEvery || min(f.PerDay, f.PerWeek, f.EveryDays) < 0:
		return fault.Invalid("request.frequency", "frequency", "n", maxPerDay)
	case f.At.Count() > max(1, f.PerDay):
		return fault.Invalid("request.moments", "frequency")
	case !f.Consistent():
		return fault.Invalid("request.rhythm", "frequency")
	}
	if _, ok := endOf(c.End); !ok && c.End != "" && c.End != openEnd {
		return fault.Invalid("request.end", "days")
	}
	return nil
}

// checkBlocks returns the faults of what is written besides the care itself.
func (a Ask) checkBlocks(now time.Time) (l fault.List) {
	l = append(l, a.Details.Maternity.check(now)...)
	l = append(l, a.Details.Transport.check()...)
	return append(l, a.Details.Answers.check(a.Acts, a.Details.Motive)...)
}

// callerOf reads the card of whoever called the desk: a person or a service of the directory.
func callerOf(tx *db.Tx, id string) (directory.Card, error) {
	kinds := []directory.Subject{{Kind: directory.KindProfessional, ID: id}, {Kind: directory.KindStructure, ID: id}}
	cards, err := directory.ByIDs(tx, kinds)
	if err != nil {
		return directory.Card{}, err
	}
	for _, s := range kinds {
		if c, ok := cards[s]; ok && c.Active {
			return c, nil
		}
	}
	return directory.Card{}, fault.Invalid("request.caller", "caller")
}
