package directory

import (
	"slices"

	"entractes/internal/infra/db"
)

// The cards of both tables, in columns alike.
const (
	professionalCards = `SELECT 'professional', p.id, p.territory, p.civility || ' ' || p.given_name || ' ' || p.family_name, p.profession, p.sex, COALESCE(s.name, ''),
		p.phone, '', p.email, p.commune, p.active, p.folded FROM professional p LEFT JOIN structure s ON s.id = p.structure`
	structureCards = `SELECT 'structure', p.id, p.territory, p.name, p.profession, '', COALESCE(s.name, ''),
		p.phone, p.extension, p.email, p.commune, p.active, p.folded FROM structure p LEFT JOIN structure s ON s.id = p.parent`
)

type foldedCard struct {
	Card
	folded string
}

func scanCard(r db.Row) (c foldedCard, err error) {
	var name, sex string
	err = r.Scan(&c.Kind, &c.ID, &c.Territory, &name, &c.Profession, &sex, &c.Structure, &c.Phone, &c.Extension, &c.Email, &c.Commune, &c.Active, &c.folded)
	c.Name = fullName(name)
	c.Label = c.Name
	if c.Kind == KindProfessional {
		c.Label = label(c.Profession, sex)
	}
	return c, err
}

// ByIDs returns the cards of subjects, active or not; those that do not exist are missing.
func ByIDs(tx *db.Tx, subjects []Subject) (map[Subject]Card, error) {
	out := make(map[Subject]Card, len(subjects))
	for _, kind := range []Kind{KindProfessional, KindStructure} {
		from := professionalCards
		if kind == KindStructure {
			from = structureCards
		}
		for ids := range slices.Chunk(idsOf(subjects, kind), chunk) {
			cards, err := db.All(tx, scanCard, from+` WHERE p.id IN `+db.In(1, len(ids)), db.Args(ids)...)
			if err != nil {
				return nil, err
			}
			for _, c := range cards {
				out[c.Subject] = c.Card
			}
		}
	}
	return out, nil
}

// CardOf returns the card under which somebody asks: his own, or that of the service he asks for; the
// zero Card for neither. Who asks for a cabinet or a health centre is read under his profession, who
// asks for a ward under its name. It does not check who asks.
func CardOf(tx *db.Tx, professional, structure string) (Card, error) {
	person, service := Subject{KindProfessional, professional}, Subject{KindStructure, structure}
	cards, err := ByIDs(tx, []Subject{person, service})
	if err != nil || structure == "" {
		return cards[person], err
	}
	own, ok := cards[person]
	if !ok {
		return cards[service], nil
	}
	kind, _, err := db.Find(tx, db.Value[StructureKind], `SELECT kind FROM structure WHERE id = $1`, structure)
	if kind == Cabinet || kind == HealthCentre || kind == "" {
		return own, err
	}
	return cards[service], err
}
