package demo

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// cast is who may act, read once from the house.
type cast struct {
	persons    map[string][]auth.Account // by professional
	structures map[string][]auth.Account // by structure, of those who are not in the directory
	followed   []follow
	subjects   map[string]subject
	byTrade    map[nomenclature.ProfessionCode][]subject
	wards      map[string][]subject // by name
	operators  []auth.Account
}

// subject is a professional or a structure with where it is.
type subject struct {
	directory.Subject
	name       string
	territory  territory.ID
	profession nomenclature.ProfessionCode
	commune    territory.CommuneCode
	kind       directory.StructureKind
}

// follow is a patient with his registered GP and his usual nurse, when he has them.
type follow struct {
	patient   patient.ID
	commune   territory.CommuneCode
	gp, nurse string
}

// readCast reads everybody.
func readCast(ctx context.Context, h House) (*cast, error) {
	accounts, err := h.Auth.List(as(ctx))
	if err != nil {
		return nil, err
	}
	c := &cast{
		persons: map[string][]auth.Account{}, structures: map[string][]auth.Account{}, subjects: map[string]subject{},
		byTrade: map[nomenclature.ProfessionCode][]subject{}, wards: map[string][]subject{},
	}
	for _, a := range accounts {
		switch {
		case a.Closed:
		case a.Person != "":
			c.persons[a.Person] = append(c.persons[a.Person], a)
		case slices.Contains(a.Roles, actor.RoleOperator):
			c.operators = append(c.operators, a)
		case a.Structure != "":
			c.structures[a.Structure] = append(c.structures[a.Structure], a)
		}
	}
	return c, h.DB.View(ctx, c.read)
}

func (c *cast) read(tx *db.Tx) error {
	people, err := db.All(tx, scanSubject, `SELECT 'professional', id, given_name || ' ' || family_name, territory, profession, commune, '' FROM professional WHERE active = TRUE ORDER BY created, id`)
	if err != nil {
		return err
	}
	teams, err := db.All(tx, scanSubject, `SELECT 'structure', id, name, territory, profession, commune, kind FROM structure WHERE active = TRUE ORDER BY created, id`)
	if err != nil {
		return err
	}
	for _, s := range append(people, teams...) {
		c.subjects[s.ID] = s
		if s.profession != "" {
			c.byTrade[s.profession] = append(c.byTrade[s.profession], s)
		}
		if s.kind == directory.Ward {
			c.wards[s.name] = append(c.wards[s.name], s)
		}
	}
	c.followed, err = db.All(tx, func(r db.Row) (f follow, err error) {
		return f, r.Scan(&f.patient, &f.commune, &f.gp, &f.nurse)
	}, `SELECT p.id, p.commune, p.gp, COALESCE((SELECT MIN(m.subject) FROM team_member m WHERE m.patient = p.id AND m.profession = $1 AND m.until = 0), '')
		FROM patient p WHERE p.gp <> '' ORDER BY p.created, p.id`, string(nomenclature.Nurse))
	return err
}

func scanSubject(r db.Row) (s subject, err error) {
	return s, r.Scan(&s.Kind, &s.ID, &s.name, &s.territory, &s.profession, &s.commune, &s.kind)
}

// accountsOf lists who acts for a subject.
func (c *cast) accountsOf(s directory.Subject) []auth.Account {
	if s.Kind == directory.KindStructure {
		return c.structures[s.ID]
	}
	return c.persons[s.ID]
}

// recent is how long a session that was not used still counts as somebody who plays.
const recent = 30 * time.Minute

// playing reads the accounts that somebody plays.
func playing(tx *db.Tx) (map[auth.AccountID]bool, error) {
	ids, err := db.All(tx, db.Value[auth.AccountID], `SELECT account FROM session WHERE seen > $1 AND expires > $2`, db.Ms(tx.Now().Add(-recent)), db.Ms(tx.Now()))
	out := make(map[auth.AccountID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
