package directory

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Professional is a person who may be asked and may ask.
type Professional struct {
	ID         string
	Territory  territory.ID
	Civility   string // « Dr », or empty
	FamilyName string
	GivenName  string
	// Sex is F, M or empty: it only decides how the profession is written.
	Sex   string
	RPPS  string
	ADELI string
	// Profession decides which requests come; Specialty is the code of a doctor's.
	Profession nomenclature.ProfessionCode
	Specialty  string
	// Structure is the id of the cabinet or service worked in, or empty.
	Structure string
	Phone     Phone
	Email     string
	Street    string
	Commune   territory.CommuneCode
	// Point is the place of work; the centre of the commune when it is not known better.
	Point   geo.Point
	Active  bool
	Created time.Time
	Practice
}

// Subject is the professional as somebody who may be asked.
func (p Professional) Subject() Subject { return Subject{KindProfessional, p.ID} }

// Name is « Dr Anne Dupont ».
func (p Professional) Name() string { return fullName(p.Civility, p.GivenName, p.FamilyName) }

// Label is the profession as the person bears it.
func (p Professional) Label() string { return label(p.Profession, p.Sex) }

// Normalize puts every field in the form it is stored in and returns every fault, each with its field.
func (p *Professional) Normalize() error {
	var l fault.List
	p.Civility, p.FamilyName, p.GivenName = fullName(p.Civility), fullName(p.FamilyName), fullName(p.GivenName)
	l.Add(checkText("directory.name", "family_name", p.FamilyName, true))
	l.Add(checkText("directory.given_name", "given_name", p.GivenName, true))
	l.Add(checkText("directory.long", "civility", p.Civility, false))
	if p.Sex != "" && p.Sex != "F" && p.Sex != "M" {
		l.Add(fault.Invalid("directory.sex", "sex"))
	}
	l.Add(checkRPPS(&p.RPPS))
	l.Add(checkADELI(&p.ADELI))
	if prof, ok := nomenclature.ProfessionOf(p.Profession); !ok || prof.Structure {
		l.Add(fault.Invalid("directory.profession", "profession"))
	}
	if p.Territory == "" {
		l.Add(fault.Invalid("directory.territory", "territory"))
	}
	l = append(l, checkContact(&p.Phone, &p.Email, &p.Street, p.Commune, &p.Point)...)
	l = append(l, fault.Fields(p.check(p.Profession))...)
	l = append(l, fault.Fields(checkWindows(p.Windows))...)
	return l.Err()
}

// checkContact normalizes what persons and structures have alike.
func checkContact(phone *Phone, email, street *string, commune territory.CommuneCode, point *geo.Point) fault.List {
	var l fault.List
	number, err := ParsePhone(string(*phone))
	if err != nil || number != "" && !number.French() {
		l.Add(fault.Invalid("directory.phone", "phone"))
	}
	*phone = number
	*email = strings.TrimSpace(*email)
	l.Add(checkEmail(*email))
	*street = strings.Join(strings.Fields(*street), " ")
	l.Add(checkText("directory.long", "street", *street, false))
	c, ok := territory.CommuneOf(commune)
	if !ok {
		l.Add(fault.Invalid("directory.commune", "commune", "code", string(commune)))
	}
	if point.IsZero() {
		*point = c.Point
	} else if !point.Valid() {
		l.Add(fault.Invalid("directory.point", "point"))
	}
	return l
}

func checkText(code, field, text string, needed bool) *fault.Error {
	if needed && text == "" || tooLong(text) || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fault.Invalid(code, field, "max", maxText)
	}
	return nil
}

func checkEmail(text string) *fault.Error {
	if text != "" && !IsEmail(text) {
		return fault.Invalid("directory.email", "email")
	}
	return nil
}

// IsEmail tells whether text is the address of a mailbox, and nothing else.
func IsEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && !tooLong(text) && strings.Contains(text[strings.LastIndexByte(text, '@'):], ".")
}

// checkRPPS accepts 11 digits, written with or without spaces.
func checkRPPS(text *string) *fault.Error {
	*text = strings.Join(strings.Fields(*text), "")
	if *text != "" && (len(*text) != 11 || strings.ContainsFunc(*text, notDigit)) {
		return fault.Invalid("directory.rpps", "rpps")
	}
	return nil
}

