package notify_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// desk opens the coordination desk of the territory, with a mailbox.
func (h *house) desk() notify.Subject {
	h.t.Helper()
	var s notify.Subject
	h.update(func(tx *db.Tx) error {
		added, err := directory.AddStructure(tx, directory.Structure{Territory: "t1", Kind: directory.CallDesk, Name: "Plateforme", Commune: "91174", Active: true})
		if err != nil {
			return err
		}
		s = notify.Subject{Kind: notify.Structure, ID: added.ID}
		return h.SetAddresses(tx, s, []notify.Address{{Channel: notify.MailChannel, Target: "plateforme@example.org"}})
	})
	return s
}

// toldOf counts what a subject was told about a topic.
func (h *house) toldOf(s notify.Subject, topic notify.Topic) (n int) {
	h.t.Helper()
	h.view(func(tx *db.Tx) error {
		entries, err := h.Inbox(tx, notify.Page{}, s)
		for _, e := range entries {
			if e.Topic == topic {
				n++
			}
		}
		return err
	})
	return n
}

// A wave that would pass the budget of its request stops there: mail goes on at once for
// those who are left, and the desk learns it once.
func TestTheBudgetOfARequestIsReachedInTheMiddleOfAWave(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.budget = notify.Budget{PerRequest: 5, Price: 70}
		desk := h.desk()
		for n := range 8 {
			h.tell(h.asked(h.person(n), true))
		}
		other := h.asked(h.person(9), true)
		other.Request, other.Dispatch = "r2", "d2"
		h.tell(other)
		h.drain()
		if sms, mail := len(h.sms.got()), len(h.mail.got()); sms != 5+1 || mail != 3+1 {
			t.Errorf("%d text messages and %d letters, want 6 and 4: three people and the desk", sms, mail)
		}
		if n := h.toldOf(desk, notify.RequestBudget); n != 1 {
			t.Errorf("the desk was told %d times", n)
		}
		h.view(func(tx *db.Tx) error {
			spent, err := h.TextsOf(tx, "t1", "r1")
			if spent.Segments != 5 || spent.Cost() != 350 {
				t.Errorf("%+v", spent)
			}
			return err
		})
		// Nothing of it lived in memory alone.
		h.restart()
		h.tell(h.asked(h.person(10), true))
		h.drain()
		if sms := len(h.sms.got()); sms != 6 {
			t.Errorf("%d text messages after a restart", sms)
		}
	})
}

// The budget of a day holds what is not urgent, until the next day in the territory.
func TestTheBudgetOfADayHoldsWhatIsNotUrgent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.budget = notify.Budget{PerDay: 2}
		desk := h.desk()
		for n := range 4 {
			h.tell(h.asked(h.person(n), false))
		}
		h.tell(h.asked(h.person(4), true))
		h.drain()
		if sms := len(h.sms.got()); sms != 3 {
			t.Errorf("%d text messages left, want two and the urgent one", sms)
		}
		if n := h.toldOf(desk, notify.DayBudget); n != 1 {
			t.Errorf("the desk was told %d times", n)
		}
		h.view(func(tx *db.Tx) error {
			texts, err := h.Texts(tx, "t1")
			if texts.Today != 3 || texts.Month != 3 || !texts.DayHeld || texts.HeldRequests != 0 {
				t.Errorf("%+v", texts)
			}
			return err
		})
		h.forward(24 * time.Hour)
		before := len(h.sms.got())
		h.tell(h.asked(h.person(5), false))
		h.drain()
		if sms := len(h.sms.got()); sms != before+1 {
			t.Error("a new day has no budget")
		}
	})
}

// What the gateway did not take is not billed; what it may have taken is.
func TestOnlyWhatMayHaveLeftIsBilled(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		billed int
	}{
		"taken": {nil, 1}, "temporary": {errors.New("the gateway says 500"), 0}, "refused": {notify.Refused("no"), 0}, "unknown": {notify.ErrUnknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				h.budget = notify.Budget{PerRequest: 1}
				h.sms.answer = always(notify.Receipt{}, c.answer)
				h.tell(h.asked(h.person(1), false))
				h.drain()
				h.sms.answer = nil
				h.tell(h.asked(h.person(2), false))
				h.drain()
				h.view(func(tx *db.Tx) error {
					spent, err := h.TextsOf(tx, "t1", "r1")
					if want := 1; spent.Segments != want {
						t.Errorf("%+v", spent)
					}
					return err
				})
				if left := len(h.sms.got()) - 1; left != 1-c.billed {
					t.Errorf("%d text messages left after the first attempt", left)
				}
			})
		})
	}
}

// Many messages that leave at the same instant do not pass the budget together.
func TestAWaveAtFullSpeedDoesNotPassItsBudget(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			h := newHouse(t, dbtest.Open(t, engine, clock.Real()), nil)
			const crowd, budget = 120, 30
			h.budget = notify.Budget{PerRequest: budget}
			var mail sync.WaitGroup
			mail.Add(crowd - budget)
			h.mail.answer = func(context.Context, notify.Message, int) (notify.Receipt, error) {
				mail.Done()
				return notify.Receipt{}, nil
			}
			stop := h.run()
			defer stop()
			h.update(func(tx *db.Tx) error {
				var notices []notify.Notice
				for i := range crowd {
					s := notify.Subject{Kind: notify.Professional, ID: fmt.Sprintf("p%03d", i)}
					if err := h.SetAddresses(tx, s, []notify.Address{{Channel: notify.SMSChannel, Target: phoneOf(i)}, {Channel: notify.MailChannel, Target: mailOf(i)}}); err != nil {
						return err
					}
					notices = append(notices, notify.Notice{Territory: "t1", Subject: s, Topic: notify.OfferNew, Solicits: true, Request: "r1", Dispatch: "d1", Offer: s.ID, Wave: 1})
				}
				return h.Tell(tx, notices...)
			})
			mail.Wait()
			if got := len(h.sms.got()); got != budget {
				t.Errorf("%d text messages left, the budget is %d", got, budget)
			}
		})
	}
}
