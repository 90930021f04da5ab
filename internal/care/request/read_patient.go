package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// File is a patient as somebody involved with him reads it (EA-111…EA-114): identity,
// usual team, who intervenes, and the requests the reader may see.
type File struct {
	Patient patient.Patient
	Team    []patient.Member
	// Cards are those of the team and of the people who carry or carried a request.
	Cards    map[directory.Subject]directory.Card
	Requests []Row
}

// PatientFile opens the file of a patient. Only the people involved may: those with a
// relation to one of his requests that opens his identity, and his registered GP. A
// member of his usual team, and whoever is asked in the place of one who is away, reads his
// name alone until he has been cared for by the platform. For anybody else the patient does not exist.
func (s *Service) PatientFile(ctx context.Context, id patient.ID) (f File, err error) {
	defer fault.Wrap(&err, "open patient %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		f, err = s.patientFile(tx, id)
		return err
	})
	return f, s.audit.Refusal(ctx, audit.Event{Action: "patient.show", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}

func (s *Service) patientFile(tx *db.Tx, id patient.ID) (f File, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return f, err
	}
	if f.Team, err = patient.TeamOf(tx, id); err != nil {
		return f, err
	}
	rows, err := s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE patient = $1 AND state <> 'entered_in_error' ORDER BY created DESC, id LIMIT $2`, string(id), int64(200))
	if err != nil {
		return f, err
	}
	entitled, named := isGP(f.Team, who, tx.Now()), isOfTeam(f.Team, who, tx.Now())
	for _, r := range rows {
		entitled, named = entitled || r.Sight.Identity, named || r.Sight.Name
		if r.Sight.Need {
			f.Requests = append(f.Requests, r)
		}
	}
	if !entitled && !named {
		return f, fault.NotFound("patient.not_found")
	}
	if f.Patient, err = s.patients.Open(tx, patient.Access{Action: "patient.show"}, id); err != nil {
		return f, err
	}
	if !entitled {
		f.Patient.Identity = f.Patient.Identity.NameOnly()
	}
	if f.Team, err = s.patients.OpenTeam(tx, patient.Access{Action: "patient.team"}, id); err != nil {
		return f, err
	}
	var subjects []directory.Subject
	for _, m := range f.Team {
		subjects = append(subjects, m.Subject)
	}
	for _, r := range f.Requests {
		subjects = append(subjects, r.Provider.Subject)
	}
	f.Cards, err = directory.ByIDs(tx, subjects)
	return f, err
}

// isGP tells whether the actor is the patient's registered GP.
func isGP(team []patient.Member, who actor.Actor, now time.Time) bool {
	return slices.ContainsFunc(team, func(m patient.Member) bool { return m.RegisteredGP && m.Current(now) && is(who, m.Subject) })
}

// isOfTeam tells whether the actor is a member of a usual team today.
func isOfTeam(team []patient.Member, who actor.Actor, now time.Time) bool {
	return slices.ContainsFunc(team, func(m patient.Member) bool { return m.Current(now) && is(who, m.Subject) })
}

// mayAskFor tells whether the actor may ask for a patient already known, or change his
// usual team: he may read his identity. Otherwise the patient does not exist for him.
func mayAskFor(tx *db.Tx, who actor.Actor, id patient.ID) error {
	team, err := patient.TeamOf(tx, id)
	if err != nil {
		return err
	}
	if isGP(team, who, tx.Now()) {
		return nil
	}
	known, err := db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request WHERE patient = $1 AND state <> 'entered_in_error' ORDER BY created DESC, id LIMIT $2`, string(id), int64(200))
	if err != nil {
		return err
	}
	for _, r := range known {
		rel, err := relation(tx, r, who)
		if err != nil {
			return err
		}
		if SightOf(rel, r.State, false).Identity {
			return nil
		}
	}
	return fault.NotFound("patient.not_found")
}
