package supervise

import (
	"cmp"
	"slices"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Recent is what the latest requests have, the most frequent first.
type Recent struct {
	Professions []nomenclature.ProfessionCode
	Communes    []territory.CommuneCode
	Services    []Asking
}

// Asking is a service that asks.
type Asking struct{ ID, Name string }

// recentRows is how many requests the filters proposed are drawn from.
const recentRows = 300

type recentRow struct {
	profession nomenclature.ProfessionCode
	commune    territory.CommuneCode
	asking     Asking
}

func recent(tx *db.Tx, within scope) (Recent, error) {
	where, args := "territory = $1", []any{within.territory, int64(recentRows)}
	if within.service != "" {
		where, args = "territory = $1 AND service = $3", append(args, within.service)
	}
	where += " AND state NOT IN ('draft', 'entered_in_error')"
	rows, err := db.All(tx, func(r db.Row) (v recentRow, err error) {
		return v, r.Scan(&v.profession, &v.commune, &v.asking.ID, &v.asking.Name)
	}, `SELECT profession, commune, service, requester_role FROM request WHERE `+where+` ORDER BY created DESC, id DESC LIMIT $2`, args...)
	if err != nil {
		return Recent{}, err
	}
	professions, communes, services := map[nomenclature.ProfessionCode]int{}, map[territory.CommuneCode]int{}, map[string]int{}
	names := map[string]string{}
	for _, r := range rows {
		professions[r.profession]++
		communes[r.commune]++
		if r.asking.ID != "" {
			services[r.asking.ID]++
			names[r.asking.ID] = cmp.Or(names[r.asking.ID], r.asking.Name)
		}
	}
	out := Recent{Professions: frequent(professions), Communes: frequent(communes)}
	for _, id := range frequent(services) {
		out.Services = append(out.Services, Asking{ID: id, Name: names[id]})
	}
	return out, nil
}

// frequent lists the keys of counts, the most counted first.
func frequent[K ~string](counts map[K]int) []K {
	out := make([]K, 0, len(counts))
	for k := range counts {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b K) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return out
}