// checkADELI accepts 9 digits; the département of Corsica is 2A or 2B.
func checkADELI(text *string) *fault.Error {
	*text = strings.ToUpper(strings.Join(strings.Fields(*text), ""))
	if *text == "" {
		return nil
	}
	digits := *text
	if strings.HasPrefix(digits, "2A") || strings.HasPrefix(digits, "2B") {
		digits = "20" + digits[2:]
	}
	if len(digits) != 9 || strings.ContainsFunc(digits, notDigit) {
		return fault.Invalid("directory.adeli", "adeli")
	}
	return nil
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// AddProfessional writes a new professional, made active, with his windows; absences are added apart. It
// checks what is written and not who asks. A known RPPS is refused.
func AddProfessional(tx *db.Tx, p Professional) (Professional, error) {
	if err := p.Normalize(); err != nil {
		return p, err
	}
	if p.RPPS != "" {
		_, known, err := db.Find(tx, db.Value[string], `SELECT id FROM professional WHERE rpps = $1 AND rpps <> ''`, p.RPPS)
		if err != nil {
			return p, err
		}
		if known {
			return p, fault.Conflict("directory.rpps_known").At("rpps")
		}
	}
	if p.ID == "" {
		p.ID = ident.New[string](tx.Now())
	}
	p.Active, p.Created = true, tx.Now()
	text, err := p.profileText()
	if err != nil {
		return p, err
	}
	err = tx.Write(`INSERT INTO professional (id, territory, civility, family_name, given_name, folded, sex, rpps, adeli, profession, specialty, structure,
		phone, email, street, commune, lat, lon, radius_km, profile, busy_until, open_until, active, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		p.ID, p.Territory, p.Civility, p.FamilyName, p.GivenName, p.folded(), p.Sex, p.RPPS, p.ADELI, string(p.Profession), p.Specialty, p.Structure,
		string(p.Phone), p.Email, p.Street, string(p.Commune), p.Point.Lat, p.Point.Lon, p.Radius, text, db.Ms(p.BusyUntil), db.Ms(p.OpenUntil), p.Active, db.Ms(p.Created))
	if err != nil {
		return p, err
	}
	if err := counted(tx, p.Territory, p.Profession); err != nil {
		return p, err
	}
	if err := writeCoverage(tx, p.ID, p.Profession, p.Communes); err != nil {
		return p, err
	}
	return p, writeWindows(tx, p.ID, p.Windows)
}

// folded is what a search reads; it sorts by family name.
func (p Professional) folded() string { return fold.Key(p.FamilyName + " " + p.GivenName) }

// ProfessionalOf returns a professional with his whole practice; NotFound when there is none.
func ProfessionalOf(tx *db.Tx, id string) (Professional, error) {
	p, err := db.One(tx, "directory.not_found", scanProfessional, `SELECT id, territory, civility, family_name, given_name, sex, rpps, adeli, profession, specialty,
		structure, phone, email, street, commune, lat, lon, radius_km, profile, busy_until, open_until, active, created FROM professional WHERE id = $1`, id)
	if err != nil {
		return p, err
	}
	return p, p.readTimes(tx, id)
}

func scanProfessional(r db.Row) (p Professional, err error) {
	var text string
	var busy, open, created int64
	err = r.Scan(&p.ID, &p.Territory, &p.Civility, &p.FamilyName, &p.GivenName, &p.Sex, &p.RPPS, &p.ADELI, &p.Profession, &p.Specialty,
		&p.Structure, &p.Phone, &p.Email, &p.Street, &p.Commune, &p.Point.Lat, &p.Point.Lon, &p.Radius, &text, &busy, &open, &p.Active, &created)
	if err != nil {
		return p, err
	}
	p.BusyUntil, p.OpenUntil, p.Created = db.At(busy), db.At(open), db.At(created)
	return p, p.readProfile(text)
}

// readTimes adds the communes, the windows and the absences not over of a subject.
func (p *Practice) readTimes(tx *db.Tx, subject string) (err error) {
	if p.Communes, err = coverageOf(tx, subject); err != nil {
		return err
	}
	times, err := timesOf(tx, []string{subject})
	for _, t := range times {
		if t.kind == kindWindow {
			p.Windows = append(p.Windows, t.window)
		} else {
			p.Absences = append(p.Absences, t.absence)
		}
	}
	return err
}
