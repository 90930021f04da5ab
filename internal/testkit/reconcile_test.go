package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/notify"
	"entractes/internal/care/reconcile"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// What a hand in the database took away is found within a minute, told, and made anew.
func TestBrokenPromisesAreFoundAndMended(t *testing.T) {
	tests := []struct {
		name    string
		damage  string
		kind    reconcile.Kind
		mended  bool
		healthy func(t *testing.T, h *testkit.House, nurse *testkit.Person, r request.Request)
	}{
		{"a message that is no longer there", `DELETE FROM delivery WHERE request = $1`, reconcile.NobodyTold, true, func(t *testing.T, h *testkit.House, nurse *testkit.Person, _ request.Request) {
			h.Settle()
			if nurse.Told(notify.OfferNew) != 1 {
				t.Error("she is still not told")
			}
		}},
		{"a deadline promised to nobody", `DELETE FROM job WHERE kind = 'request.deadline' AND key = (SELECT dispatch FROM request WHERE id = $1)`, reconcile.DeadlineUnpromised, true, func(t *testing.T, h *testkit.House, _ *testkit.Person, r request.Request) {
			h.Until(r.ReplyBy)
			if sh := h.Supervisor(actor.RoleSupervisorNurse).Sees(r); sh.State != request.Unfilled {
				t.Errorf("its deadline has passed and it is %s", sh.State)
			}
		}},
		{"a round that its request does not know", `UPDATE request SET state = 'unfilled' WHERE id = $1`, reconcile.RoundApart, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, h *testkit.House) {
				nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
				r := ward.Asks()
				h.Must(h.DB.Update(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(tt.damage, string(r.ID))
					return err
				}))
				h.Clock.Advance(reconcile.Patience + time.Second)
				if found := look(t, h); found[tt.kind] != 1 || len(found) != 1 {
					t.Fatalf("found %v", found)
				}
				h.Must(h.Reconcile(t.Context()))
				if found := look(t, h); (found[tt.kind] == 0) != tt.mended {
					t.Errorf("after mending: %v", found)
				}
				if tt.healthy != nil {
					tt.healthy(t, h, nurse, r)
				}
			})
		})
	}
}

// A queue that stands still is seen from outside of it; one that works shows nothing.
func TestAQueueThatStandsStillIsSeen(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		h.Nurse("Léonore")
		ward := h.Ward("Maternité A")
		r, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h))
		h.Must(err)
		if found := look(t, h); len(found) > 0 {
			t.Errorf("at once: %v", found)
		}
		h.Clock.Set(r.ReplyBy.Add(reconcile.Patience + time.Second)) // and nobody works
		found := look(t, h)
		if found[reconcile.DeadlinePassed] != 1 || found[reconcile.MessageLate] == 0 {
			t.Errorf("a queue that stands still is not seen: %v", found)
		}
		h.Settle()
		if found := look(t, h); len(found) > 0 {
			t.Errorf("after it worked again: %v", found)
		}
	})
}

func look(t *testing.T, h *testkit.House) map[reconcile.Kind]int {
	t.Helper()
	gaps, err := h.Promises.Look(t.Context())
	h.Must(err)
	out := map[reconcile.Kind]int{}
	for _, g := range gaps {
		out[g.Kind]++
	}
	return out
}
