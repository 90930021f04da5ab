package enrolment

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// ID names an application.
type ID string

// Kind is who applies.
type Kind string

// The kinds of applicant.
const (
	Professional  Kind = "professional"
	Establishment Kind = "establishment"
)

// State is where an application stands, as doc.go draws it.
type State string

// The states.
const (
	Invited   State = "invited"
	Begun     State = "begun"
	Submitted State = "submitted"
	Reading   State = "reading" // somebody who judges has opened it
	Admitted  State = "admitted"
	Refused   State = "refused"
)

// Versions of the texts that are accepted. A change of a text wants a new version: a test compares.
const (
	CharterVersion = "2026-11"
	PrivacyVersion = "2026-11"
)

// Reasons of a refusal, each the sentence "enrol.reason." + code.
var Reasons = []string{"identity", "card", "territory", "profession", "known", "other"}

// Application is somebody who asks to be let in.
type Application struct {
	ID         ID
	Territory  territory.ID
	Kind       Kind
	Profession nomenclature.ProfessionCode // of a professional
	State      State
	Declared   Declared
	// Forgotten tells that what was declared is no longer kept.
	Forgotten bool
	HasCard   bool
	// PhoneProved, MailProved, Accepted, Submitted and Decided are zero until it happens.
	PhoneProved time.Time
	MailProved  time.Time
	Accepted    time.Time
	Charter     string
	Privacy     string
	Submitted   time.Time
	Decided     time.Time
	Created     time.Time
	Touched     time.Time
	Judge       string // account
	Reason      string // of Reasons
	// Entry is the professional or the structure that it became, Account the account.
	Entry   string
	Account string

	sealed     []byte
	card       string
	phoneIndex []byte
	origin     []byte
	phone      proof
	mail       proof
	inviter    string
}

// Declared is what an applicant says. Person is that of a professional; House, that of an establishment.
type Declared struct {
	Person *directory.Professional `json:"person,omitempty"`
	House  *House                  `json:"house,omitempty"`
}

// House is an establishment that applies, with the person who will manage its users.
type House struct {
	directory.Structure
	Wards    []string
	Referent Referent
}

// Referent manages the users of an establishment. His phone and his mailbox are those that are proved.
type Referent struct {
	Name  string
	Role  string // what he is there: « cadre de santé »
	Phone directory.Phone
	Email string
}

// Name is how the applicant is called.
func (d Declared) Name() string {
	switch {
	case d.Person != nil:
		return d.Person.Name()
	case d.House != nil:
		return d.House.Name
	}
	return ""
}

// reach is the phone and the mailbox that are proved.
func (d Declared) reach() (directory.Phone, string) {
	switch {
	case d.Person != nil:
		return d.Person.Phone, d.Person.Email
	case d.House != nil:
		return d.House.Referent.Phone, d.House.Referent.Email
	}
	return "", ""
}

// kind tells who declares.
func (d Declared) kind() Kind {
	if d.House != nil {
		return Establishment
	}
	return Professional
}

// Open tells whether the applicant may still change it.
func (a Application) Open() bool { return a.State == Begun }

// Judged tells whether somebody decided.
func (a Application) Judged() bool { return a.State == Admitted || a.State == Refused }

// Missing lists what is wanted before it may be submitted: phone, mail, card.
func (a Application) Missing() (out []string) {
	if a.PhoneProved.IsZero() {
		out = append(out, "phone")
	}
	if a.MailProved.IsZero() {
		out = append(out, "mail")
	}
	if a.Kind == Professional && !a.HasCard {
		out = append(out, "card")
	}
	return out
}

