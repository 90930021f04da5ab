package request

import (
	"context"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Check returns the faults Trigger would, each with its field, without writing anything:
// for a form in which something could not even be read, so that all is said at once.
func (s *Service) Check(ctx context.Context, a Ask) (err error) {
	defer fault.Wrap(&err, "check request")
	return s.db.View(ctx, func(tx *db.Tx) error {
		who, err := asker(tx)
		if err != nil {
			return err
		}
		code := a.NewPatient.Commune
		faults := fault.List(nil)
		if a.Patient != "" {
			if err := mayAskFor(tx, who, a.Patient); err != nil {
				return err
			}
			if code, err = patient.CommuneOf(tx, a.Patient); err != nil {
				return err
			}
		} else {
			faults = append(faults, fault.Fields(a.NewPatient.Check(tx.Now()))...)
		}
		owner, err := territory.OwnerOf(tx, code, who.Territory)
		if err != nil {
			return err
		}
		settings, err := territory.SettingsOf(tx, owner)
		if err != nil {
			return err
		}
		faults = append(faults, fault.Fields(a.fill(&Request{}, settings, civil.ZoneOf(string(code)), tx.Now()))...)
		if !a.Consent {
			faults.Add(fault.Invalid("request.consent", "consent"))
		}
		return faults.Err()
	})
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
		return id, s.patients.SetGP(tx, id, a.GP)
	}
	if a.GPName != "" {
		_, err = s.patients.AddMember(tx, id, patient.Member{Profession: nomenclature.GP, Outsider: &patient.Outsider{Name: a.GPName}})
	}
	return id, err
}
