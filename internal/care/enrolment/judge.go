package enrolment

import (
	"context"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// judges tells whether somebody judges an application: the clinical supervisor of its profession, or who administers its
// territory; an establishment, the latter alone.
func judges(who actor.Actor, a Application) bool {
	switch {
	case who.Has(actor.RolePlatformAdmin):
		return true
	case who.Territory == "" || who.Territory != string(a.Territory):
		return false
	case who.Has(actor.RoleTerritoryAdmin):
		return true
	}
	return a.Kind == Professional && directory.Supervises(who, a.Profession)
}

// judge returns who acts, refused unless he judges somebody.
func judge(ctx context.Context) (actor.Actor, error) {
	who, ok := actor.From(ctx)
	switch {
	case !ok:
		return who, fault.Unauthenticated("unauthenticated")
	case !who.Has(append([]actor.Role{actor.RolePlatformAdmin}, judging...)...):
		return who, fault.NotFound("page")
	}
	return who, nil
}

// listMost bounds the applications shown at once: the oldest first, the others come as these are judged.
const listMost = 50

// Waiting lists the applications of a territory, or of all of them when of is empty, that the actor judges and that wait, the
// oldest first; more tells that there are others.
func (s *Service) Waiting(ctx context.Context, of string) (list []Application, more bool, err error) {
	defer fault.Wrap(&err, "list applications")
	who, err := judge(ctx)
	if err != nil {
		return nil, false, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err := waiting(tx, of)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(all, func(a Application) bool { return !judges(who, a) })
		if more = len(list) > listMost; more {
			list = list[:listMost]
		}
		for i := range list {
			if err := s.open(tx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, more, err
}

// waiting lists what waits in a territory, or in all of them.
func waiting(tx *db.Tx, of string) ([]Application, error) {
	const where, order = `SELECT ` + columns + ` FROM application WHERE state IN ('submitted', 'reading')`, ` ORDER BY submitted, id`
	if of == "" {
		return db.All(tx, scan, where+order)
	}
	return db.All(tx, scan, where+` AND territory = $1`+order, of)
}

// CountWaiting counts what Waiting lists, for whoever judges; 0 for anybody else.
func (s *Service) CountWaiting(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "count applications")
	who, err := judge(ctx)
	if err != nil {
		return 0, nil //nolint:nilerr // for who judges nothing, nothing waits
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err := waiting(tx, who.Territory)
		n = len(slices.DeleteFunc(all, func(a Application) bool { return !judges(who, a) }))
		return err
	})
	return n, err
}

// Sight is an application with what its judge compares it with.
type Sight struct {
	Application
	// Known is a professional who already bears its RPPS number, or empty; LoginTaken, that an account has its mailbox.
	Known      string
	LoginTaken bool
	// Mistyped tells that the last digit of the RPPS number does not follow from the others.
	Mistyped  bool
	JudgeName string
}

// Show opens an application for who judges it; the first who does is written as the one who reads it.
func (s *Service) Show(ctx context.Context, id ID) (v Sight, err error) {
	defer fault.Wrap(&err, "show application %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, a, err := s.judged(tx, id)
		if err != nil {
			return err
		}
		if a.State == Submitted {
			a.State, a.Judge = Reading, who.Account
			if err := s.save(tx, &a); err != nil {
				return err
			}
		}
		v = Sight{Application: a}
		if err := v.compare(tx); err != nil {
			return err
		}
		return record(tx, a, "enrol.show", "")
	})
	return v, err
}

// compare looks for what the house knows already.
func (v *Sight) compare(tx *db.Tx) (err error) {
	if v.Judge != "" {
		account, err := auth.AccountByID(tx, auth.AccountID(v.Judge))
		if err != nil && fault.KindOf(err) != fault.KindNotFound {
			return err
		}
		v.JudgeName = account.Name
	}
	if v.Forgotten || v.Judged() {
		return nil
	}
	if p := v.Declared.Person; p != nil && p.RPPS != "" {
		v.Mistyped = !directory.RPPSLooksRight(p.RPPS)
		if v.Known, err = directory.PersonOfRPPS(tx, p.RPPS); err != nil {
			return err
		}
	}
	_, email := v.Declared.reach()
	_, err = auth.AccountByLogin(tx, email)
	if v.LoginTaken = err == nil; fault.KindOf(err) == fault.KindNotFound {
		err = nil
	}
	return err
}

// judged returns who acts and an application that he judges: it was submitted, or it does not exist for him.
func (s *Service) judged(tx *db.Tx, id ID) (actor.Actor, Application, error) {
	who, err := judge(tx.Context())
	if err != nil {
		return who, Application{}, err
	}
	a, err := s.one(tx, `id = $1`, id)
	if err == nil && (a.Submitted.IsZero() || !judges(who, a)) {
		err = fault.NotFound("enrol.not_found")
	}
	return who, a, err
}

// Card returns the photo of the card, for who judges. Each opening is traced.
func (s *Service) Card(ctx context.Context, id ID) (picture []byte, err error) {
	defer fault.Wrap(&err, "open the card of application %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		_, a, err := s.judged(tx, id)
		if err != nil {
			return err
		}
		if picture, err = s.openCard(tx, a); err != nil {
			return err
		}
		return record(tx, a, "enrol.card", "")
	})
	return picture, err
}

