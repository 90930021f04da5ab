package enrolment

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// admitHouse writes the establishment, its wards, and the account of who manages its users.
func (s *Service) admitHouse(tx *db.Tx, a *Application) (code string, err error) {
	h := a.Declared.House
	house, err := directory.AddStructure(tx, h.Structure)
	if err != nil {
		return "", err
	}
	a.Entry = house.ID
	for _, name := range h.Wards {
		if _, err := addWard(tx, house, name); err != nil {
			return "", err
		}
	}
	r := h.Referent
	account, code, err := s.addUser(tx, house, r, actor.RoleStructureManager)
	a.Account = string(account.ID)
	return code, err
}

// addWard writes a ward of an establishment, at its place.
func addWard(tx *db.Tx, house directory.Structure, name string) (directory.Structure, error) {
	return directory.AddStructure(tx, directory.Structure{
		Territory: house.Territory, Kind: directory.Ward, Parent: house.ID, Name: name, Phone: house.Phone, Street: house.Street, Commune: house.Commune, Point: house.Point,
	})
}

// addUser writes somebody who works in a structure, and his account; its login is his mailbox, where he is told of it.
func (s *Service) addUser(tx *db.Tx, of directory.Structure, r Referent, role actor.Role) (account auth.Account, code string, err error) {
	if _, err = directory.AddMember(tx, directory.Member{Structure: of.ID, Name: r.Name, Role: r.Role, Phone: r.Phone, Email: r.Email}); err != nil {
		return account, "", err
	}
	account, code, err = s.auth.Admit(tx, auth.NewAccount{Login: r.Email, Name: r.Name, Roles: []actor.Role{role}, Structure: of.ID, Territory: of.Territory})
	if err != nil {
		return account, "", err
	}
	return account, code, s.reachAt(tx, string(account.ID), r.Phone, r.Email)
}

// normalize writes the phone as the directory does, and refuses one that is not a mobile, or a mailbox that is none.
func (r *Referent) normalize() error {
	var l fault.List
	number, err := directory.ParsePhone(string(r.Phone))
	if err != nil || !number.Mobile() {
		l.Add(fault.Invalid("enrol.phone", "phone"))
	}
	if !directory.IsEmail(r.Email) {
		l.Add(fault.Invalid("enrol.email", "email"))
	}
	r.Phone = number
	return l.Err()
}

// reachAt writes where a person or an account is told: on a phone and in a mailbox.
func (s *Service) reachAt(tx *db.Tx, subject string, phone directory.Phone, mail string) error {
	ways := []notify.Address{{Channel: notify.SMSChannel, Target: string(phone)}, {Channel: notify.MailChannel, Target: mail}}
	return s.notify.SetAddresses(tx, notify.Subject{Kind: notify.Professional, ID: subject}, ways)
}

// tellCode sends the code that opens an account.
func (s *Service) tellCode(tx *db.Tx, account auth.Account, code string) error {
	return s.notify.Tell(tx, notify.Notice{
		Territory: account.Territory, Subject: notify.Subject{Kind: notify.Professional, ID: string(account.ID)}, Topic: notify.EnrolAdmitted,
		Params: map[string]string{notify.ParamCode: code}, Urgent: true,
	})
}

// Ward is a ward, or the establishment itself, with the accounts that act for it.
type Ward struct {
	directory.Structure
	Users []auth.Account
}

// managed returns the establishment whose users the actor manages; for anybody else none exists.
func managed(tx *db.Tx) (directory.Structure, error) {
	who, ok := actor.From(tx.Context())
	switch {
	case !ok:
		return directory.Structure{}, fault.Unauthenticated("unauthenticated")
	case !who.Has(actor.RoleStructureManager) || who.Structure == "":
		return directory.Structure{}, fault.NotFound("directory.not_found")
	}
	return directory.StructureOf(tx, who.Structure)
}

// ward returns a ward of the establishment that the actor manages, or the establishment.
func ward(tx *db.Tx, id string) (directory.Structure, error) {
	house, err := managed(tx)
	if err != nil || house.ID == id {
		return house, err
	}
	w, err := directory.StructureOf(tx, id)
	if err == nil && w.Parent != house.ID {
		err = fault.NotFound("directory.not_found")
	}
	return w, err
}

// Users lists the wards of the establishment that the actor manages, itself first, each with the accounts that act for it.
func (s *Service) Users(ctx context.Context) (house directory.Structure, wards []Ward, err error) {
	defer fault.Wrap(&err, "list the users of an establishment")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if house, err = managed(tx); err != nil {
			return err
		}
		all, err := directory.ServicesOf(tx, house.ID)
		if err != nil {
			return err
		}
		for _, w := range append([]directory.Structure{house}, all...) {
			users, err := auth.AccountsOfStructure(tx, w.ID)
			if err != nil {
				return err
			}
			wards = append(wards, Ward{w, users})
		}
		return nil
	})
	return house, wards, err
}

// AddWard adds a ward to the establishment that the actor manages.
func (s *Service) AddWard(ctx context.Context, name string) (err error) {
	defer fault.Wrap(&err, "add a ward")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		house, err := managed(tx)
		if err != nil {
			return err
		}
		_, err = addWard(tx, house, name)
		return err
	})
}

// AddUser gives somebody an account that acts for a ward of the establishment that the actor manages; he is sent
// the code that opens it on his phone.
func (s *Service) AddUser(ctx context.Context, id string, r Referent) (err error) {
	defer fault.Wrap(&err, "add a user")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if by, ok := actor.From(ctx); ok && !by.Fresh(tx.Now()) {
			return fault.Forbidden("auth.prove")
		}
		w, err := ward(tx, id)
		if err != nil {
			return err
		}
		if err := r.normalize(); err != nil {
			return err
		}
		account, code, err := s.addUser(tx, w, r, actor.RoleService)
		if err != nil {
			return err
		}
		return s.tellCode(tx, account, code)
	})
}

// CloseUser ends the account of a user of the establishment that the actor manages, at once; never his own.
func (s *Service) CloseUser(ctx context.Context, id auth.AccountID) (err error) {
	defer fault.Wrap(&err, "close a user")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		by, _ := actor.From(ctx)
		if !by.Fresh(tx.Now()) {
			return fault.Forbidden("auth.prove")
		}
		account, err := auth.AccountByID(tx, id)
		if err != nil {
			return err
		}
		if _, err := ward(tx, account.Structure); err != nil {
			return err
		}
		if account.Person != "" || string(account.ID) == by.Account {
			return fault.NotFound("auth.account")
		}
		return s.auth.End(tx, account)
	})
}