// normalize puts what was declared in the form it is stored in, and finds its territory: the oldest that holds the
// commune of the place of work and lets people enrol by themselves, or any for who was invited.
func (d *Declared) normalize(tx *db.Tx, invited bool) (territory.ID, error) {
	var commune territory.CommuneCode
	switch {
	case d.Person != nil:
		commune = d.Person.Commune
	case d.House != nil:
		commune = d.House.Commune
	}
	at, l := openTerritory(tx, commune, invited)
	switch {
	case d.Person != nil:
		d.Person.Territory = at
		l = append(l, fault.Fields(d.Person.Normalize())...)
		l = append(l, checkNumbers(*d.Person)...)
	case d.House != nil:
		d.House.Territory = at
		l = append(l, d.House.normalize()...)
	}
	phone, email := d.reach()
	if phone == "" || !phone.Mobile() {
		l.Add(fault.Invalid("enrol.phone", "phone"))
	}
	if email == "" {
		l.Add(fault.Invalid("enrol.email", "email"))
	}
	return at, unique(l).Err()
}

// openTerritory finds where somebody who works in a commune applies.
func openTerritory(tx *db.Tx, commune territory.CommuneCode, invited bool) (territory.ID, fault.List) {
	if commune == "" {
		return "", fault.List{fault.Invalid("enrol.commune", "commune")}
	}
	all, err := territory.Holding(tx, commune)
	for _, t := range all {
		var settings territory.Settings
		if settings, err = territory.SettingsOf(tx, t.ID); err == nil && (invited || settings.EnrolOpen) {
			return t.ID, nil
		}
	}
	if err != nil {
		return "", fault.Fields(err)
	}
	return "", fault.List{fault.Invalid("enrol.territory", "commune")}
}

// unique keeps one fault by field: the first says what to do.
func unique(l fault.List) fault.List {
	seen := map[string]bool{}
	return slices.DeleteFunc(l, func(e *fault.Error) bool {
		again := seen[e.Field]
		seen[e.Field] = e.Field != ""
		return again || e.Code == "directory.territory"
	})
}

// checkNumbers wants the RPPS number of whoever has one, and takes the ADELI number of the others only.
func checkNumbers(p directory.Professional) (l fault.List) {
	profession, ok := nomenclature.ProfessionOf(p.Profession)
	switch {
	case !ok:
	case !profession.Dispatchable:
		l.Add(fault.Invalid("directory.profession", "profession"))
	case profession.Nomenclature != "" && p.RPPS == "":
		l.Add(fault.Invalid("enrol.rpps", "rpps"))
	}
	return l
}

const (
	mostWards = 60
	longest   = 200
)

func (h *House) normalize() (l fault.List) {
	l = append(l, fault.Fields(h.Structure.Normalize())...)
	if h.FINESS == "" {
		l.Add(fault.Invalid("enrol.finess", "finess"))
	}
	var wards []string
	for _, w := range h.Wards {
		if w = strings.Join(strings.Fields(w), " "); w != "" && !slices.Contains(wards, w) {
			wards = append(wards, w)
		}
		if utf8.RuneCountInString(w) > longest {
			l.Add(fault.Invalid("directory.long", "wards", "max", longest))
		}
	}
	h.Wards = wards
	if len(wards) == 0 || len(wards) > mostWards {
		l.Add(fault.Invalid("enrol.wards", "wards", "max", mostWards))
	}
	h.Referent.Name = strings.Join(strings.Fields(h.Referent.Name), " ")
	h.Referent.Role = strings.Join(strings.Fields(h.Referent.Role), " ")
	if h.Referent.Name == "" || utf8.RuneCountInString(h.Referent.Name) > longest || utf8.RuneCountInString(h.Referent.Role) > longest {
		l.Add(fault.Invalid("directory.name", "referent", "max", longest))
	}
	number, err := directory.ParsePhone(string(h.Referent.Phone))
	if err != nil {
		l.Add(fault.Invalid("directory.phone", "phone"))
	}
	h.Referent.Phone, h.Referent.Email = number, strings.TrimSpace(h.Referent.Email)
	if !directory.IsEmail(h.Referent.Email) {
		l.Add(fault.Invalid("directory.email", "email"))
	}
	return l
}
