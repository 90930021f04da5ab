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
			return s.nameGP(tx, id, m)
		}
		_, err := s.patients.AddMember(tx, id, m)
		return err
	})
}

// nameGP makes a member the registered GP. The former one leaves the team with his role.
func (s *Service) nameGP(tx *db.Tx, id patient.ID, m patient.Member) error {
	team, err := patient.TeamOf(tx, id)
	if err != nil {
		return err
	}
	known := false
	for _, o := range team {
		known = known || o.Subject == m.Subject && o.ID != ""
		if o.RegisteredGP && o.Subject != m.Subject && o.ID != "" {
			if err := s.patients.EndMember(tx, id, o.ID, time.Time{}); err != nil {
				return err
			}
		}
	}
	if err := s.patients.SetGP(tx, id, m.Subject.ID); err != nil || known {
		return err
	}
	_, err = s.patients.AddMember(tx, id, m)
	return err
}

// LeaveTeam ends a membership now, and the registered GP's role with his. An empty member
// ends that role alone, of a GP who is no member otherwise.
func (s *Service) LeaveTeam(ctx context.Context, id patient.ID, member patient.MemberID) error {
	return s.LeaveTeamOn(ctx, id, member, time.Time{})
}

// LeaveTeamOn is LeaveTeam at an instant. The registered GP's role ends now, whatever the instant.
func (s *Service) LeaveTeamOn(ctx context.Context, id patient.ID, member patient.MemberID, at time.Time) (err error) {
	defer fault.Wrap(&err, "leave the team of patient %s", id)
	return s.changeFile(ctx, id, "patient.team_end", func(tx *db.Tx) error {
		team, err := patient.TeamOf(tx, id)
		if err != nil {
			return err
		}
		for _, m := range team {
			if m.ID != member || !m.RegisteredGP {
				continue
			}
			if err := s.patients.SetGP(tx, id, ""); err != nil || member == "" {
				return err
			}
			at = time.Time{}
		}
		return s.patients.EndMember(tx, id, member, at)
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
