package demo

import (
	"fmt"
	"strconv"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// founding makes everybody, in one transaction for each part. Its counters give each
// person a number, a mailbox and a login that nobody else has.
type founding struct {
	h    House
	tx   *db.Tx
	d    dice
	size Size
	all  []territory.Commune // of both territories
	in   map[territory.ID][]territory.Commune

	people, mobiles, lines int
	mails, logins          map[string]int
	full                   map[string]bool // first and last names already given

	// What later parts look for.
	professionals []directory.Professional
	structures    map[string]directory.Structure    // by name and parent
	order         []string                          // their keys, as they were made
	known         map[string]directory.Professional // personas, by slug
	followed      []patient.ID                      // the patients their doctors know, the one of the storyline first
}

// mobile is the next fictional mobile number: 06 39 98 xx xx.
func (e *founding) mobile() directory.Phone {
	e.mobiles++
	return directory.Phone(fmt.Sprintf("+3363998%04d", e.mobiles))
}

// landline is the next fictional number of an office: 01 99 00 xx xx.
func (e *founding) landline() directory.Phone {
	e.lines++
	return directory.Phone(fmt.Sprintf("+3319900%04d", e.lines))
}

// rpps is a number in the form of the national register that the register never gave:
// none of its numbers begins with 999.
func (e *founding) rpps() string {
	e.people++
	return fmt.Sprintf("999%08d", e.people*104729%100_000_000)
}

// once makes a word unique by a number at its end.
func once(taken map[string]int, word string) string {
	taken[word]++
	if n := taken[word]; n > 1 {
		return word + strconv.Itoa(n)
	}
	return word
}

// slug is a name as it stands in a mailbox: helene.marchand.
func slug(words ...string) string {
	return strings.ReplaceAll(fold.Key(strings.Join(words, " ")), " ", ".")
}

func (e *founding) mail(words ...string) string {
	return once(e.mails, slug(words...)) + "@example.org"
}

// name draws a first and a last name that nobody has yet.
func (e *founding) name(sex, generations string) (given, family string) {
	for {
		given, family = e.d.given(sex, generations), e.d.family()
		if key := given + " " + family; !e.full[key] {
			e.full[key] = true
			return given, family
		}
	}
}

// professional enrols one person with his ways to be told and his account.
func (e *founding) professional(p directory.Professional, login string) (directory.Professional, error) {
	p.RPPS, p.Phone = e.rpps(), e.mobile()
	if p.Email == "" {
		p.Email = e.mail(p.GivenName, p.FamilyName)
	}
	if p.Street == "" {
		p.Street = e.d.street()
	}
	added, err := directory.AddProfessional(e.tx, p)
	if err != nil {
		return added, fmt.Errorf("%s: %w", p.Name(), err)
	}
	if err := directory.SetSecureMail(e.tx, added.ID, secureMail(added)); err != nil {
		return added, err
	}
	ways := []notify.Address{{Channel: notify.SMSChannel, Target: string(added.Phone)}}
	if login != "" || e.d.chance(0.12) {
		ways = append(ways, notify.Address{Channel: notify.MailChannel, Target: added.Email})
	}
	if err := e.h.Notify.SetAddresses(e.tx, subjectOf(added.Subject()), ways); err != nil {
		return added, err
	}
	if login == "" {
		login = once(e.logins, slug(p.GivenName, p.FamilyName))
	}
	account := auth.NewAccount{Login: login, Name: added.Name(), Roles: []actor.Role{actor.RoleProfessional}, Person: added.ID, Territory: added.Territory}
	if s, ok := e.byID(added.Structure); ok && s.Kind != directory.Cabinet && s.Kind != directory.HealthCentre {
		account.Structure = s.ID
	}
	_, err = e.h.Auth.Create(e.tx, account)
	e.professionals = append(e.professionals, added)
	return added, err
}

func (e *founding) byID(id string) (directory.Structure, bool) {
	for _, s := range e.structures {
		if id != "" && s.ID == id {
			return s, true
		}
	}
	return directory.Structure{}, false
}

// user is somebody who works in a structure without being of the directory.
type user struct {
	login string
	name  string
	role  string // what he is there: « sage-femme coordinatrice »
	roles []actor.Role
}

// structure enrols one structure with its users. Without users, nobody acts for it.
func (e *founding) structure(s directory.Structure, users ...user) (directory.Structure, error) {
	s.Phone, s.Email = e.landline(), e.mail(s.Name)
	if s.Street == "" {
		s.Street = e.d.street()
	}
	added, err := directory.AddStructure(e.tx, s)
	if err != nil {
		return added, fmt.Errorf("%s: %w", s.Name, err)
	}
	key := added.Name + " " + added.Parent
	e.structures[key], e.order = added, append(e.order, key)
	if len(users) == 0 {
		return added, nil
	}
	ways := []notify.Address{{Channel: notify.SMSChannel, Target: string(e.mobile())}, {Channel: notify.MailChannel, Target: added.Email}}
	if added.Kind == directory.Ward {
		ways = ways[1:] // a ward reads its mailbox: its telephone stands on a desk
	}
	if err := e.h.Notify.SetAddresses(e.tx, subjectOf(added.Subject()), ways); err != nil {
		return added, err
	}
	for _, u := range users {
		if err := e.user(added, u); err != nil {
			return added, err
		}
	}
	return added, nil
}

func (e *founding) user(of directory.Structure, u user) error {
	if u.name == "" {
		sex := pick(e.d, []string{"F", "F", "M"})
		given, family := e.name(sex, "bc")
		u.name = given + " " + family
	}
	if len(u.roles) == 0 {
		u.roles = []actor.Role{actor.RoleService}
	}
	if u.login == "" {
		u.login = once(e.logins, slug(u.name))
	}
	_, err := directory.AddMember(e.tx, directory.Member{Structure: of.ID, Name: u.name, Role: u.role, Phone: of.Phone, Email: e.mail(u.name)})
	if err != nil {
		return fmt.Errorf("%s: %w", u.name, err)
	}
	_, err = e.h.Auth.Create(e.tx, auth.NewAccount{Login: u.login, Name: u.name, Roles: u.roles, Structure: of.ID, Territory: of.Territory})
	return err
}

// team gives a patient somebody he is used to.
func (e *founding) team(id patient.ID, members ...directory.Professional) error {
	for _, m := range members {
		if _, err := e.h.Patients.AddMember(e.tx, id, patient.Member{Subject: m.Subject(), Profession: m.Profession}); err != nil {
			return err
		}
	}
	return nil
}
