package territory

import (
	"cmp"
	"slices"

	"entractes/internal/infra/db"
)

// OwnerOf returns the territory that owns what is asked for a commune: of those that hold it, the one
// of the highest priority; among equals the one that asks when it is one of them, otherwise the oldest.
// A commune that no territory holds is owned by the one that asks.
func OwnerOf(tx *db.Tx, code CommuneCode, asking ID) (ID, error) {
	holding, err := Holding(tx, code)
	if err != nil || len(holding) == 0 {
		return asking, err
	}
	if len(holding) == 1 {
		return holding[0].ID, nil
	}
	weight := make(map[ID]int, len(holding))
	for _, t := range holding {
		s, err := SettingsOf(tx, t.ID)
		if err != nil {
			return asking, err
		}
		weight[t.ID] = s.BorderWeight
	}
	return slices.MinFunc(holding, func(a, b Territory) int { // the first of equals: the oldest
		return cmp.Or(cmp.Compare(weight[b.ID], weight[a.ID]), cmp.Compare(second(a.ID == asking), second(b.ID == asking)))
	}).ID, nil
}

func second(first bool) int {
	if first {
		return 0
	}
	return 1
}

// Shares tells which of territories share their border with one whose settings are own: both sides
// must want it. A territory shares everything with itself.
func Shares(tx *db.Tx, of ID, own Settings, with []ID) (map[ID]bool, error) {
	out := map[ID]bool{of: true}
	for _, id := range with {
		if _, known := out[id]; known || id == "" {
			continue
		}
		theirs, err := SettingsOf(tx, id)
		if err != nil {
			return nil, err
		}
		out[id] = own.BorderShared && theirs.BorderShared
	}
	return out, nil
}
