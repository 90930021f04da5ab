package request

import (
	"context"
	"slices"

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
	// Entitled tells that the reader reads the identity whole; otherwise the name alone.
	Entitled bool
	Team     []patient.Member
	// Oppositions and Agreements are what the person said, the last first; for who is entitled.
	Oppositions patient.Oppositions
	Agreements  []patient.Consent
	// Past is who left the usual team, and Relatives those of the patient, the ended ones last; for who is entitled.
	Past      []patient.Member
	Relatives []patient.Relative
	// Involved is who accepted a request, the last first. Outsiders are those of them whom the
	// directory does not know, by their ids; for who is entitled.
	Involved  []Involved
	Outsiders map[string]Outsider
	// Cards are those of the team and of the people who carry or carried a request.
	Cards    map[directory.Subject]directory.Card
	Requests []Row
	// GPSecureMail is the secure mailbox of the registered GP of the directory.
	GPSecureMail string
	// Documents are those of the requests whose documents the reader may open, the latest first.
	Documents []Document
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
	of, err := near(tx, who, id)
	if err != nil {
		return f, err
	}
	files, err := patient.Files(tx, id)
	if err != nil {
		return f, err
	}
	rows, err := s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE state <> 'entered_in_error' AND patient IN `+db.In(2, len(files))+` ORDER BY created DESC, id LIMIT $1`,
		append([]any{int64(200)}, db.Args(files)...)...)
	if err != nil {
		return f, err
	}
	entitled, named := of.gp, of.usual
	for _, r := range rows {
		entitled, named = entitled || r.Sight.Identity, named || r.Sight.Name
		if r.Sight.Need {
			f.Requests = append(f.Requests, r)
		}
	}
	if of.barred || !entitled && !named {
		return f, fault.NotFound("patient.not_found")
	}
	if f.Patient, err = s.patients.Open(tx, patient.Access{Action: "patient.show"}, id); err != nil {
		return f, err
	}
	if f.Entitled = entitled; !entitled {
		f.Patient.Identity = f.Patient.Identity.NameOnly()
	}
	if f.Team, err = s.patients.OpenTeam(tx, patient.Access{Action: "patient.team"}, id); err != nil {
		return f, err
	}
	if f.Involved, err = involvedIn(tx, f.Requests); err != nil {
		return f, err
	}
	if entitled {
		if err := s.openWhole(tx, &f); err != nil {
			return f, err
		}
	}
	if f.Cards, f.GPSecureMail, err = cardsIn(tx, f); err != nil {
		return f, err
	}
	f.Documents, err = s.documentsIn(tx, f.Requests)
	return f, err
}

// openWhole opens what only those who read the identity whole may read.
func (s *Service) openWhole(tx *db.Tx, f *File) (err error) {
	id := f.Patient.ID
	if f.Oppositions, err = patient.AllOppositions(tx, id); err != nil {
		return err
	}
	if f.Agreements, err = patient.Consents(tx, id); err != nil {
		return err
	}
	if f.Relatives, err = s.patients.Relatives(tx, patient.Access{}, id); err != nil {
		return err
	}
	if f.Past, err = s.patients.PastTeam(tx, patient.Access{Action: "patient.team"}, id); err != nil {
		return err
	}
	f.Outsiders, err = outsidersOf(tx, f.Involved)
	return err
}

// nearness is what somebody is to a patient himself, whatever was asked for him.
type nearness struct {
	usual, gp bool
	barred    bool // the patient opposes him
}

func near(tx *db.Tx, who actor.Actor, id patient.ID) (n nearness, err error) {
	circle, err := patient.CircleOf(tx, id)
	if err != nil {
		return n, err
	}
	if n.barred, err = circle.Held.Bar(tx, who); err != nil || n.barred || circle.Held.All() {
		return n, err
	}
	for _, m := range circle.Team {
		if m.Current(tx.Now()) && is(who, m.Subject) {
			n.usual, n.gp = true, n.gp || m.RegisteredGP
		}
	}
	return n, nil
}

// mayAskFor tells whether the actor may ask for a patient already known, or change his
// usual team: he may read his identity. Otherwise the patient does not exist for him.
func mayAskFor(tx *db.Tx, who actor.Actor, id patient.ID) error {
	of, err := near(tx, who, id)
	switch {
	case err != nil:
		return err
	case of.barred:
		return fault.NotFound("patient.not_found")
	case of.gp:
		return nil
	}
	files, err := patient.Files(tx, id)
	if err != nil {
		return err
	}
	known, err := db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request WHERE state <> 'entered_in_error' AND patient IN `+db.In(2, len(files))+` ORDER BY created DESC, id LIMIT $1`,
		append([]any{int64(200)}, db.Args(files)...)...)
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

// cardsIn reads the cards of everybody a file names, and the secure mailbox of the registered GP.
func cardsIn(tx *db.Tx, f File) (cards map[directory.Subject]directory.Card, gpMail string, err error) {
	var subjects []directory.Subject
	for _, o := range f.Oppositions {
		subjects = append(subjects, o.Subject)
	}
	for _, m := range slices.Concat(f.Past, f.Team) {
		subjects = append(subjects, m.Subject)
		if m.RegisteredGP {
			if gpMail, err = directory.SecureMailOf(tx, m.Subject.ID); err != nil {
				return nil, "", err
			}
		}
	}
	for _, v := range f.Involved {
		subjects = append(subjects, v.Subject)
	}
	cards, err = directory.ByIDs(tx, subjects)
	return cards, gpMail, err
}
