package testkit

import (
	"cmp"
	"fmt"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Person is somebody of a scenario: a professional, or a user of a service or of the desk.
type Person struct {
	h       *House
	Name    string
	Subject directory.Subject // zero for a user who is not in the directory himself
	Actor   actor.Actor
	Phone   string
	Account auth.AccountID
}

// Professional describes somebody to enrol. The zero values are a nurse of
// Corbeil-Essonnes who serves her commune at any hour.
type Professional struct {
	Name       string
	Profession nomenclature.ProfessionCode
	Commune    string
	Radius     float64
	Covers     []string
	Wakes      bool
	Acts       []nomenclature.ActCode
	Modes      []nomenclature.Mode
	Windows    []civil.Window
	Roles      []actor.Role
	Networks   []string
	Quiet      civil.Night
	// Structure is the cabinet worked in; Territory, when set, another one than that of the house.
	Structure string
	Territory territory.ID
}

// Nurse enrols a nurse of Corbeil-Essonnes.
func (h *House) Nurse(name string) *Person {
	h.T.Helper()
	return h.Professional(Professional{Name: name})
}

// Doctor enrols a GP of Corbeil-Essonnes.
func (h *House) Doctor(name string) *Person {
	h.T.Helper()
	return h.Professional(Professional{Name: name, Profession: nomenclature.GP})
}

// Professional enrols somebody with an account, a phone and a mailbox.
func (h *House) Professional(p Professional) *Person {
	h.T.Helper()
	h.people++
	who := &Person{h: h, Name: p.Name, Phone: fmt.Sprintf("+3363998%04d", h.people)}
	if p.Profession == "" {
		p.Profession = nomenclature.Nurse
	}
	commune := Commune(h, p.Commune)
	covers := []territory.CommuneCode{commune.Code}
	for _, c := range p.Covers {
		covers = append(covers, Commune(h, c).Code)
	}
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		added, err := directory.AddProfessional(tx, directory.Professional{
			Territory: cmp.Or(p.Territory, Territory), FamilyName: p.Name, GivenName: "Camille", Structure: p.Structure, RPPS: fmt.Sprintf("1000000%04d", h.people), Profession: p.Profession,
			Phone: directory.Phone(who.Phone), Email: fmt.Sprintf("p%d@example.org", h.people), Commune: commune.Code, Active: true,
			Practice: directory.Practice{Communes: covers, Radius: p.Radius, Acts: p.Acts, Modes: p.Modes, Wakes: p.Wakes, Windows: p.Windows, Networks: p.Networks, Quiet: p.Quiet},
		})
		if err != nil {
			return err
		}
		who.Subject = added.Subject()
		return h.addresses(tx, who)
	}))
	roles := p.Roles
	if len(roles) == 0 {
		roles = []actor.Role{actor.RoleProfessional}
	}
	who.account(auth.NewAccount{Name: "Camille " + p.Name, Roles: roles, Person: who.Subject.ID, Structure: p.Structure, Territory: p.Territory})
	return who
}

func (h *House) addresses(tx *db.Tx, who *Person) error {
	return h.Notify.SetAddresses(tx, notify.Subject{Kind: string(who.Subject.Kind), ID: who.Subject.ID}, []notify.Address{
		{Channel: notify.SMSChannel, Target: who.Phone},
		{Channel: notify.MailChannel, Target: fmt.Sprintf("p%d@example.org", h.people)},
	})
}

// account gives the person an account without password.
func (p *Person) account(n auth.NewAccount) {
	p.h.T.Helper()
	p.h.people++
	n.Login, n.Territory = fmt.Sprintf("user%d", p.h.people), cmp.Or(n.Territory, Territory)
	p.h.Must(p.h.DB.Update(p.h.As(actor.System("testkit")), func(tx *db.Tx) error {
		a, err := p.h.Auth.Create(tx, n)
		p.Account, p.Actor = a.ID, a.Actor()
		return err
	}))
}

// Structure describes a service, a company or a cabinet.
type Structure struct {
	Name       string
	Kind       directory.StructureKind
	Commune    string
	Profession nomenclature.ProfessionCode // as which it answers, or empty
	Wakes      bool
	Territory  territory.ID // another one than that of the house, when set
}

// Structure enrols a structure with one user.
func (h *House) Structure(s Structure) *Person {
	h.T.Helper()
	h.people++
	who := &Person{h: h, Name: s.Name, Phone: fmt.Sprintf("+3319900%04d", h.people)}
	commune := Commune(h, s.Commune)
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		added, err := directory.AddStructure(tx, directory.Structure{
			Territory: cmp.Or(s.Territory, Territory), Kind: s.Kind, Name: s.Name, Profession: s.Profession, Phone: directory.Phone(who.Phone), Commune: commune.Code, Active: true,
			Practice: directory.Practice{Communes: []territory.CommuneCode{commune.Code}, Wakes: s.Wakes},
		})
		if err != nil {
			return err
		}
		who.Subject = added.Subject()
		return h.addresses(tx, who)
	}))
	who.account(auth.NewAccount{Name: "Cadre de " + s.Name, Roles: []actor.Role{actor.RoleService}, Structure: who.Subject.ID, Territory: s.Territory})
	return who
}

