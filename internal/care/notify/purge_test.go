package notify_test

import (
	"fmt"
	"testing"
	"time"

	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

func TestReportsOfProvidersAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const old = 2300 // more than are forgotten at once
		h.update(func(tx *db.Tx) error {
			for n := range old {
				if err := h.Report(tx, notify.SMSChannel, fmt.Sprint("old-", n), notify.Delivered); err != nil {
					return err
				}
			}
			return nil
		})
		h.clock.Advance(29 * 24 * time.Hour)
		h.update(func(tx *db.Tx) error { return h.Report(tx, notify.SMSChannel, "recent", notify.Delivered) })
		left := func() (n int64) {
			h.view(func(tx *db.Tx) (err error) {
				n, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM delivery_report`)
				return err
			})
			return n
		}
		for range 2 { // a restart changes nothing
			if err := h.StartPurge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		h.forward(time.Hour)
		if n := left(); n != old+1 {
			t.Fatalf("%d are left after 29 days", n)
		}
		h.forward(48 * time.Hour)
		if n := left(); n != 1 {
			t.Errorf("%d are left, want the recent one", n)
		}
	})
}
