package testkit

import (
	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/security/auth"
)

// Member enrols somebody else who works for a service: an account of his own, and no card in the directory.
func (h *House) Member(of *Person, name string) *Person {
	h.T.Helper()
	who := &Person{h: h, Name: name, Subject: of.Subject, Phone: of.Phone}
	who.account(auth.NewAccount{Name: name, Roles: []actor.Role{actor.RoleService}, Structure: of.Subject.ID})
	return who
}

// Rule changes one setting of the territory.
func (h *House) Rule(key, value string) {
	h.T.Helper()
	by := actor.Actor{Account: "testkit", Name: "testkit", Territory: Territory, Roles: []actor.Role{actor.RoleTerritoryAdmin}}
	_, err := h.Territories.Save(h.As(by), Territory, territory.Edit{Values: map[string]string{key: value}})
	h.Must(err)
}

// Takes looks after r.
func (p *Person) Takes(r request.Request) supervise.Owner {
	p.h.T.Helper()
	o, err := p.h.Supervise.Take(p.Ctx(), r.ID)
	p.h.Must(err)
	return o
}

// Watches reads a page of the console.
func (p *Person) Watches(q supervise.Query) supervise.Page {
	p.h.T.Helper()
	page, err := p.h.Supervise.Console(p.Ctx(), q)
	p.h.Must(err)
	return page
}
