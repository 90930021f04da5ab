package patient

import (
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/ident"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Version is what an identity was until somebody changed it.
type Version struct {
	Number   int64
	Identity Identity
	// Until is when it was replaced; Account and Name say by whom.
	Until   time.Time
	Account string
	Name    string
}

func versionPlace(row string) crypt.Place {
	return crypt.Place{Table: "patient_version", Column: "identity", Row: row}
}

// keepVersion seals what p was, under the name of who is replacing it.
func (g *Register) keepVersion(tx *db.Tx, p Patient) error {
	row := ident.New[string](tx.Now())
	identity, err := g.vault.SealJSON(tx, string(p.ID), versionPlace(row), versioned(p.Identity))
	if err != nil {
		return err
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	return tx.Write(`INSERT INTO patient_version (id, patient, version, identity, account, name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		row, p.ID, p.Version, identity, by.Account, by.Name, db.Ms(tx.Now()))
}

// versionedIdentity carries the commune, which an identity keeps beside itself.
type versionedIdentity struct {
	Identity
	Commune string `json:"commune"`
}

func versioned(i Identity) versionedIdentity { return versionedIdentity{i, string(i.Commune)} }

// Versions opens what the identity of a patient was before each change, the last first, and
// records the reading. It never checks who asks.
func (g *Register) Versions(tx *db.Tx, a Access, id ID) ([]Version, error) {
	type sealedVersion struct {
		Version
		row      string
		identity []byte
	}
	rows, err := db.All(tx, func(r db.Row) (v sealedVersion, err error) {
		var at int64
		err = r.Scan(&v.row, &v.Number, &v.identity, &v.Account, &v.Name, &at)
		v.Until = db.At(at)
		return v, err
	}, `SELECT id, version, identity, account, name, at FROM patient_version WHERE patient = $1 ORDER BY version DESC`, id)
	if err != nil {
		return nil, err
	}
	out := make([]Version, len(rows))
	for n, r := range rows {
		var was versionedIdentity
		if err := g.vault.OpenJSON(tx, string(id), versionPlace(r.row), r.identity, &was); err != nil {
			return nil, err
		}
		out[n] = r.Version
		out[n].Identity = was.Identity
		out[n].Identity.Commune = territory.CommuneCode(was.Commune)
	}
	return out, g.record(tx, a.or("patient.versions"), id)
}
