package patient

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

// Sex is the one of the national identity.
type Sex string

// The sexes.
const (
	Female     Sex = "female"
	Male       Sex = "male"
	UnknownSex Sex = "unknown"
)

// Identity is who somebody is and how to reach him. FamilyName is the name he uses.
type Identity struct {
	FamilyName string    `json:"family_name"`
	BirthName  string    `json:"birth_name,omitempty"`
	GivenName  string    `json:"given_name"`
	BirthDate  civil.Day `json:"birth_date"`
	BirthPlace string    `json:"birth_place,omitempty"`
	Sex        Sex       `json:"sex"`

	// The other strict traits of the national rules: the first given name at birth, all of
	// them in order, and the code of the commune or country of birth. GivenName is the one he uses.
	FirstName      string     `json:"first_name,omitempty"`
	GivenNames     string     `json:"given_names,omitempty"`
	BirthPlaceCode string     `json:"birth_place_code,omitempty"`
	BirthKnown     BirthKnown `json:"birth_known,omitempty"`

	Phone         directory.Phone `json:"phone,omitempty"`
	RelativeName  string          `json:"relative_name,omitempty"` // somebody to call when the patient has no phone
	RelativePhone directory.Phone `json:"relative_phone,omitempty"`

	Commune    territory.CommuneCode `json:"-"` // kept in clear beside the identity
	Street     string                `json:"street,omitempty"`
	Building   string                `json:"building,omitempty"`
	Floor      string                `json:"floor,omitempty"`
	Door       string                `json:"door,omitempty"`
	Code       string                `json:"code,omitempty"` // that opens the entrance
	NameOnDoor string                `json:"name_on_door,omitempty"`

	FileNumber      string    `json:"file_number,omitempty"`      // at the requester's
	InsuranceScheme string    `json:"insurance_scheme,omitempty"` // a code of the nomenclature
	INSStatus       INSStatus `json:"ins_status"`
	// Fictitious and Doubtful are attributes of the national rules: each keeps the
	// identity provisional, and they exclude each other.
	Fictitious bool  `json:"fictitious,omitempty"`
	Doubtful   bool  `json:"doubtful,omitempty"`
	INS        INS   `json:"ins,omitzero"`
	Proof      Proof `json:"proof,omitzero"`
}

// Longest texts, in characters.
const (
	nameMax   = 100
	streetMax = 200
	shortMax  = 60
)

// oldest is the age nobody has passed.
const oldest = 125

// Normalize trims texts, writes phones in the international form when they can be read, and fills what
// has a default. It refuses nothing: Check does.
func (i Identity) Normalize() Identity {
	for _, text := range []*string{
		&i.FamilyName, &i.BirthName, &i.GivenName, &i.BirthPlace, &i.RelativeName, &i.Street, &i.Building, &i.Floor,
		&i.Door, &i.Code, &i.NameOnDoor, &i.FileNumber, &i.InsuranceScheme, &i.FirstName, &i.GivenNames, &i.BirthPlaceCode,
	} {
		if len(*text) <= 4*streetMax { // longer ones are refused as they are
			*text = strings.Join(strings.Fields(*text), " ")
		}
	}
	for _, phone := range []*directory.Phone{&i.Phone, &i.RelativePhone} {
		if read, err := directory.ParsePhone(string(*phone)); err == nil {
			*phone = read
		}
	}
	if i.Sex == "" {
		i.Sex = UnknownSex
	}
	if i.INSStatus == "" {
		i.INSStatus = INSProvisional
	}
	if i.INS = i.INS.Normalize(); i.INS.Matricule == "" {
		i.INS = INS{} // the kind of a number that is not there
	}
	i.BirthPlaceCode, i.Proof = strings.ToUpper(i.BirthPlaceCode), i.Proof.of(i.INSStatus)
	return i
}

