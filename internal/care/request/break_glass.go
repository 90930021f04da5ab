package request

import (
	"context"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
)

// BreakGlass opens the texts of a patient of the territory to somebody who supervises or operates it and does not read
// them otherwise, for the time the territory chose. He proved himself lately and says why; the registered GP and the
// supervisors are told at once, and the trail of the patient holds it. For anybody else the patient does not exist.
func (s *Service) BreakGlass(ctx context.Context, id patient.ID, g patient.Glass) (err error) {
	defer fault.Wrap(&err, "break glass on %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		of, err := patient.TerritoryOf(tx, id)
		switch {
		case err != nil:
			return err
		case of != who.Territory || !who.Supervises() && !who.Has(actor.RoleOperator):
			return fault.NotFound("patient.not_found")
		case !who.Fresh(tx.Now()):
			return fault.Forbidden("auth.prove")
		}
		settings, err := territory.SettingsOf(tx, of)
		if err != nil {
			return err
		}
		g.Until = tx.Now().Add(settings.GlassFor)
		if err := s.patients.BreakGlass(tx, id, g); err != nil {
			return err
		}
		return s.tellGlass(tx, who, of, id)
	})
	return s.audit.Refusal(ctx, audit.Event{Action: "patient.break_glass", Object: "patient", ObjectID: string(id), Patient: string(id)}, err)
}

// tellGlass tells the registered GP and the other supervisors of the territory.
func (s *Service) tellGlass(tx *db.Tx, who actor.Actor, of string, id patient.ID) error {
	team, err := patient.TeamOf(tx, id)
	if err != nil {
		return err
	}
	var told []notify.Notice
	tell := func(to notify.Subject) {
		if !slices.ContainsFunc(told, func(n notify.Notice) bool { return n.Subject == to }) {
			told = append(told, notify.Notice{Territory: of, Subject: to, Topic: notify.PatientGlass, Urgent: true})
		}
	}
	for _, m := range team {
		if m.RegisteredGP && m.Subject.ID != "" && m.Subject.ID != who.Person {
			tell(notify.Subject{Kind: string(m.Subject.Kind), ID: m.Subject.ID})
		}
	}
	accounts, err := auth.AccountsHolding(tx, of, actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if string(a.ID) == who.Account {
			continue
		}
		to, err := s.notify.OwnerOf(tx, a)
		if err != nil {
			return err
		}
		tell(to)
	}
	return s.notify.Tell(tx, told...)
}
