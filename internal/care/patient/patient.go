package patient

import (
	"maps"
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// ID names a patient.
type ID string

// Patient is one person cared for, decrypted.
type Patient struct {
	ID        ID
	Territory string
	Identity  Identity
	GP        string // registered GP in the directory, or empty
	Version   int64  // to be given back to Change
	Created   time.Time
	Updated   time.Time
	// Erased is when the file was; zero while it is kept.
	Erased time.Time
}

// Access says what an identity is opened for. Action is the act of the audit and
// Request the request it is opened from, when there is one.
type Access struct {
	Action  audit.Action
	Request string
}

// Register holds the patients. It may be used concurrently.
type Register struct {
	db    *db.DB
	vault *crypt.Vault
	audit *audit.Audit
}

// New returns the register of d.
func New(d *db.DB, v *crypt.Vault, a *audit.Audit) *Register {
	return &Register{db: d, vault: v, audit: a}
}

// sealed is one row of patient.
type sealed struct {
	Patient
	identity []byte
	into     ID // the file that is read in its place, or empty
}

const patientColumns = `id, territory, identity, commune, gp, version, created, updated, merged_into, erased`

func scanSealed(r db.Row) (s sealed, err error) {
	var created, updated, erased int64
	err = r.Scan(&s.ID, &s.Territory, &s.identity, &s.Identity.Commune, &s.GP, &s.Version, &created, &updated, &s.into, &erased)
	s.Created, s.Updated, s.Erased = db.At(created), db.At(updated), db.At(erased)
	return s, err
}

func identityPlace(id ID) crypt.Place {
	return crypt.Place{Table: "patient", Column: "identity", Row: string(id)}
}

// Create adds a patient of a territory and records it. It never checks who asks, and never
// looks for a file the person may already have: whoever creates asks Twin first. All
// the faults of the identity are returned, each with its field.
func (g *Register) Create(tx *db.Tx, territory string, i Identity) (ID, error) {
	i = i.Normalize()
	if err := i.Check(tx.Now()); err != nil {
		return "", err
	}
	id := ident.New[ID](tx.Now())
	identity, err := g.vault.SealJSON(tx, string(id), identityPlace(id), i)
	if err != nil {
		return "", err
	}
	name, birth, phone := g.indexes(i)
	err = tx.Write(`INSERT INTO patient (id, territory, identity, name_index, birth_index, phone_index, commune, gp, version, created, updated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', 1, $8, $8)`, id, territory, identity, name, birth, phone, i.Commune, db.Ms(tx.Now()))
	if err != nil {
		return "", err
	}
	return id, g.record(tx, Access{Action: "patient.create"}, id)
}

// Change replaces the identity of a patient read at version, keeps what it was, and
// records it. It never checks who asks. The relative to call stays as it is: PutRelative
// changes it. Somebody faster is a conflict, "patient.changed"; a
// file that has been merged into another one meanwhile too, "patient.merged".
func (g *Register) Change(tx *db.Tx, a Access, id ID, version int64, i Identity) error {
	i = i.Normalize()
	if err := i.Check(tx.Now()); err != nil {
		return err
	}
	was, err := db.One(tx, "patient.not_found", scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id = $1 FOR UPDATE`, id)
	if err != nil {
		return err
	}
	switch {
	case was.into != "":
		return fault.Conflict("patient.merged")
	case !was.Erased.IsZero():
		return fault.Conflict("patient.erased")
	case was.Version != version:
		return fault.Conflict("patient.changed")
	}
	if err := g.unseal(tx, &was); err != nil {
		return err
	}
	i.RelativeName, i.RelativePhone = was.Identity.RelativeName, was.Identity.RelativePhone
	if err := i.CheckAfter(was.Identity.Normalize()); err != nil {
		return err
	}
	if err := g.keepVersion(tx, was.Patient); err != nil {
		return err
	}
	if err := g.replace(tx, i, id); err != nil {
		return err
	}
	return g.record(tx, a.or("patient.change"), id)
}

// replace writes an identity that may be kept.
func (g *Register) replace(tx *db.Tx, i Identity, id ID) error {
	identity, err := g.vault.SealJSON(tx, string(id), identityPlace(id), i)
	if err != nil {
		return err
	}
	name, birth, phone := g.indexes(i)
	return tx.Write(`UPDATE patient SET identity = $1, name_index = $2, birth_index = $3, phone_index = $4, commune = $5, version = version + 1, updated = $6
		WHERE id = $7`, identity, name, birth, phone, i.Commune, db.Ms(tx.Now()), id)
}

// indexes are blind: of the name used, of the name at birth, of the phone that reaches him.
// One that has nothing to tell is empty, and is never searched for.
func (g *Register) indexes(i Identity) (name, birth, phone []byte) {
	name, birth, phone = g.nameIndex(i.FamilyName, i.GivenName, i.BirthDate), []byte{}, []byte{}
	if i.BirthName != "" {
		birth = g.nameIndex(i.BirthName, i.GivenName, i.BirthDate)
	}
	if p := i.CallPhone(); p != "" {
		phone = g.phoneIndex(p)
	}
	return name, birth, phone
}

func (g *Register) nameIndex(family, given string, birth civil.Day) []byte {
	return g.vault.Index("patient.name", nameKeys(family, given, birth)...)
}

func (g *Register) phoneIndex(p directory.Phone) []byte {
	return g.vault.Index("patient.phone", string(p))
}

// Open decrypts a patient and records the reading; a file merged into another one opens
// as that one. It never checks who asks.
func (g *Register) Open(tx *db.Tx, a Access, id ID) (Patient, error) {
	row, err := g.row(tx, id)
	if err != nil {
		return Patient{}, err
	}
	return row.Patient, g.record(tx, a.or("patient.open"), row.ID)
}

// row decrypts the file that is read in place of id.
func (g *Register) row(tx *db.Tx, id ID) (sealed, error) {
	const one = `SELECT ` + patientColumns + ` FROM patient WHERE id = $1`
	row, err := db.One(tx, "patient.not_found", scanSealed, one, id)
	if err == nil && row.into != "" {
		row, err = db.One(tx, "patient.not_found", scanSealed, one, row.into)
	}
	if err != nil {
		return row, err
	}
	return row, g.unseal(tx, &row)
}

func (g *Register) unseal(tx *db.Tx, row *sealed) error {
	if !row.Erased.IsZero() {
		row.Identity.FamilyName = erasedName
		return nil
	}
	return g.vault.OpenJSON(tx, string(row.ID), identityPlace(row.ID), row.identity, &row.Identity)
}

// OpenAll decrypts several patients, each under the id it was asked by, and records each
// reading. Those that do not exist are not in the result.
func (g *Register) OpenAll(tx *db.Tx, a Access, ids []ID) (map[ID]Patient, error) {
	out, err := g.rows(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(out)) {
		if err := g.record(tx, a.or("patient.open"), out[id].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rows decrypts, for each id, the file that is read in its place.
func (g *Register) rows(tx *db.Tx, ids []ID) (map[ID]Patient, error) {
	out := make(map[ID]Patient, len(ids))
	read, err := Survivors(tx, ids)
	if err != nil || len(read) == 0 {
		return out, err
	}
	wanted := slices.Sorted(maps.Values(read))
	wanted = slices.Compact(wanted)
	rows, err := db.All(tx, scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id IN `+db.In(1, len(wanted))+` ORDER BY id`, db.Args(wanted)...)
	if err != nil {
		return nil, err
	}
	people := make(map[ID]Patient, len(rows))
	for _, row := range rows {
		if err := g.unseal(tx, &row); err != nil {
			return nil, err
		}
		people[row.ID] = row.Patient
	}
	for id, survivor := range read {
		out[id] = people[survivor]
	}
	return out, nil
}

// CommuneOf returns where a patient lives, which is not nominative.
func CommuneOf(tx *db.Tx, id ID) (territory.CommuneCode, error) {
	return db.One(tx, "patient.not_found", db.Value[territory.CommuneCode],
		`SELECT commune FROM patient WHERE id = (SELECT `+survivor+` FROM patient WHERE id = $1)`, id)
}

// TerritoryOf returns the territory a patient belongs to.
func TerritoryOf(tx *db.Tx, id ID) (string, error) {
	return db.One(tx, "patient.not_found", db.Value[string], `SELECT territory FROM patient WHERE id = $1`, id)
}

// or gives the act its default name.
func (a Access) or(action audit.Action) Access {
	if a.Action == "" {
		a.Action = action
	}
	return a
}

func (g *Register) record(tx *db.Tx, a Access, id ID) error {
	return g.audit.Record(tx, audit.Event{Action: a.Action, Object: "patient", ObjectID: string(id), Patient: string(id), Request: a.Request})
}
