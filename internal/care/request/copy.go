package request

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// AccessLog is who saw or changed what of a patient, the last first.
type AccessLog struct {
	Patient patient.ID
	Name    string // empty for an auditor, who reads no identity
	// Whole tells that everybody's accesses are there; otherwise the reader's own.
	Whole bool
	Lines []audit.Line
	// For names whom some acted for, by their ids in the directory.
	For  map[string]string
	Now  time.Time
	Zone *time.Location
}

// AccessLog returns the trail of a patient: whole for who supervises or operates his territory and for the auditor, one's
// own for everybody else who reads his file. For anybody else the patient does not exist. Reading it is recorded too.
func (s *Service) AccessLog(ctx context.Context, id patient.ID) (l AccessLog, err error) {
	defer fault.Wrap(&err, "access log of %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		of, err := patient.TerritoryOf(tx, id)
		if err != nil {
			return err
		}
		if !who.Has(actor.RoleAuditor) {
			f, err := s.patientFile(tx, id)
			if err != nil {
				return err
			}
			l.Name = f.Patient.Identity.FullName()
		} else if !patient.ReadsTrail(who, of) {
			return fault.NotFound("patient.not_found")
		}
		t, err := territory.Of(tx, of)
		l.Patient, l.Whole, l.Now, l.Zone = id, patient.ReadsTrail(who, of), tx.Now(), t.Location()
		return err
	})
	if err != nil {
		return l, s.audit.Refusal(ctx, audit.Event{Action: "audit.read", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
	}
	if l.Lines, err = s.patients.Accesses(ctx, id); err != nil {
		return l, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		l.For, err = actedFor(tx, l.Lines)
		return err
	})
	return l, err
}

// actedFor names whom the authors of lines acted for.
func actedFor(tx *db.Tx, lines []audit.Line) (map[string]string, error) {
	var subjects []directory.Subject
	for _, line := range lines {
		if line.OnBehalf != "" {
			subjects = append(subjects, directory.Subject{Kind: directory.KindProfessional, ID: line.OnBehalf}, directory.Subject{Kind: directory.KindStructure, ID: line.OnBehalf})
		}
	}
	cards, err := directory.ByIDs(tx, subjects)
	names := make(map[string]string, len(cards))
	for subject, card := range cards {
		names[subject.ID] = card.Name
	}
	return names, err
}

// Copy is everything that is held about a patient, as far as the reader may read it: what is given to the person who asks
// for it (RGPD 15 and 20).
type Copy struct {
	File
	Versions []patient.Version // what his identity was
	Sheets   []Sheet           // his requests, the last first
	// Kept counts the requests whose texts the reader may not read: they are there without them.
	Kept int
	Now  time.Time
	Zone *time.Location
}

// Copy returns the copy of a file, for who reads its identity whole and proved himself lately. Each reading is recorded,
// and the copy itself.
func (s *Service) Copy(ctx context.Context, id patient.ID) (c Copy, err error) {
	defer fault.Wrap(&err, "copy of file %s", id)
	e := audit.Event{Action: "patient.copy", Object: "patient", ObjectID: string(id), Patient: string(id)}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		if !who.IsSystem() && !who.Fresh(tx.Now()) {
			return fault.Forbidden("auth.prove")
		}
		if c.File, err = s.patientFile(tx, id); err != nil {
			return err
		}
		if !c.Entitled {
			return fault.Forbidden("patient.copy")
		}
		if c.Versions, err = s.patients.Versions(tx, patient.Access{}, c.Patient.ID); err != nil {
			return err
		}
		if err := s.copySheets(tx, &c); err != nil {
			return err
		}
		c.Now, c.Zone = tx.Now(), civil.ZoneOf(string(c.Patient.Identity.Commune)).Loc
		return s.audit.Record(tx, e)
	})
	return c, s.audit.Refusal(ctx, e, err)
}

// copySheets opens every request of the person that the reader may read, however many.
func (s *Service) copySheets(tx *db.Tx, c *Copy) error {
	files, err := patient.Files(tx, c.Patient.ID)
	if err != nil {
		return err
	}
	ids, err := db.All(tx, db.Value[ID], `SELECT id FROM request WHERE state <> 'entered_in_error' AND patient IN `+db.In(1, len(files))+` ORDER BY created DESC, id`, db.Args(files)...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		sheet, err := s.show(tx, id)
		if fault.KindOf(err) == fault.KindNotFound {
			continue // it does not exist for the reader
		}
		if err != nil {
			return err
		}
		if !sheet.Sight.Motive {
			c.Kept++
		}
		c.Sheets = append(c.Sheets, sheet)
	}
	return nil
}
