package notify_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	// The private PostgreSQL of the tests lives as long as the process, and so does what reads its errors.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"), goleak.IgnoreAnyFunction("os/exec.(*Cmd).writerDescriptor.func1"))
}

// wire is a channel that answers as it is told and remembers what it was handed.
type wire struct {
	name    string
	repeats bool
	answer  func(ctx context.Context, m notify.Message, n int) (notify.Receipt, error) // n counts the attempts of m, from 1; nil takes everything

	mu     sync.Mutex
	handed []notify.Message
}

func (w *wire) Name() string  { return w.name }
func (w *wire) Repeats() bool { return w.repeats }

func (w *wire) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	w.mu.Lock()
	w.handed = append(w.handed, m)
	n := 0
	for _, h := range w.handed {
		if h.ID == m.ID {
			n++
		}
	}
	answer := w.answer
	w.mu.Unlock()
	if answer == nil {
		return notify.Receipt{ProviderID: w.name + "-" + string(m.ID)}, nil
	}
	return answer(ctx, m, n)
}

// got lists what was handed over, in order.
func (w *wire) got() []notify.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.handed)
}

// always answers every attempt in the same way.
func always(r notify.Receipt, err error) func(context.Context, notify.Message, int) (notify.Receipt, error) {
	return func(context.Context, notify.Message, int) (notify.Receipt, error) { return r, err }
}

// house is the service on one database, with a text message gateway and a mail server.
type house struct {
	t     testing.TB
	d     *db.DB
	clock *clock.Manual
	queue *queue.Queue
	hub   *live.Hub
	*notify.Service
	sms, mail *wire
	budget    notify.Budget // of every territory
}

func newHouse(t testing.TB, d *db.DB, c *clock.Manual) *house {
	t.Helper()
	h := &house{t: t, d: d, clock: c, hub: live.New(d), sms: &wire{name: notify.SMSChannel}, mail: &wire{name: notify.MailChannel, repeats: true}}
	h.restart()
	return h
}

// restart forgets everything but the database, as a stop of the process does.
func (h *house) restart() {
	h.queue = queue.New(h.d, queue.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.Service = notify.New(h.d, h.queue, h.hub, notify.Options{
		Channels: []notify.Channel{h.sms, h.mail}, BaseURL: "https://entractes.example.org", Timeout: time.Minute,
		Budget: func(*db.Tx, string) (notify.Budget, error) { return h.budget, nil },
	})
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) { fn(t, newHouse(t, d, c)) })
}

func (h *house) update(fn func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) view(fn func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.View(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// drain works everything due, then what that made due, at the same instant.
func (h *house) drain() {
	h.t.Helper()
	if err := h.queue.Drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// forward moves the clock by steps that end at each promise, as time does.
func (h *house) forward(d time.Duration) {
	h.t.Helper()
	end := h.clock.Now().Add(d)
	for {
		h.drain()
		due, ok, err := h.queue.NextDue(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		if !ok || due.After(end) {
			h.clock.Set(end)
			h.drain()
			return
		}
		if due.After(h.clock.Now()) {
			h.clock.Set(due)
		}
	}
}

// person gives the n-th nurse a phone and a mailbox, in this order.
func (h *house) person(n int) notify.Subject {
	h.t.Helper()
	s := notify.Subject{Kind: notify.Professional, ID: fmt.Sprintf("nurse-%03d", n)}
	h.update(func(tx *db.Tx) error {
		return h.SetAddresses(tx, s, []notify.Address{
			{Channel: notify.SMSChannel, Target: phoneOf(n)}, {Channel: notify.MailChannel, Target: mailOf(n)},
		})
	})
	return s
}

func phoneOf(n int) string { return fmt.Sprintf("+336399800%02d", n) }
func mailOf(n int) string  { return fmt.Sprintf("nurse%d@example.org", n) }

func (h *house) tell(notices ...notify.Notice) {
	h.t.Helper()
	h.update(func(tx *db.Tx) error { return h.Tell(tx, notices...) })
}

func (h *house) closeRound(dispatch string) {
	h.t.Helper()
	h.update(func(tx *db.Tx) error { return h.CloseRound(tx, dispatch) })
}

// asked is the solicitation of s in round "d1" of request "r1", to answer within two hours.
func (h *house) asked(s notify.Subject, urgent bool) notify.Notice {
	return notify.Notice{
		Territory: "t1", Subject: s, Topic: notify.OfferNew, Solicits: true, Request: "r1", Dispatch: "d1", Offer: "offer-" + s.ID, Wave: 1,
		Params:   map[string]string{notify.ParamProfession: "infirmier", notify.ParamCommune: "Corbeil-Essonnes", notify.ParamUrgency: "<\u00a04\u00a0h"},
		Urgent:   urgent,
		Deadline: h.clock.Now().Add(2 * time.Hour),
	}
}

// states reads the deliveries of request r1 for s, by channel.
func (h *house) states(s notify.Subject) map[string]notify.State {
	h.t.Helper()
	out := map[string]notify.State{}
	h.view(func(tx *db.Tx) error {
		lines, err := h.Deliveries(tx, "r1")
		for _, l := range lines {
			if l.Subject == s {
				out[l.Channel] = l.State
			}
		}
		return err
	})
	return out
}

func (h *house) expect(s notify.Subject, inbox, sms, mail notify.State) {
	h.t.Helper()
	got := h.states(s)
	want := map[string]notify.State{notify.InboxChannel: inbox, notify.SMSChannel: sms, notify.MailChannel: mail}
	for channel, state := range want {
		if got[channel] != state {
			h.t.Errorf("%s of %s is %q, want %q (all: %v)", channel, s.ID, got[channel], state, got)
		}
	}
}

func (h *house) told() []string {
	h.t.Helper()
	var out []string
	h.view(func(tx *db.Tx) error {
		subjects, err := h.ToldOf(tx, "d1")
		for _, s := range subjects {
			out = append(out, s.ID)
		}
		return err
	})
	return out
}

func (h *house) seen(s notify.Subject) {
	h.t.Helper()
	h.update(func(tx *db.Tx) error { return h.Seen(tx, s, "r1") })
}
