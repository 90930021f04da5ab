package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// JoinTeam adds somebody to the usual team of a patient whose file the actor may open.
// registered names him registered GP as well, which only somebody of the directory can be.
func (s *Service) JoinTeam(ctx context.Context, id patient.ID, m patient.Member, registered bool) (err error) {
	defer fault.Wrap(&err, "join the team of patient %s", id)
	return s.changeFile(ctx, id, "patient.team_add", func(tx *db.Tx) error {
		if !m.Subject.IsZero() {
			cards, err := directory.ByIDs(tx, []directory.Subject{m.Subject})
			if err != nil {
				return err
			}
			card, ok := cards[m.Subject]
			if !ok {
				return fault.Invalid("patient.member_subject", "subject")
			}
			m.Profession = card.Profession
		}
		if registered && m.Subject.Kind == directory.KindProfessional {
			return s.patients.SetGP(tx, id, m.Subject.ID)
		}
		_, err := s.patients.AddMember(tx, id, m)
		return err
	})
}

// LeaveTeam ends a membership now. An empty member ends the registered GP's role.
func (s *Service) LeaveTeam(ctx context.Context, id patient.ID, member patient.MemberID) (err error) {
	defer fault.Wrap(&err, "leave the team of patient %s", id)
	return s.changeFile(ctx, id, "patient.team_end", func(tx *db.Tx) error {
		if member == "" {
			return s.patients.SetGP(tx, id, "")
		}
		return s.patients.EndMember(tx, id, member, time.Time{})
	})
}

// changeFile does change for somebody who may open the file, and leaves an audit line when it is refused.
func (s *Service) changeFile(ctx context.Context, id patient.ID, action audit.Action, change func(tx *db.Tx) error) error {
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		if err := mayAskFor(tx, who, id); err != nil {
			return err
		}
		return change(tx)
	})
	return s.audit.Refusal(ctx, audit.Event{Action: action, Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}
