package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
)

func TestAPersonIsToldByTheFirstChannelThenByTheNextUntilSeen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		listener := h.hub.Subscribe("person:" + s.ID)
		defer listener.Close()
		h.tell(h.asked(s, true))
		if got := <-listener.C; got != "person:"+s.ID {
			t.Errorf("hint %q", got)
		}
		h.expect(s, notify.Delivered, notify.Queued, notify.Held)
		h.drain()
		h.expect(s, notify.Delivered, notify.Sent, notify.Held)
		want := "Coordination : une demande (infirmier, Corbeil-Essonnes, < 4 h) vous attend. Ouvrez l'application. https://entractes.example.org/demandes/r1"
		if got := h.sms.got(); len(got) != 1 || got[0].Target != phoneOf(1) || got[0].Text != want || !got[0].Urgent {
			t.Fatalf("%+v", got)
		}
		h.forward(59 * time.Second)
		h.expect(s, notify.Delivered, notify.Sent, notify.Held)
		h.forward(2 * time.Second)
		h.expect(s, notify.Delivered, notify.Sent, notify.Sent)
		h.seen(s)
		h.expect(s, notify.Seen, notify.Seen, notify.Seen)
	})
}

func TestWhatWasSeenGoesNoFurther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		h.tell(h.asked(s, false))
		h.drain()
		h.seen(s)
		h.seen(s)
		h.forward(time.Hour)
		h.expect(s, notify.Seen, notify.Seen, notify.Cancelled)
		if len(h.mail.got()) != 0 {
			t.Error("a letter left")
		}
	})
}

func TestRefusedGoesToTheNextChannelAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.sms.answer = always(notify.Receipt{}, notify.Refused("not a mobile number"))
		s := h.person(1)
		h.tell(h.asked(s, false))
		h.drain()
		h.expect(s, notify.Delivered, notify.Failed, notify.Sent)
		h.forward(time.Hour)
		if len(h.sms.got()) != 1 || len(h.mail.got()) != 1 {
			t.Errorf("%d text messages, %d letters", len(h.sms.got()), len(h.mail.got()))
		}
	})
}

func TestTemporaryErrorsAreTriedAgainUntilTheDeadline(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.sms.answer = func(_ context.Context, _ notify.Message, n int) (notify.Receipt, error) {
			if n < 3 {
				return notify.Receipt{}, errors.New("the gateway says 500")
			}
			return notify.Receipt{ProviderID: "p"}, nil
		}
		h.mail.answer = always(notify.Receipt{}, errors.New("421"))
		s := h.person(1)
		n := h.asked(s, true)
		n.Deadline = h.clock.Now().Add(10 * time.Minute)
		h.tell(n)
		h.forward(9 * time.Minute)
		h.expect(s, notify.Delivered, notify.Sent, notify.Queued)
		tries := len(h.mail.got())
		h.forward(time.Hour)
		h.expect(s, notify.Delivered, notify.Sent, notify.Failed)
		if len(h.sms.got()) != 3 || tries < 3 || len(h.mail.got()) > tries+1 {
			t.Errorf("%d text messages, %d then %d letters", len(h.sms.got()), tries, len(h.mail.got()))
		}
	})
}

func TestAnUnknownOutcomeFollowsThePolicyOfItsChannel(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		unknown := always(notify.Receipt{}, notify.UnknownOutcome(errors.New("no answer")))
		h.sms.answer = unknown
		calm, urgent := h.person(1), h.person(2)
		h.tell(h.asked(calm, false), h.asked(urgent, true))
		h.forward(30 * time.Second)
		h.expect(calm, notify.Delivered, notify.Unknown, notify.Sent)
		h.expect(urgent, notify.Delivered, notify.Unknown, notify.Sent)
		tries := map[string]int{}
		for _, m := range h.sms.got() {
			tries[m.Target]++
		}
		if tries[phoneOf(1)] != 1 || tries[phoneOf(2)] != 2 {
			t.Errorf("text messages tried: %v", tries)
		}
		h.mail.answer = func(_ context.Context, _ notify.Message, n int) (notify.Receipt, error) {
			if n == 1 {
				return notify.Receipt{}, context.DeadlineExceeded
			}
			return notify.Receipt{}, nil
		}
		other := notify.Subject{Kind: notify.Structure, ID: "ward"}
		h.update(func(tx *db.Tx) error {
			return h.SetAddresses(tx, other, []notify.Address{{Channel: notify.MailChannel, Target: "ward@example.org"}})
		})
		h.tell(notify.Notice{Territory: "t1", Subject: other, Topic: notify.RequestAccepted, Request: "r1"})
		h.forward(time.Minute)
		if got := h.states(other)[notify.MailChannel]; got != notify.Sent {
			t.Errorf("a letter of unknown outcome is tried again, not left %q", got)
		}
	})
}

