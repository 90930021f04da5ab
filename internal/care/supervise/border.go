package supervise

import (
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// nameTerritories says which territory owns the requests that the reader only sees.
func nameTerritories(tx *db.Tx, rows []row, own territory.ID) error {
	names := map[territory.ID]string{}
	for i, r := range rows {
		if r.Territory == own {
			continue
		}
		if _, known := names[r.Territory]; !known {
			t, err := territory.Of(tx, r.Territory)
			if err != nil {
				return err
			}
			names[r.Territory] = t.Name
		}
		rows[i].Elsewhere = names[r.Territory]
	}
	return nil
}
