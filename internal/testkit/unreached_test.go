package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// Nobody waits for people who cannot be told: when everybody asked so far is out of reach, the
// next wave opens at once; after the last one the desk is told, once. One who can be told, or
// who has answered, changes that.
func TestNobodyWaitsForThoseOutOfReach(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		_, err := h.Territories.Save(h.As(actor.System("test")), testkit.Territory, territory.Edit{Values: map[string]string{"waves.on": "true", "waves.sizes": "2,2"}})
		h.Must(err)
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		var nurses []*testkit.Person
		for _, name := range []string{"Un", "Deux", "Trois", "Quatre"} {
			nurses = append(nurses, h.Nurse(name))
		}
		first := ward.Asks()
		asked := h.Asked(supervisor, first)
		if len(asked) != 2 {
			t.Fatalf("the first wave asks %d people", len(asked))
		}
		ward.Cancels(first)

		silence(h, nurses[:1]...)
		half := ward.Asks()
		if n := len(h.Asked(supervisor, half)); n != 2 || h.DeskTold(notify.RequestUnreached) != 0 {
			t.Errorf("one who may be told is not waited for: %d are asked", n)
		}
		ward.Cancels(half)

		silence(h, nurses...)
		r := ward.Asks()
		if n := len(h.Asked(supervisor, r)); n != 4 {
			t.Errorf("everybody is out of reach and %d are asked", n)
		}
		if n := h.DeskTold(notify.RequestUnreached); n != 1 {
			t.Errorf("the desk is told %d times", n)
		}
		h.Forward(time.Minute)
		if n := h.DeskTold(notify.RequestUnreached); n != 1 {
			t.Errorf("a minute later the desk is told %d times", n)
		}
		nurses[3].Accepts(r) // an inbox waits for somebody who comes by
	})
}

// silence takes every address away from people.
func silence(h *testkit.House, people ...*testkit.Person) {
	h.T.Helper()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		for _, p := range people {
			if err := h.Notify.SetAddresses(tx, notify.Subject{Kind: string(p.Subject.Kind), ID: p.Subject.ID}, nil); err != nil {
				return err
			}
		}
		return nil
	}))
}
