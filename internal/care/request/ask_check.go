package request

import (
	"context"

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
