package notify_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// TestNoSolicitationLeavesAfterItsRoundIsClosed plays random histories of several
// rounds and people, with channels that answer anything, and watches what channels
// are handed. It also checks what must hold of every row at any time.
func TestNoSolicitationLeavesAfterItsRoundIsClosed(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			c := clock.NewManual(dbtest.Start)
			d := dbtest.Open(t, engine, c)
			games, game := 40, 0
			if engine == db.Postgres {
				games = 10 // the same text, and ten times as long
			}
			rapid.Check(t, func(rt *rapid.T) {
				if game++; game > games {
					return
				}
				playRounds(t, rt, d, c, fmt.Sprintf("g%d-", game))
			})
		})
	}
}

// history is what a game remembers beside the database.
type history struct {
	*house
	t      *rapid.T
	game   string
	closed map[string]bool
	people []notify.Subject
	told   int
}

func playRounds(t *testing.T, rt *rapid.T, d *db.DB, c *clock.Manual, game string) {
	h := &history{house: newHouse(t, d, c), t: rt, game: game, closed: map[string]bool{}}
	h.sms.answer = h.anything("sms")
	h.mail.answer = h.anything("mail")
	for n := range 3 {
		s := notify.Subject{Kind: notify.Professional, ID: fmt.Sprintf("%sp%d", game, n)}
		h.people = append(h.people, s)
		h.update(func(tx *db.Tx) error {
			return h.SetAddresses(tx, s, []notify.Address{{Channel: notify.SMSChannel, Target: game + phoneOf(n)}, {Channel: notify.MailChannel, Target: game + mailOf(n)}})
		})
	}
	for range rapid.IntRange(5, 30).Draw(rt, "steps") {
		h.step()
	}
	h.forward(3 * time.Hour)
	h.settled()
	// What is left of this game must not disturb the next.
	for round := range 3 {
		h.closeRound(h.round(round))
	}
}

func (h *history) round(n int) string { return fmt.Sprintf("%sd%d", h.game, n) }

func (h *history) step() {
	round := h.round(rapid.IntRange(0, 2).Draw(h.t, "round"))
	who := rapid.SampledFrom(h.people).Draw(h.t, "who")
	switch rapid.SampledFrom([]string{"tell", "tell", "close", "seen", "advance", "advance", "drain", "inform"}).Draw(h.t, "act") {
	case "tell":
		h.told++
		n := notify.Notice{
			Territory: "t1", Subject: who, Topic: notify.OfferNew, Solicits: true, Request: "r" + round, Dispatch: round,
			Offer: fmt.Sprintf("%so%d", h.game, h.told), Urgent: rapid.Bool().Draw(h.t, "urgent"),
			NotBefore: h.clock.Now().Add(time.Duration(rapid.IntRange(0, 3).Draw(h.t, "night")) * time.Minute),
			Deadline:  h.clock.Now().Add(2 * time.Hour),
		}
		h.tell(n)
	case "inform":
		h.tell(notify.Notice{Territory: "t1", Subject: who, Topic: notify.OfferTaken, Request: "r" + round, Dispatch: round})
	case "close":
		h.closeRound(round)
		h.closed[round] = true
	case "seen":
		h.update(func(tx *db.Tx) error { return h.Seen(tx, who, "r"+round) })
	case "advance":
		h.forward(time.Duration(rapid.IntRange(1, 900).Draw(h.t, "seconds")) * time.Second)
	case "drain":
		h.drain()
	}
}

// anything answers as the dice fall, after it checked that nothing of a closed round is handed over.
func (h *history) anything(channel string) func(context.Context, notify.Message, int) (notify.Receipt, error) {
	return func(_ context.Context, m notify.Message, _ int) (notify.Receipt, error) {
		var round string
		var solicits bool
		h.view(func(tx *db.Tx) error {
			_, _, err := db.Find(tx, func(r db.Row) (struct{}, error) { return struct{}{}, r.Scan(&round, &solicits) },
				`SELECT dispatch, solicits FROM delivery WHERE id = $1`, string(m.ID))
			return err
		})
		if solicits && h.closed[round] {
			h.t.Fatalf("a solicitation of a closed round is handed to %s", channel)
		}
		switch rapid.IntRange(0, 5).Draw(h.t, channel) {
		case 0:
			return notify.Receipt{}, notify.Refused("no")
		case 1:
			return notify.Receipt{}, errors.New("500")
		case 2:
			return notify.Receipt{}, notify.ErrUnknown
		case 3:
			return notify.Receipt{}, notify.Later(20*time.Second, errors.New("429"))
		}
		return notify.Receipt{ProviderID: string(m.ID)}, nil
	}
}

// settled checks that, long after the last act, nothing is still on its way.
func (h *history) settled() {
	h.view(func(tx *db.Tx) error {
		for n := range 3 {
			lines, err := h.Deliveries(tx, "r"+h.round(n))
			if err != nil {
				return err
			}
			for _, l := range lines {
				switch l.State {
				case notify.Queued, notify.Held, notify.Sending:
					h.t.Fatalf("%s by %s is still %s: %+v", l.Topic, l.Channel, l.State, l)
				}
			}
		}
		return nil
	})
}