// Admit lets the applicant in: he becomes a person or structures of the directory, with an account whose login is his
// mailbox, and is sent the code that opens it, by the phone he proved. What is known already is refused with its own fault.
// Admitting twice changes nothing; an application that was refused is a conflict.
func (s *Service) Admit(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "admit application %s", id)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		who, a, err := s.judged(tx, id)
		switch {
		case err != nil:
			return err
		case a.State == Admitted:
			return nil
		case a.State == Refused:
			return fault.Conflict("enrol.judged")
		}
		code := ""
		if a.Kind == Establishment {
			code, err = s.admitHouse(tx, &a)
		} else {
			code, err = s.admitPerson(tx, &a)
		}
		if err != nil {
			return err
		}
		if err := s.decide(tx, &a, who, Admitted, ""); err != nil {
			return err
		}
		return s.tell(tx, a, byPhone, notify.EnrolAdmitted, map[string]string{notify.ParamCode: code})
	})
}

// Refuse closes an application with one of Reasons, which the applicant is told to come and read.
func (s *Service) Refuse(ctx context.Context, id ID, reason string) (err error) {
	defer fault.Wrap(&err, "refuse application %s", id)
	if !slices.Contains(Reasons, reason) {
		return fault.Invalid("enrol.no_reason", "reason")
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		who, a, err := s.judged(tx, id)
		switch {
		case err != nil:
			return err
		case a.State == Refused:
			return nil
		case a.State == Admitted:
			return fault.Conflict("enrol.judged")
		}
		if err := s.decide(tx, &a, who, Refused, reason); err != nil {
			return err
		}
		return s.tell(tx, a, byMail, notify.EnrolRefused, nil)
	})
}

func (s *Service) decide(tx *db.Tx, a *Application, who actor.Actor, state State, reason string) error {
	a.State, a.Judge, a.Reason, a.Decided = state, who.Account, reason, tx.Now()
	if err := s.save(tx, a); err != nil {
		return err
	}
	return record(tx, *a, "enrol.judge", string(state)+" "+reason+" "+a.Entry)
}

// admitPerson writes the professional, how he is told and his account.
func (s *Service) admitPerson(tx *db.Tx, a *Application) (code string, err error) {
	p, err := directory.AddProfessional(tx, *a.Declared.Person)
	if err != nil {
		return "", err
	}
	a.Entry = p.ID
	if err := s.reachAt(tx, p.ID, p.Phone, p.Email); err != nil {
		return "", err
	}
	account, code, err := s.auth.Admit(tx, auth.NewAccount{Login: p.Email, Name: p.Name(), Roles: []actor.Role{actor.RoleProfessional}, Person: p.ID, Territory: p.Territory})
	a.Account = string(account.ID)
	return code, err
}
