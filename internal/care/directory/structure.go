package directory

import (
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/base/ident"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// StructureKind tells what a structure is.
type StructureKind string

// The kinds of structure.
const (
	Establishment StructureKind = "establishment" // a hospital, a clinic
	Ward          StructureKind = "ward"          // a service of an establishment
	Cabinet       StructureKind = "cabinet"
	HealthCentre  StructureKind = "health_centre"
	Company       StructureKind = "company" // ambulances, equipment
	SOSMedecins   StructureKind = "sos_medecins"
	Laboratory    StructureKind = "laboratory"
	Imaging       StructureKind = "imaging"
	Pharmacy      StructureKind = "pharmacy"
	HomeService   StructureKind = "home_service" // SSIAD, SAAD, HAD
	CallDesk      StructureKind = "call_desk"
	OtherKind     StructureKind = "other"
)

var structureKinds = map[StructureKind]bool{
	Establishment: true, Ward: true, Cabinet: true, HealthCentre: true, Company: true, SOSMedecins: true, Laboratory: true,
	Imaging: true, Pharmacy: true, HomeService: true, CallDesk: true, OtherKind: true,
}

// Structure is a place or a team that asks, answers as one resource, or both.
type Structure struct {
	ID        string
	Territory territory.ID
	Kind      StructureKind
	// Parent is the id of the establishment of a ward, or empty.
	Parent string
	Name   string
	// Profession is the one as which it answers; empty when it only asks.
	Profession nomenclature.ProfessionCode
	FINESS     string
	Phone      Phone
	// Extension is the inner number to ask for.
	Extension string
	Email     string
	Street    string
	Commune   territory.CommuneCode
	Point     geo.Point
	Active    bool
	Created   time.Time
	Practice
}

// Subject is the structure as somebody who may be asked.
func (s Structure) Subject() Subject { return Subject{KindStructure, s.ID} }

// Member is a named user of a structure; several may answer for it.
type Member struct {
	ID        string
	Structure string
	Name      string
	// Role is what he is there: « sage-femme coordinatrice ».
	Role   string
	Phone  Phone
	Email  string
	Active bool
}

// Normalize puts every field in the form it is stored in and returns every fault, each with its field.
func (s *Structure) Normalize() error {
	var l fault.List
	s.Name = fullName(s.Name)
	l.Add(checkText("directory.name", "name", s.Name, true))
	if !structureKinds[s.Kind] {
		l.Add(fault.Invalid("directory.kind", "kind"))
	}
	if s.Profession != "" {
		if _, ok := nomenclature.ProfessionOf(s.Profession); !ok {
			l.Add(fault.Invalid("directory.profession", "profession"))
		}
	}
	s.FINESS = strings.ToUpper(strings.Join(strings.Fields(s.FINESS), ""))
	if s.FINESS != "" && len(s.FINESS) != 9 {
		l.Add(fault.Invalid("directory.finess", "finess"))
	}
	s.Extension = strings.Join(strings.Fields(s.Extension), "")
	if len(s.Extension) > 10 || strings.ContainsFunc(s.Extension, notDigit) {
		l.Add(fault.Invalid("directory.extension", "extension"))
	}
	if s.Territory == "" {
		l.Add(fault.Invalid("directory.territory", "territory"))
	}
	l = append(l, checkContact(&s.Phone, &s.Email, &s.Street, s.Commune, &s.Point)...)
	l = append(l, fault.Fields(s.check(s.Profession))...)
	l = append(l, fault.Fields(checkWindows(s.Windows))...)
	return l.Err()
}

// AddStructure writes a new structure, made active. It checks what is written and not who asks.
func AddStructure(tx *db.Tx, s Structure) (Structure, error) {
	if err := s.Normalize(); err != nil {
		return s, err
	}
	if s.Parent != "" {
		if _, ok, err := db.Find(tx, db.Value[string], `SELECT id FROM structure WHERE id = $1`, s.Parent); err != nil {
			return s, err
		} else if !ok {
			return s, fault.Invalid("directory.parent", "parent")
		}
	}
	if s.ID == "" {
		s.ID = ident.New[string](tx.Now())
	}
	s.Active, s.Created = true, tx.Now()
	text, err := s.profileText()
	if err != nil {
		return s, err
	}
	err = tx.Write(`INSERT INTO structure (id, territory, kind, parent, name, folded, profession, finess, phone, extension, email, street, commune,
		lat, lon, radius_km, profile, busy_until, open_until, active, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
		s.ID, s.Territory, string(s.Kind), s.Parent, s.Name, fold.Key(s.Name), string(s.Profession), s.FINESS, string(s.Phone), s.Extension, s.Email, s.Street, string(s.Commune),
		s.Point.Lat, s.Point.Lon, s.Radius, text, db.Ms(s.BusyUntil), db.Ms(s.OpenUntil), s.Active, db.Ms(s.Created))
	if err != nil {
		return s, err
	}
	if err := counted(tx, s.Territory, s.Profession); err != nil {
		return s, err
	}
	if err := writeCoverage(tx, s.ID, s.Profession, s.Communes); err != nil {
		return s, err
	}
	return s, writeWindows(tx, s.ID, s.Windows)
}

const structureColumns = `id, territory, kind, parent, name, profession, finess, phone, extension, email, street, commune,
	lat, lon, radius_km, profile, busy_until, open_until, active, created`

// StructureOf returns a structure with its whole practice; NotFound when there is none.
func StructureOf(tx *db.Tx, id string) (Structure, error) {
	s, err := db.One(tx, "directory.not_found", scanStructure, `SELECT `+structureColumns+` FROM structure WHERE id = $1`, id)
	if err != nil {
		return s, err
	}
	return s, s.readTimes(tx, id)
}

// StructuresIn lists the active structures of a kind in a territory by name, without communes nor times.
func StructuresIn(tx *db.Tx, of territory.ID, kind StructureKind) ([]Structure, error) {
	return db.All(tx, scanStructure, `SELECT `+structureColumns+` FROM structure WHERE territory = $1 AND kind = $2 AND active = TRUE ORDER BY folded, id`, of, string(kind))
}

// ServicesOf lists the active structures whose parent is id by name, without communes nor times.
func ServicesOf(tx *db.Tx, id string) ([]Structure, error) {
	return db.All(tx, scanStructure, `SELECT `+structureColumns+` FROM structure WHERE parent = $1 AND parent <> '' AND active = TRUE ORDER BY folded, id`, id)
}

func scanStructure(r db.Row) (s Structure, err error) {
	var text string
	var busy, open, created int64
	err = r.Scan(&s.ID, &s.Territory, &s.Kind, &s.Parent, &s.Name, &s.Profession, &s.FINESS, &s.Phone, &s.Extension, &s.Email, &s.Street, &s.Commune,
		&s.Point.Lat, &s.Point.Lon, &s.Radius, &text, &busy, &open, &s.Active, &created)
	if err != nil {
		return s, err
	}
	s.BusyUntil, s.OpenUntil, s.Created = db.At(busy), db.At(open), db.At(created)
	return s, s.readProfile(text)
}

// AddMember writes a new user of a structure. It checks what is written and not who asks.
func AddMember(tx *db.Tx, m Member) (Member, error) {
	var l fault.List
	m.Name, m.Role, m.Email = fullName(m.Name), fullName(m.Role), strings.TrimSpace(m.Email)
	l.Add(checkText("directory.name", "name", m.Name, true))
	l.Add(checkText("directory.long", "role", m.Role, false))
	number, err := ParsePhone(string(m.Phone))
	if err != nil || number != "" && !number.French() {
		l.Add(fault.Invalid("directory.phone", "phone"))
	}
	l.Add(checkEmail(m.Email))
	if err := l.Err(); err != nil {
		return m, err
	}
	if _, err := db.One(tx, "directory.not_found", db.Value[string], `SELECT id FROM structure WHERE id = $1`, m.Structure); err != nil {
		return m, err
	}
	m.Phone, m.Active = number, true
	if m.ID == "" {
		m.ID = ident.New[string](tx.Now())
	}
	err = tx.Write(`INSERT INTO member (id, structure, name, role, phone, email, active) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		m.ID, m.Structure, m.Name, m.Role, string(m.Phone), m.Email, m.Active)
	return m, err
}

// MembersOf lists the active users of a structure by name.
func MembersOf(tx *db.Tx, structure string) ([]Member, error) {
	return db.All(tx, func(r db.Row) (m Member, err error) {
		err = r.Scan(&m.ID, &m.Structure, &m.Name, &m.Role, &m.Phone, &m.Email, &m.Active)
		return m, err
	}, `SELECT id, structure, name, role, phone, email, active FROM member WHERE structure = $1 AND active = TRUE ORDER BY name, id`, structure)
}
