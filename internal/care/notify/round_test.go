package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func TestAClosedRoundSendsNothingMoreAndKnowsWhomItTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		told, waiting, looked := h.person(1), h.person(2), h.person(3)
		late := h.asked(waiting, true)
		late.NotBefore = h.clock.Now().Add(time.Minute)
		shown := h.asked(looked, true)
		shown.NotBefore = late.NotBefore
		h.tell(h.asked(told, true), late, shown)
		h.drain()
		h.seen(looked)
		h.update(func(tx *db.Tx) error {
			if err := h.CloseRound(tx, "d1"); err != nil {
				return err
			}
			if err := h.CloseRound(tx, "d1"); err != nil {
				return err
			}
			subjects, err := h.ToldOf(tx, "d1")
			for _, s := range subjects {
				if err := h.Tell(tx, notify.Notice{Territory: "t1", Subject: s, Topic: notify.OfferTaken, Request: "r1", Dispatch: "d1", Offer: "offer-" + s.ID, Wave: 1}); err != nil {
					return err
				}
			}
			return err
		})
		if got := h.told(); !slices.Equal(got, []string{told.ID, looked.ID}) {
			t.Errorf("told %v", got)
		}
		h.tell(h.asked(h.person(4), true))
		h.forward(2 * time.Hour)
		h.expect(waiting, notify.Cancelled, notify.Cancelled, notify.Cancelled)
		solicited := 0
		for _, m := range append(h.sms.got(), h.mail.got()...) {
			if m.Target == phoneOf(2) || m.Target == mailOf(2) || m.Target == phoneOf(4) {
				t.Errorf("%s was told of a closed round", m.Target)
			}
			if m.Subject == i18n.For("fr").T("notify.offer.new.title") {
				solicited++
			}
		}
		if solicited != 1 {
			t.Errorf("%d solicitations left, want the one before the closing", solicited)
		}
	})
}

// TestAcceptedWhileASendIsInHand closes the round while the gateway holds one message.
func TestAcceptedWhileASendIsInHand(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		want   notify.State
	}{
		"taken":     {nil, notify.Sent},
		"temporary": {errors.New("the gateway says 500"), notify.Cancelled},
		"refused":   {notify.Refused("no"), notify.Failed},
		"unknown":   {notify.ErrUnknown, notify.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				inHand, answer := make(chan struct{}), make(chan struct{})
				h.sms.answer = func(context.Context, notify.Message, int) (notify.Receipt, error) {
					close(inHand)
					<-answer
					return notify.Receipt{}, c.answer
				}
				s := h.person(1)
				h.tell(h.asked(s, true))
				drained := make(chan error, 1)
				go func() { drained <- h.queue.Drain(context.Background()) }()
				<-inHand
				h.closeRound("d1")
				if got := h.told(); !slices.Equal(got, []string{s.ID}) {
					t.Errorf("told %v: what is in hand counts", got)
				}
				close(answer)
				if err := <-drained; err != nil {
					t.Fatal(err)
				}
				h.forward(time.Hour)
				h.expect(s, notify.Cancelled, c.want, notify.Cancelled)
				if len(h.sms.got()) != 1 || len(h.mail.got()) != 0 {
					t.Errorf("%d text messages, %d letters", len(h.sms.got()), len(h.mail.got()))
				}
			})
		})
	}
}

func TestANoticeIsToldOnceHoweverOftenItIsWritten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		h.tell(h.asked(s, false), h.asked(s, false))
		h.tell(h.asked(s, false))
		h.forward(time.Hour)
		if len(h.sms.got()) != 1 || len(h.mail.got()) != 1 {
			t.Errorf("%d text messages, %d letters", len(h.sms.got()), len(h.mail.got()))
		}
	})
}