func TestNightHoldsWhatIsOutsideAndTheInboxHasItAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, closed := h.person(1), h.person(2)
		n, other := h.asked(s, false), h.asked(closed, false)
		n.NotBefore, other.NotBefore = h.clock.Now().Add(8*time.Hour), h.clock.Now().Add(8*time.Hour)
		n.Deadline, other.Deadline = n.NotBefore.Add(2*time.Hour), n.NotBefore.Add(2*time.Hour)
		other.Dispatch = "d2"
		h.tell(n, other)
		h.forward(8*time.Hour - time.Second)
		h.expect(s, notify.Delivered, notify.Queued, notify.Held)
		h.closeRound("d2")
		h.forward(time.Second)
		h.expect(s, notify.Delivered, notify.Sent, notify.Held)
		h.expect(closed, notify.Cancelled, notify.Cancelled, notify.Cancelled)
		h.forward(10 * time.Minute)
		h.expect(s, notify.Delivered, notify.Sent, notify.Sent)
	})
}

// TestASendThatWasNeverRecorded freezes a node after its gateway took the message and
// before it wrote so, which is also what a crash there leaves behind. Another node
// takes over; then the first wakes up and its late answer counts for nothing.
func TestASendThatWasNeverRecorded(t *testing.T) {
	for name, c := range map[string]struct {
		urgent    bool
		sms, mail notify.State
		again     int
	}{
		"calm":   {false, notify.Unknown, notify.Sent, 0},
		"urgent": {true, notify.Sent, notify.Held, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				taken, wake := make(chan struct{}), make(chan struct{})
				h.sms.answer = func(context.Context, notify.Message, int) (notify.Receipt, error) {
					close(taken)
					<-wake
					return notify.Receipt{}, notify.Refused("too late to say so")
				}
				s := h.person(1)
				h.tell(h.asked(s, c.urgent))
				frozen := make(chan error, 1)
				go func() { frozen <- h.queue.Drain(context.Background()) }()
				<-taken
				other := newHouse(t, h.d, h.clock)
				h.clock.Advance(queue.DefaultPolicy.Lease + time.Second)
				other.drain()
				close(wake)
				if err := <-frozen; err != nil {
					t.Fatal(err)
				}
				if got := other.sms.got(); len(got) != c.again || c.again > 0 && got[0].ID != h.sms.got()[0].ID {
					t.Errorf("sent again %d times, want %d under the same key", len(got), c.again)
				}
				h.expect(s, notify.Delivered, c.sms, c.mail)
				other.forward(30 * time.Second)
				h.expect(s, notify.Delivered, c.sms, c.mail)
			})
		})
	}
}

func TestOneThatHangsDelaysNobody(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			d := dbtest.Open(t, engine, clock.Real())
			h := newHouse(t, d, nil)
			const crowd = 200
			var others sync.WaitGroup
			enough := make(chan struct{})
			others.Add(crowd - 1)
			h.sms.answer = func(ctx context.Context, m notify.Message, _ int) (notify.Receipt, error) {
				if strings.HasSuffix(m.Target, "-0") {
					select {
					case <-ctx.Done():
					case <-enough:
					}
					return notify.Receipt{}, notify.ErrUnknown
				}
				others.Done()
				return notify.Receipt{ProviderID: string(m.ID)}, nil
			}
			stop := h.run()
			defer stop()
			h.update(func(tx *db.Tx) error {
				var notices []notify.Notice
				for i := range crowd {
					s := notify.Subject{Kind: notify.Professional, ID: fmt.Sprintf("p%03d", i)}
					if err := h.SetAddresses(tx, s, []notify.Address{{Channel: notify.SMSChannel, Target: fmt.Sprintf("+336399800-%d", i)}}); err != nil {
						return err
					}
					notices = append(notices, notify.Notice{Territory: "t1", Subject: s, Topic: notify.OfferNew, Solicits: true, Request: "r1", Dispatch: "d1", Offer: s.ID, Wave: 1})
				}
				return h.Tell(tx, notices...)
			})
			began := clock.Real().Now()
			others.Wait() // while the one still hangs: it ends with the test only
			t.Logf("%d told in %s", crowd-1, clock.Real().Now().Sub(began))
			close(enough)
		})
	}
}

// run works the queue beside the test until stop is called.
func (h *house) run() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	done := make(chan error, 1)
	go func() { done <- h.queue.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			h.t.Error(err)
		}
	}
}

