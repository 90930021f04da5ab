package patient

import (
	"fmt"

	"entractes/internal/base/civil"
	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Candidate is a patient already known under what was typed. It holds only what was
// typed: whoever searches learns that the person is known, and nothing about him.
type Candidate struct {
	ID         ID
	FamilyName string
	GivenName  string
	BirthDate  civil.Day
	Phone      directory.Phone
}

// candidatesMax bounds a search: exact traits shared by more people are no search.
const candidatesMax = 20

// Find returns the patients of a territory whose name, used or at birth, given name and
// birth date are exactly these, accents and case apart. All three are needed: with one
// missing, nobody is found. It records the search, without what was typed.
func (g *Register) Find(tx *db.Tx, territory, family, given string, birth civil.Day) ([]Candidate, error) {
	if fold.Key(family) == "" || fold.Key(given) == "" || birth.IsZero() {
		return nil, nil
	}
	return g.find(tx, Candidate{FamilyName: family, GivenName: given, BirthDate: birth}, "identity",
		`SELECT DISTINCT `+survivor+` FROM patient WHERE territory = $1 AND (name_index = $2 OR birth_index = $2) ORDER BY 1 LIMIT $3`,
		territory, g.nameIndex(family, given, birth), int64(candidatesMax))
}

// FindByPhone returns the patients of a territory reached by a phone, theirs or their
// relative's when they have none. A phone that cannot be read finds nobody. It records
// the search, without what was typed.
func (g *Register) FindByPhone(tx *db.Tx, territory string, phone directory.Phone) ([]Candidate, error) {
	read, err := directory.ParsePhone(string(phone))
	if err != nil || read == "" {
		return nil, nil //nolint:nilerr // a text that is no phone is nobody's
	}
	return g.find(tx, Candidate{Phone: read}, "phone",
		`SELECT DISTINCT `+survivor+` FROM patient WHERE territory = $1 AND phone_index = $2 ORDER BY 1 LIMIT $3`, territory, g.phoneIndex(read), int64(candidatesMax))
}

func (g *Register) find(tx *db.Tx, typed Candidate, by, q string, args ...any) ([]Candidate, error) {
	ids, err := db.All(tx, db.Value[ID], q, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Candidate, len(ids))
	events := []audit.Event{{Action: "patient.search", Object: "patient", Detail: fmt.Sprintf("by %s, %d found", by, len(ids))}}
	for n, id := range ids {
		out[n] = typed
		out[n].ID = id
		events = append(events, audit.Event{Action: "patient.found", Object: "patient", ObjectID: string(id), Patient: string(id), Detail: "by " + by})
	}
	return out, g.audit.RecordAll(tx, events)
}
