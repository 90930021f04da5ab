package testkit_test

import (
	"testing"

	"entractes/internal/infra/db"
)

// What may never be, as the query that counts it.
const (
	twoWinners = `SELECT count(*) FROM (SELECT dispatch FROM request_act WHERE act = 'accept' GROUP BY dispatch HAVING count(*) > 1) twice`
	astray     = `SELECT count(*) FROM request r WHERE r.state <> (SELECT a.to_state FROM request_act a WHERE a.request = r.id ORDER BY a.version_after DESC, a.id DESC LIMIT 1)`
	neverTold  = `SELECT count(*) FROM offer o WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.offer = o.id)`
)

// noneOf finds nothing of what each query counts.
func noneOf(t *testing.T, d *db.DB, counts map[string]string) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) error {
		for what, q := range counts {
			if n, err := db.One(tx, "none", db.Value[int64], q); err != nil || n != 0 {
				t.Errorf("%d %s (%v)", n, what, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
