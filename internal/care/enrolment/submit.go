package enrolment

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/security/auth"
)

// CardMost is the size of the largest photo of a card, in bytes.
const CardMost = 8 << 20

// Mine returns the application that a browser holds; NotFound when there is none.
func (s *Service) Mine(ctx context.Context, token string) (a Application, err error) {
	defer fault.Wrap(&err, "read one's application")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		a, err = s.read(tx, `token = $1 AND token <> ''`, hashOf(token))
		return err
	})
	return a, err
}

// AddCard keeps the photo of the professional card: a picture by what it holds, written anew without what it said of itself.
func (s *Service) AddCard(ctx context.Context, token string, photo []byte) (err error) {
	defer fault.Wrap(&err, "add the photo of a card")
	clean, err := media.Clean(ctx, photo, CardMost)
	for _, f := range fault.Fields(err) {
		f.Field = "card"
	}
	if err != nil {
		return err
	}
	if !clean.Type.Picture() {
		return fault.Invalid("enrol.card_picture", "card")
	}
	return s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		if !a.Open() {
			return fault.Conflict("enrol.submitted")
		}
		if err := s.keepCard(tx, a, ident.New[string](tx.Now()), clean.Bytes); err != nil {
			return err
		}
		return s.save(tx, a)
	})
}

// SetPractice says where, when and for what a professional accepts to be asked.
func (s *Service) SetPractice(ctx context.Context, token string, practice directory.Practice) (err error) {
	defer fault.Wrap(&err, "set the practice of an application")
	return s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		if !a.Open() || a.Declared.Person == nil {
			return fault.Conflict("enrol.submitted")
		}
		practice.Networks = a.Declared.Person.Networks
		a.Declared.Person.Practice = practice
		if err := a.Declared.Person.Normalize(); err != nil {
			return err
		}
		return s.save(tx, a)
	})
}

// Submit gives the application to those who judge, who are told. Both texts are accepted, which is kept with their
// version. What is missing is refused, each with its field.
func (s *Service) Submit(ctx context.Context, token string, charter, privacy bool) (err error) {
	defer fault.Wrap(&err, "submit an application")
	return s.with(ctx, token, func(tx *db.Tx, a *Application) error {
		if !a.Open() {
			return nil
		}
		var l fault.List
		for _, missing := range a.Missing() {
			l.Add(fault.Invalid("enrol.missing_"+missing, missing))
		}
		if !charter {
			l.Add(fault.Invalid("enrol.charter", "charter"))
		}
		if !privacy {
			l.Add(fault.Invalid("enrol.privacy", "privacy"))
		}
		if err := l.Err(); err != nil {
			return err
		}
		a.State, a.Submitted, a.Accepted = Submitted, tx.Now(), tx.Now()
		a.Charter, a.Privacy = CharterVersion, PrivacyVersion
		if err := s.save(tx, a); err != nil {
			return err
		}
		if err := record(tx, *a, "enrol.submit", "charter "+a.Charter+" privacy "+a.Privacy); err != nil {
			return err
		}
		return s.tellJudges(tx, *a)
	})
}

// judging are the roles that judge some application.
var judging = []actor.Role{actor.RoleSupervisorDoctor, actor.RoleSupervisorNurse, actor.RoleSupervisorMidwife, actor.RoleTerritoryAdmin}

// tellJudges tells whoever judges the application that it waits.
func (s *Service) tellJudges(tx *db.Tx, a Application) error {
	accounts, err := auth.AccountsHolding(tx, string(a.Territory), judging...)
	if err != nil {
		return err
	}
	var notices []notify.Notice
	for _, x := range accounts {
		if !judges(x.Actor(), a) {
			continue
		}
		subject, err := s.notify.OwnerOf(tx, x)
		if err != nil {
			return err
		}
		notices = append(notices, notify.Notice{Territory: string(a.Territory), Subject: subject, Topic: notify.EnrolWaiting, Lang: x.Lang})
	}
	return s.notify.Tell(tx, notices...)
}
