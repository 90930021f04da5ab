package testkit_test

import (
	"sync"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// An acceptance that meets a cancellation, the deadline of its round or a wider search at the
// same instant: one of them comes first, the acts say which, and nobody is told two things.
func TestAnAcceptanceMeetsSomethingElse(t *testing.T) {
	const rounds = 12
	meetings := map[string]struct {
		other func(h *testkit.House, ward, desk *testkit.Person, r request.Request) error
		after request.State // where the request is when the acceptance came too late; empty when it may not
	}{
		"a cancellation": {func(h *testkit.House, ward, _ *testkit.Person, r request.Request) error {
			_, err := h.Requests.Cancel(ward.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.CancelReasons)[0].Code))
			return err
		}, request.Cancelled},
		"the deadline": {func(h *testkit.House, _, _ *testkit.Person, _ request.Request) error {
			return h.Queue.Drain(h.As(actor.System("testkit")))
		}, request.Unfilled},
		"a wider search": {func(h *testkit.House, _, desk *testkit.Person, r request.Request) error {
			_, err := h.Requests.Widen(desk.Ctx(), r.ID)
			return err
		}, ""},
	}
	for name, m := range meetings {
		t.Run(name, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, h *testkit.House) {
				ward, nurse, other, desk := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux"), h.Supervisor(actor.RoleSupervisorNurse)
				won := 0
				for range rounds {
					r := ward.Asks()
					offer := nurse.OfferOn(r)
					h.Settle()
					if name == "the deadline" {
						h.Clock.Set(r.ReplyBy)
					}
					told := other.Told(notify.OfferTaken) + other.Told(notify.OfferCancelled)
					accepted, refused := together(func() error {
						_, err := h.Requests.Accept(nurse.Ctx(), offer, "")
						return err
					}, func() error { return m.other(h, ward, desk, r) })
					for _, err := range []error{accepted, refused} {
						if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict && kind != fault.KindForbidden && kind != fault.KindNotFound {
							t.Errorf("unexpected: %v", err)
						}
					}
					h.Settle()
					sh := desk.Sees(r)
					if accepted == nil {
						won++
					}
					if lost := sh.State == m.after; accepted != nil && !lost {
						t.Errorf("the acceptance is refused (%v) and it is %s", accepted, sh.State)
					} else if accepted == nil && !(sh.State == request.Accepted || name == "a cancellation" && refused == nil && lost) {
						t.Errorf("it is accepted, the other act says %v, and it is %s", refused, sh.State)
					}
					if n := other.Told(notify.OfferTaken) + other.Told(notify.OfferCancelled) - told; n > 1 {
						t.Errorf("somebody who was asked is told %d ends", n)
					}
				}
				noneOf(t, h.DB, map[string]string{
					"rounds with two winners": twoWinners, "requests whose acts do not lead to their state": astray,
					"rounds open under a request that is settled": `SELECT count(*) FROM request r JOIN dispatch d ON d.id = r.dispatch WHERE r.state <> 'searching' AND d.state = 'open'`,
				})
				t.Logf("the acceptance came first %d times of %d", won, rounds)
			})
		})
	}
}

// together does two things at the same instant.
func together(a, b func() error) (first, second error) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	wg.Go(func() { <-start; first = a() })
	wg.Go(func() { <-start; second = b() })
	close(start)
	wg.Wait()
	return first, second
}