// Ward enrols a hospital ward.
func (h *House) Ward(name string) *Person {
	h.T.Helper()
	return h.Structure(Structure{Name: name, Kind: directory.Ward})
}

// Supervisor enrols a supervisor of the desk.
func (h *House) Supervisor(role actor.Role) *Person {
	h.T.Helper()
	who := &Person{h: h, Name: string(role)}
	who.account(auth.NewAccount{Name: "Superviseur " + string(role), Roles: []actor.Role{role}, Structure: h.Desk})
	return who
}

// SupervisorOf enrols a supervisor of another territory.
func (h *House) SupervisorOf(of territory.ID, role actor.Role) *Person {
	h.T.Helper()
	who := &Person{h: h, Name: string(role) + " of " + of}
	who.account(auth.NewAccount{Name: "Superviseur " + string(role), Roles: []actor.Role{role}, Territory: of})
	return who
}

// Line makes a duty line with its members on duty for two days, in the order given.
func (h *House) Line(name string, profession nomenclature.ProfessionCode, mode rota.Mode, members ...*Person) rota.LineID {
	h.T.Helper()
	var id rota.LineID
	now := h.Clock.Now()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		l, err := rota.PutLine(tx, rota.DutyLine{Territory: Territory, Name: name, Profession: profession, Mode: mode, Active: true})
		if err != nil {
			return err
		}
		id = l.ID
		shifts := make([]rota.DutyShift, len(members))
		for i, m := range members {
			shifts[i] = rota.DutyShift{Line: l.ID, Subject: m.Subject, Rank: i + 1, From: now.Add(-time.Hour), To: now.Add(48 * time.Hour)}
		}
		return rota.PutShifts(tx, l.ID, now.Add(-time.Hour), now.Add(48*time.Hour), shifts)
	}))
	return id
}

// Commune finds a commune of the territory by its name, or any by its code; Corbeil-Essonnes for none.
func Commune(h *House, name string) territory.Commune {
	h.T.Helper()
	if c, ok := territory.CommuneOf(territory.CommuneCode(name)); ok {
		return c
	}
	if name == "" {
		name = "Corbeil-Essonnes"
	}
	found := territory.Search(name, geo.Point{Lat: 48.6, Lon: 2.45}, 1)
	if len(found) == 0 {
		h.T.Fatalf("no commune is called %q", name)
	}
	c, _ := territory.CommuneOf(found[0].Code)
	return c
}

// CorbeilEssonnes is where scenarios happen when they do not say.
const CorbeilEssonnes territory.CommuneCode = "91174"

// PatientIn is a fictional patient of a commune.
func PatientIn(commune territory.CommuneCode, family string) patient.Identity {
	return patient.Identity{
		FamilyName: family, GivenName: "Alix", BirthDate: civil.DayFrom(1960, time.May, 2), Sex: patient.UnknownSex, INSStatus: patient.INSProvisional, Fictitious: true,
		Phone: "+33639981234", Commune: commune, Street: "22 rue des Exemples", Floor: "2", Code: "4763", InsuranceScheme: "01",
	}
}

// Usual makes members the usual team of a patient, from now on.
func (h *House) Usual(id patient.ID, members ...*Person) {
	h.T.Helper()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		for _, m := range members {
			cards, err := directory.ByIDs(tx, []directory.Subject{m.Subject})
			if err != nil {
				return err
			}
			if _, err := h.Patients.AddMember(tx, id, patient.Member{Subject: m.Subject, Profession: cards[m.Subject].Profession}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Phones returns what a person's phone and mailbox received, oldest first.
func (p *Person) Phones() (out []fakephone.Message) {
	p.h.T.Helper()
	p.h.Must(p.h.DB.View(p.h.T.Context(), func(tx *db.Tx) error {
		all, err := fakephone.Messages(tx, p.Phone, 100)
		for i := len(all) - 1; i >= 0; i-- {
			out = append(out, all[i])
		}
		return err
	}))
	return out
}

// Inbox returns what a person was told in the house, newest first.
func (p *Person) Inbox() (out []notify.Entry) {
	p.h.T.Helper()
	p.h.Must(p.h.DB.View(p.h.T.Context(), func(tx *db.Tx) (err error) {
		out, err = p.h.Notify.Inbox(tx, notify.Page{Limit: 100}, notify.Subject{Kind: string(p.Subject.Kind), ID: p.Subject.ID})
		return err
	}))
	return out
}

// Told counts the entries of a topic in a person's inbox.
func (p *Person) Told(topic notify.Topic) int {
	p.h.T.Helper()
	n := 0
	for _, e := range p.Inbox() {
		if e.Topic == topic {
			n++
		}
	}
	return n
}

// DeskTold counts the entries of a topic in the inbox of the coordination desk.
func (h *House) DeskTold(topic notify.Topic) int {
	h.T.Helper()
	desk := Person{h: h, Subject: directory.Subject{Kind: directory.KindStructure, ID: h.Desk}}
	return desk.Told(topic)
}

// Known is somebody whose account was made by the house.
func (h *House) Known(account string) *Person {
	h.T.Helper()
	who := &Person{h: h, Account: auth.AccountID(account)}
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		a, err := auth.AccountByID(tx, who.Account)
		who.Name, who.Actor = a.Name, a.Actor()
		return err
	}))
	return who
}
