package patient

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// erasedName stands where the name of somebody whose file was erased stood.
const erasedName = "Dossier effacé"

// Resting is a file in which nothing happens any more.
type Resting struct {
	ID        ID
	Territory string
	// Last is the last thing that happened in it: what is counted from.
	Last  time.Time
	Birth civil.Day // zero when it is not known
	// Erased is when it was erased; zero while it is kept.
	Erased time.Time
}

// Resting returns one file as RestingIn does, whatever happened in it, erased or not.
func (g *Register) Resting(tx *db.Tx, id ID) (Resting, error) {
	row, err := g.row(tx, id)
	return Resting{ID: row.ID, Territory: row.Territory, Last: row.Updated, Birth: row.Identity.BirthDate, Erased: row.Erased}, err
}

// RestingIn returns at most limit files of a territory whose identity did not change since before and that come
// after an id, by id, with those merged into them counted as one. Births are read to count a term and nothing else, and no identity
// leaves the house: the reading of each is not recorded.
func (g *Register) RestingIn(tx *db.Tx, territory string, before time.Time, after ID, limit int) ([]Resting, error) {
	rows, err := db.All(tx, scanSealed, `SELECT `+patientColumns+` FROM patient WHERE territory = $1 AND updated < $2 AND erased = 0 AND merged_into = '' AND id > $3
		AND NOT EXISTS (SELECT 1 FROM patient c WHERE c.merged_into = patient.id AND c.merged_into <> '' AND c.updated >= $2) ORDER BY id LIMIT $4`,
		territory, db.Ms(before), after, int64(limit))
	out := make([]Resting, len(rows))
	for i, row := range rows {
		if err := g.unseal(tx, &row); err != nil {
			return nil, err
		}
		out[i] = Resting{ID: row.ID, Territory: row.Territory, Last: row.Updated, Birth: row.Identity.BirthDate}
	}
	return out, err
}

// Erase destroys everything that says who a person is or was written about him, of all his files: the key that sealed it.
// What could lead back to him without a key goes too: blind indexes, relatives, the usual team, what his identity was. His
// files stay, without him, for what must be kept: who did what, when, on what agreement. It never checks who asks.
func (g *Register) Erase(tx *db.Tx, id ID) error {
	all, err := Files(tx, id)
	if err != nil {
		return err
	}
	for _, file := range all {
		if err := g.vault.Destroy(tx, string(file)); err != nil {
			return err
		}
		err := tx.Write(`UPDATE patient SET identity = $2, name_index = $2, birth_index = $2, phone_index = $2, gp = '', version = version + 1, updated = $3, erased = $3 WHERE id = $1`,
			file, []byte{}, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		for _, table := range []string{"relative", "patient_version", "team_member", "break_glass"} {
			if err := tx.Write(`DELETE FROM `+table+` WHERE patient = $1`, file); err != nil {
				return err
			}
		}
		if err := g.audit.Record(tx, audit.Event{Action: "patient.erase", Object: "patient", ObjectID: string(file), Patient: string(file)}); err != nil {
			return err
		}
	}
	return nil
}