func TestAPoisonedRowFailsAloneAndGoesToTheNextChannel(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		words, strange, broken, sound := h.person(1), h.person(2), h.person(3), h.person(4)
		h.sms.answer = func(_ context.Context, m notify.Message, _ int) (notify.Receipt, error) {
			if m.Target == phoneOf(3) {
				panic("a fault in the channel")
			}
			return notify.Receipt{}, nil
		}
		for _, s := range []notify.Subject{words, strange, broken, sound} {
			h.tell(h.asked(s, false))
		}
		h.update(func(tx *db.Tx) error {
			if _, err := tx.Exec(`UPDATE delivery SET params = $1 WHERE subject = $2 AND channel = $3`, "{", words.ID, "sms"); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE delivery SET channel = $1 WHERE subject = $2 AND channel = $3`, "pigeon", strange.ID, "sms")
			if err != nil {
				return err
			}
			return h.queue.Promise(tx, "notify.sms", "d1", time.Time{}, "not an object")
		})
		h.drain()
		h.expect(words, notify.Delivered, notify.Failed, notify.Sent)
		if got := h.states(strange); got["pigeon"] != notify.Failed || got[notify.MailChannel] != notify.Sent {
			t.Errorf("%v", got)
		}
		h.expect(broken, notify.Delivered, notify.Unknown, notify.Sent)
		h.expect(sound, notify.Delivered, notify.Sent, notify.Held)
		dead, err := h.queue.Dead(t.Context())
		if err != nil || len(dead) != 1 {
			t.Errorf("dead jobs %v %v", dead, err)
		}
	})
}

func TestAddressesAreReadAgainBeforeTheSend(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		moved, mute, gone := h.person(1), h.person(2), h.person(3)
		h.tell(h.asked(moved, false), h.asked(mute, false), h.asked(gone, false))
		h.update(func(tx *db.Tx) error {
			if err := h.SetAddresses(tx, moved, []notify.Address{{Channel: notify.SMSChannel, Target: phoneOf(77)}, {Channel: notify.MailChannel, Target: mailOf(1)}}); err != nil {
				return err
			}
			if n, err := h.Mute(tx, notify.SMSChannel, phoneOf(2)); err != nil || n != 1 {
				t.Errorf("%d muted, %v", n, err)
			}
			return h.SetAddresses(tx, gone, nil)
		})
		unreached := h.unreachedOffers()
		h.drain()
		h.expect(moved, notify.Delivered, notify.Sent, notify.Held)
		h.expect(mute, notify.Delivered, notify.Failed, notify.Sent)
		h.expect(gone, notify.Delivered, notify.Failed, notify.Failed)
		if got := h.sms.got(); len(got) != 1 || got[0].Target != phoneOf(77) {
			t.Errorf("%+v", got)
		}
		if !slices.Equal(*unreached, []string{"offer-" + gone.ID}) {
			t.Errorf("unreached %v", *unreached)
		}
		h.update(func(tx *db.Tx) error {
			kept, err := h.Addresses(tx, mute)
			if len(kept) != 2 || !kept[0].Muted || kept[1].Muted {
				t.Errorf("%+v", kept)
			}
			return err
		})
	})
}

// unreachedOffers gathers the offers announced as unreached.
func (h *house) unreachedOffers() *[]string {
	var offers []string
	h.queue.Subscribe(notify.Unreached, "test", func(_ *db.Tx, id string) error { offers = append(offers, id); return nil })
	return &offers
}

func TestAGatewayThatAsksForARestGetsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := true
		h.sms.answer = func(context.Context, notify.Message, int) (notify.Receipt, error) {
			if first {
				first = false
				return notify.Receipt{}, notify.Later(30*time.Second, errors.New("the gateway says 429"))
			}
			return notify.Receipt{}, nil
		}
		a, b := h.person(1), h.person(2)
		h.tell(h.asked(a, true), h.asked(b, true))
		h.forward(29 * time.Second)
		if n := len(h.sms.got()); n != 1 {
			t.Errorf("%d messages during the rest", n)
		}
		h.forward(20 * time.Second)
		h.expect(a, notify.Delivered, notify.Sent, notify.Held)
		h.expect(b, notify.Delivered, notify.Sent, notify.Held)
	})
}

func TestAGatewayInTroubleIsSparedAndMailGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.sms.answer = always(notify.Receipt{}, errors.New("the gateway says 500"))
		for n := range 20 {
			h.tell(h.asked(h.person(n), true))
		}
		h.forward(10 * time.Minute)
		calls := len(h.sms.got())
		if calls > 60 {
			t.Errorf("%d calls to a gateway in trouble", calls)
		}
		if got := len(h.mail.got()); got != 20 {
			t.Errorf("%d letters, want 20", got)
		}
	})
}

func TestSetAddressesRefusesWhatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, a := range []notify.Address{{Channel: "pigeon", Target: "x"}, {Channel: notify.InboxChannel, Target: "x"}, {Channel: notify.SMSChannel}, {Channel: notify.SMSChannel, Target: "a\nb"}} {
			err := h.d.Update(t.Context(), func(tx *db.Tx) error {
				return h.SetAddresses(tx, notify.Subject{Kind: notify.Professional, ID: "x"}, []notify.Address{a})
			})
			if err == nil {
				t.Errorf("%+v accepted", a)
			}
		}
	})
}
