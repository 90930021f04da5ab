package directory

import (
	"cmp"
	"slices"

	"entractes/internal/base/fold"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Network is a group of people of a territory who belong together: a CPTS, an MSP, a union.
type Network struct {
	Name string
	// People counts its active professionals and structures.
	People int
}

// InNetworks tells whether somebody who belongs to own belongs to one of wanted, accents and
// case apart; nothing wanted is everybody.
func InNetworks(own, wanted []string) bool {
	if len(wanted) == 0 {
		return true
	}
	return slices.ContainsFunc(own, func(o string) bool {
		return slices.ContainsFunc(wanted, func(w string) bool { return fold.Key(o) == fold.Key(w) })
	})
}

// NetworksIn lists the networks that the active people of a territory belong to, by name. Names that
// differ by accents or case only are one network, under the name most people write.
func NetworksIn(tx *db.Tx, of territory.ID) ([]Network, error) {
	texts, err := db.All(tx, db.Value[string], `SELECT profile FROM professional WHERE territory = $1 AND active = TRUE AND profile LIKE '%"networks"%'
		UNION ALL SELECT profile FROM structure WHERE territory = $1 AND active = TRUE AND profile LIKE '%"networks"%'`, of)
	if err != nil {
		return nil, err
	}
	written := map[string]map[string]int{}
	for _, text := range texts {
		var p Practice
		if err := p.readProfile(text); err != nil {
			return nil, err
		}
		for _, name := range p.Networks {
			key := fold.Key(name)
			if written[key] == nil {
				written[key] = map[string]int{}
			}
			written[key][name]++
		}
	}
	out := make([]Network, 0, len(written))
	for _, names := range written {
		n := Network{}
		most := 0
		for name, count := range names {
			n.People += count
			if count > most || count == most && name < n.Name {
				n.Name, most = name, count
			}
		}
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Network) int {
		return cmp.Or(cmp.Compare(fold.Key(a.Name), fold.Key(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}
