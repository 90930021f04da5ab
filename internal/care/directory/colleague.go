package directory

import (
	"slices"
	"strings"

	"entractes/internal/infra/db"
)

// Colleague is somebody who may come in the name of a structure: one of its named users, or a
// professional who works there.
type Colleague struct {
	ID    string
	Name  string
	Label string // what he is there, or his profession
	Phone Phone
}

// ColleaguesOf lists those who may come in the name of a structure, by name. It does not check who asks.
func ColleaguesOf(tx *db.Tx, structure string) ([]Colleague, error) {
	if structure == "" {
		return nil, nil
	}
	members, err := MembersOf(tx, structure)
	if err != nil {
		return nil, err
	}
	cards, err := db.All(tx, scanCard, professionalCards+` WHERE p.structure = $1 AND p.structure <> '' AND p.active = TRUE ORDER BY p.folded, p.id`, structure)
	if err != nil {
		return nil, err
	}
	out := make([]Colleague, 0, len(members)+len(cards))
	for _, m := range members {
		out = append(out, Colleague{ID: m.ID, Name: m.Name, Label: m.Role, Phone: m.Phone})
	}
	for _, c := range cards {
		out = append(out, Colleague{ID: c.ID, Name: c.Name, Label: c.Label, Phone: c.Phone})
	}
	slices.SortStableFunc(out, func(a, b Colleague) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