func TestReachCountsThePeopleAndNotTheMessages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.sms.answer = func(_ context.Context, m notify.Message, _ int) (notify.Receipt, error) {
			if m.Target == phoneOf(3) {
				return notify.Receipt{}, notify.Refused("closed")
			}
			return notify.Receipt{ProviderID: string(m.ID)}, nil
		}
		h.mail.answer = always(notify.Receipt{}, notify.Refused("closed"))
		sent, opened, lost, inboxOnly := h.person(1), h.person(2), h.person(3), notify.Subject{Kind: notify.Structure, ID: "ward"}
		h.tell(h.asked(sent, false), h.asked(opened, false), h.asked(lost, false), h.asked(inboxOnly, false))
		h.drain()
		h.seen(opened)
		h.view(func(tx *db.Tx) error {
			list, err := h.Reach(tx, "d1")
			want := []notify.Reached{
				{Subject: sent, State: notify.Sent, Channel: notify.SMSChannel},
				{Subject: opened, State: notify.Seen, Channel: notify.SMSChannel},
				{Subject: lost, State: notify.Held, Channel: notify.InboxChannel},
				{Subject: inboxOnly, State: notify.Held, Channel: notify.InboxChannel},
			}
			if !slices.Equal(list, want) {
				t.Errorf("%+v", list)
			}
			if got := notify.CountReach(list); got != (notify.Counts{Asked: 4, Waiting: 2, Reached: 2, Seen: 1}) {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}

func TestTheInboxShowsNewestFirstAndForgetsWhatWasWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s, ward := notify.Subject{Kind: notify.Professional, ID: "p"}, notify.Subject{Kind: notify.Structure, ID: "w"}
		h.tell(h.asked(s, false))
		h.clock.Advance(time.Minute)
		h.tell(notify.Notice{Territory: "t1", Subject: ward, Topic: notify.RequestReport, Request: "r2", Params: map[string]string{"patient": "Jeanne Moreau", notify.ParamCommune: "Évry"}})
		h.clock.Advance(time.Minute)
		h.tell(notify.Notice{Territory: "t1", Subject: s, Topic: "request.strange", Request: "r3"})
		fr := i18n.For("fr")
		read := func(page notify.Page) (texts []string, entries []notify.Entry) {
			h.view(func(tx *db.Tx) (err error) {
				entries, err = h.Inbox(tx, page, s, ward)
				for _, e := range entries {
					texts = append(texts, e.Words(fr).Text)
				}
				return err
			})
			return texts, entries
		}
		texts, entries := read(notify.Page{})
		want := []string{"Du nouveau vous attend.", "Un compte rendu (Évry) est disponible.", "Une demande (infirmier, Corbeil-Essonnes, <\u00a04\u00a0h) vous attend."}
		if !slices.Equal(texts, want) {
			t.Errorf("%q", texts)
		}
		if next, _ := read(notify.Page{Before: entries[0].ID, Limit: 1}); !slices.Equal(next, want[1:2]) {
			t.Errorf("next page %q", next)
		}
		unread := func() (n int) {
			h.view(func(tx *db.Tx) (err error) { n, err = h.Unread(tx, s, ward); return err })
			return n
		}
		if unread() != 3 {
			t.Errorf("%d unread", unread())
		}
		h.closeRound("d1")
		if texts, _ := read(notify.Page{}); len(texts) != 2 || unread() != 2 {
			t.Errorf("%q, %d unread", texts, unread())
		}
		h.update(func(tx *db.Tx) error { return h.SeenAll(tx, s) })
		if _, entries := read(notify.Page{}); unread() != 1 || !entries[0].Seen || entries[1].Seen {
			t.Errorf("%+v", entries)
		}
		h.view(func(tx *db.Tx) error {
			if _, err := h.EntryOf(tx, entries[1].ID, s); err == nil {
				t.Error("an entry of somebody else was read")
			}
			_, err := h.EntryOf(tx, entries[1].ID, s, ward)
			return err
		})
	})
}

func TestAlertsCountWhatRang(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		h.tell(h.asked(s, true), notify.Notice{Territory: "t1", Subject: s, Topic: notify.RequestReport, Request: "r2"})
		h.forward(5 * time.Minute)
		h.view(func(tx *db.Tx) error {
			n, err := h.Alerts(tx, s, h.clock.Now().Add(-time.Hour))
			if n != 1 {
				t.Errorf("%d alerts, want one solicitation by two channels", n)
			}
			return err
		})
	})
}