// Check returns all the faults of an identity typed at now, each with its field; nil when it may be kept.
func (i Identity) Check(now time.Time) error {
	var l fault.List
	i = i.Normalize()
	l.Add(checkName("family_name", i.FamilyName, true))
	l.Add(checkName("birth_name", i.BirthName, false))
	l.Add(checkName("given_name", i.GivenName, true))
	today := civil.DayOf(now, civil.ZoneOf(string(i.Commune)).Loc)
	l.Add(checkBirth(i.BirthDate, today))
	l = append(l, i.checkTraits()...)
	if i.Sex != Female && i.Sex != Male && i.Sex != UnknownSex {
		l.Add(fault.Invalid("patient.sex", "sex"))
	}
	l.Add(checkPhone("phone", i.Phone))
	l.Add(checkPhone("relative_phone", i.RelativePhone))
	if _, ok := territory.CommuneOf(i.Commune); !ok {
		l.Add(fault.Invalid("patient.commune", "commune"))
	}
	for _, t := range []struct {
		field, text string
		max         int
	}{
		{"birth_place", i.BirthPlace, nameMax}, {"relative_name", i.RelativeName, nameMax}, {"street", i.Street, streetMax},
		{"building", i.Building, shortMax}, {"floor", i.Floor, shortMax}, {"door", i.Door, shortMax}, {"code", i.Code, shortMax},
		{"name_on_door", i.NameOnDoor, nameMax}, {"file_number", i.FileNumber, shortMax},
	} {
		l.Add(checkText(t.field, t.text, t.max))
	}
	if _, ok := nomenclature.InsuranceSchemeOf(i.InsuranceScheme); i.InsuranceScheme != "" && !ok {
		l.Add(fault.Invalid("patient.insurance_scheme", "insurance_scheme"))
	}
	l = append(l, i.checkINS(today)...)
	return l.Err()
}

// checkName wants at least one letter, and nothing that is not written in a name.
func checkName(field, name string, needed bool) *fault.Error {
	if name == "" && !needed {
		return nil
	}
	if name == "" {
		return fault.Invalid("patient."+field+"_missing", field)
	}
	if f := checkText(field, name, nameMax); f != nil {
		return f
	}
	if !strings.ContainsFunc(name, unicode.IsLetter) || strings.ContainsFunc(name, unicode.IsDigit) {
		return fault.Invalid("patient.name", field)
	}
	return nil
}

// checkText refuses what is too long and what a page or a database could not hold.
func checkText(field, text string, longest int) *fault.Error {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return fault.Invalid("patient.characters", field)
	}
	if utf8.RuneCountInString(text) > longest {
		return fault.Invalid("patient.too_long", field, "max", longest)
	}
	return nil
}

func checkPhone(field string, p directory.Phone) *fault.Error {
	if _, err := directory.ParsePhone(string(p)); err != nil {
		return fault.Invalid("patient.phone", field)
	}
	return nil
}

// checkBirth refuses a birth after today or before anybody alive.
func checkBirth(birth, today civil.Day) *fault.Error {
	const field = "birth_date"
	switch {
	case birth.IsZero():
		return fault.Invalid("patient.birth_date_missing", field)
	case civil.DayFrom(birth.Year, birth.Month, birth.Day) != birth:
		return fault.Invalid("patient.birth_date", field)
	case today.Before(birth):
		return fault.Invalid("patient.birth_date_future", field)
	case birth.YearsUntil(today) > oldest:
		return fault.Invalid("patient.birth_date_old", field, "years", oldest)
	}
	return nil
}

// FullName is « Jeanne DUPONT ».
func (i Identity) FullName() string {
	return strings.TrimSpace(i.GivenName + " " + strings.ToUpper(i.FamilyName))
}

// NameOnly leaves the names and the commune: what a member of the usual team reads when he is asked.
func (i Identity) NameOnly() Identity {
	return Identity{FamilyName: i.FamilyName, GivenName: i.GivenName, Sex: i.Sex, Commune: i.Commune, INSStatus: i.INSStatus, Fictitious: i.Fictitious}
}

// ShortName is « J. DUPONT », for lists that others may glimpse.
func (i Identity) ShortName() string {
	var b strings.Builder
	inWord := false
	for _, r := range i.GivenName {
		letter := unicode.IsLetter(r) || unicode.Is(unicode.Mn, r)
		if letter && !inWord {
			b.WriteRune(unicode.ToUpper(r))
			b.WriteByte('.')
		}
		if r == '-' || r == ' ' {
			b.WriteRune(r)
		}
		inWord = letter || inWord && r != '-' && r != ' '
	}
	return strings.TrimSpace(b.String() + " " + strings.ToUpper(i.FamilyName))
}

// CallPhone is the number to call: the patient's, or his relative's when he has none.
func (i Identity) CallPhone() directory.Phone {
	if i.Phone != "" {
		return i.Phone
	}
	return i.RelativePhone
}

// nameKeys are the values of the blind index of one of his names.
func nameKeys(family, given string, birth civil.Day) []string {
	return []string{fold.Key(family), fold.Key(given), birth.String()}
}