func TestReportsInAnyOrder(t *testing.T) {
	report := func(h *house, state notify.State) {
		h.update(func(tx *db.Tx) error { return h.Report(tx, notify.SMSChannel, "p1", state) })
	}
	for name, c := range map[string]struct {
		before, after []notify.State
		want          notify.State
	}{
		"delivered, twice":           {nil, []notify.State{notify.Delivered, notify.Delivered}, notify.Delivered},
		"sent after delivered":       {nil, []notify.State{notify.Delivered, notify.Sent}, notify.Delivered},
		"failed":                     {nil, []notify.State{notify.Sent, notify.Failed}, notify.Failed},
		"failed after delivered":     {nil, []notify.State{notify.Delivered, notify.Failed}, notify.Delivered},
		"delivered after failed":     {nil, []notify.State{notify.Failed, notify.Delivered}, notify.Delivered},
		"delivered before our mark":  {[]notify.State{notify.Delivered}, nil, notify.Delivered},
		"failed before our mark":     {[]notify.State{notify.Failed}, nil, notify.Failed},
		"a fate nobody described":    {nil, []notify.State{""}, notify.Sent},
		"delivered, then seen, late": {nil, []notify.State{notify.Seen}, notify.Sent},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				h.sms.answer = func(context.Context, notify.Message, int) (notify.Receipt, error) {
					for _, state := range c.before {
						report(h, state)
					}
					return notify.Receipt{ProviderID: "p1"}, nil
				}
				s := h.person(1)
				h.tell(h.asked(s, false))
				h.drain()
				for _, state := range c.after {
					report(h, state)
				}
				h.drain()
				if got := h.states(s); got[notify.SMSChannel] != c.want {
					t.Errorf("%v, want %s", got, c.want)
				}
				all := append(slices.Clone(c.before), c.after...)
				failed, delivered := slices.Index(all, notify.Failed), slices.Index(all, notify.Delivered)
				if got := len(h.mail.got()) == 1; got != (failed >= 0 && (delivered < 0 || failed < delivered)) {
					t.Errorf("%d letters", len(h.mail.got()))
				}
				h.forward(2 * time.Minute)
			})
		})
	}
}

// TestWhoeverIsHandedASolicitationIsToldOfTheClosing closes rounds while the queue
// sends at full speed: whatever was handed to a channel is in ToldOf at the closing,
// and nothing else is handed over after it.
func TestWhoeverIsHandedASolicitationIsToldOfTheClosing(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			h := newHouse(t, dbtest.Open(t, engine, clock.Real()), nil)
			const crowd, rounds = 60, 5
			var people []notify.Subject
			for n := range crowd {
				people = append(people, h.person(n))
			}
			handed := make(chan string, crowd*rounds)
			h.sms.answer = func(_ context.Context, m notify.Message, _ int) (notify.Receipt, error) {
				handed <- m.Target
				return notify.Receipt{ProviderID: string(m.ID)}, nil
			}
			stop := h.run()
			defer stop()
			for round := range rounds {
				dispatch := fmt.Sprint("d", round)
				var notices []notify.Notice
				for _, s := range people {
					notices = append(notices, notify.Notice{Territory: "t1", Subject: s, Topic: notify.OfferNew, Solicits: true, Request: dispatch, Dispatch: dispatch, Offer: dispatch + s.ID})
				}
				h.tell(notices...)
				got := map[string]bool{<-handed: true}
				var told []notify.Subject
				h.update(func(tx *db.Tx) (err error) {
					if err = h.CloseRound(tx, dispatch); err == nil {
						told, err = h.ToldOf(tx, dispatch)
					}
					return err
				})
				if err := h.queue.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				for len(handed) > 0 {
					got[<-handed] = true
				}
				for n, s := range people {
					if got[phoneOf(n)] != slices.Contains(told, s) {
						t.Errorf("round %d: %s handed over %v, told of the closing %v", round, s.ID, got[phoneOf(n)], slices.Contains(told, s))
					}
				}
				t.Logf("closed after %d of %d", len(got), crowd)
			}
		})
	}
}

func BenchmarkAskTwoHundredAndClose(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			h := newHouse(b, dbtest.Open(b, engine, clock.Real()), nil)
			var people []notify.Subject
			for n := range 200 {
				people = append(people, h.person(n))
			}
			round := 0
			for b.Loop() {
				round++
				dispatch := fmt.Sprint("d", round)
				notices := make([]notify.Notice, len(people))
				for i, s := range people {
					notices[i] = notify.Notice{Territory: "t1", Subject: s, Topic: notify.OfferNew, Solicits: true, Request: dispatch, Dispatch: dispatch, Offer: dispatch + s.ID}
				}
				h.tell(notices...)
				h.closeRound(dispatch)
			}
		})
	}
}

func TestASolicitationWithoutAnyWayOutIsAnnounced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		unreached := h.unreachedOffers()
		ward := notify.Subject{Kind: notify.Structure, ID: "ward"}
		h.tell(h.asked(ward, true), h.asked(h.person(1), true), notify.Notice{Territory: "t1", Subject: ward, Topic: notify.RequestReport, Request: "r1"})
		h.drain()
		if !slices.Equal(*unreached, []string{"offer-ward"}) {
			t.Errorf("unreached %v", *unreached)
		}
	})
}
