package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/live"
)

func TestMain(m *testing.M) {
	// The private PostgreSQL of the tests lives as long as the process, and so does what reads its errors.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("os/exec.(*Cmd).writerDescriptor.func1"))
}

func receive(t *testing.T, l *live.Listener) string {
	t.Helper()
	select {
	case topic := <-l.C:
		return topic
	case <-time.After(30 * time.Second):
		t.Fatal("no hint came")
		return ""
	}
}

// waiting reads what already waits, without waiting.
func waiting(l *live.Listener) (topics []string) {
	for {
		select {
		case topic, open := <-l.C:
			if !open {
				return topics
			}
			topics = append(topics, topic)
		default:
			return topics
		}
	}
}

func start(t *testing.T, h *live.Hub) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestATouchIsToldOnceItsTransactionIsOnDisk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := live.New(d)
		l, other := h.Subscribe("request:1", "person:2"), h.Subscribe("request:9")
		defer l.Close()
		defer other.Close()
		refused := errors.New("refused")
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			h.Touch(tx, "person:2")
			return refused
		}); !errors.Is(err, refused) {
			t.Fatal(err)
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			h.Touch(tx, "request:1")
			if told := waiting(l); told != nil {
				t.Errorf("told %v before the commit", told)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if told := waiting(l); !slices.Equal(told, []string{"request:1"}) {
			t.Errorf("told %v", told)
		}
		if told := waiting(other); told != nil {
			t.Errorf("another listener was told %v", told)
		}
	})
}

func TestAListenerThatDoesNotReadHoldsNobody(t *testing.T) {
	h := live.New(dbtest.Open(t, db.SQLite, clock.NewManual(dbtest.Start)))
	l := h.Subscribe("a", "b", "a")
	for range 1000 {
		h.Publish("b")
		h.Publish("a")
		h.Publish("nobody listens")
	}
	h.Publish(strings.Repeat("too long", 100))
	if told := waiting(l); !slices.Equal(told, []string{"b", "a", live.Resync}) {
		t.Errorf("told %v, want each topic once in the order it changed", told)
	}
	h.Publish("a")
	l.Close()
	l.Close()
	h.Publish("a")
	if told := waiting(l); !slices.Equal(told, []string{"a"}) {
		t.Errorf("told %v, then closed", told)
	}
}

func TestNoHintIsLostBetweenManyTellersAndAReader(t *testing.T) {
	h := live.New(dbtest.Open(t, db.SQLite, clock.NewManual(dbtest.Start)))
	l := h.Subscribe("a", "b", "last")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 500 {
				h.Publish([]string{"a", "b"}[(w+i)%2])
			}
		})
	}
	go func() { wg.Wait(); h.Publish("last") }()
	for receive(t, l) != "last" {
	}
	l.Close()
}

func TestHintsCrossNodes(t *testing.T) {
	c := clock.NewManual(dbtest.Start)
	address := dbtest.Address(t, db.Postgres)
	one, two := dbtest.OpenAt(t, address, c), dbtest.OpenAt(t, address, c)
	here, there := live.New(one), live.New(two)
	topics := []string{"last"}
	for i := range 300 {
		topics = append(topics, fmt.Sprintf("request:%030d", i))
	}
	own, far := here.Subscribe("last"), there.Subscribe(topics...)
	defer own.Close()
	defer far.Close()
	start(t, here)
	start(t, there)
	for _, l := range []*live.Listener{own, far} {
		if first := receive(t, l); first != live.Resync {
			t.Fatalf("the ear opened with %q", first)
		}
	}
	// A burst, then one more within the pause: its end is told too.
	for _, topic := range topics[1:] {
		here.Publish(topic)
	}
	here.Publish("last")
	seen := map[string]int{}
	for len(seen) < len(topics) {
		seen[receive(t, far)]++
	}
	if seen[live.Resync] > 0 {
		t.Error("a burst of 301 topics was not worth naming")
	}
	if told := append([]string{receive(t, own)}, waiting(own)...); !slices.Equal(told, []string{"last"}) {
		t.Errorf("the node itself was told %v: it hears its own echo", told)
	}
}

func TestACutConnectionIsReplacedAndListenersReadAgain(t *testing.T) {
	c := clock.NewManual(dbtest.Start)
	address := dbtest.Address(t, db.Postgres)
	one, two := dbtest.OpenAt(t, address, c), dbtest.OpenAt(t, address, c)
	h, other := live.New(one), live.New(two)
	l := h.Subscribe("request:1")
	defer l.Close()
	start(t, h)
	start(t, other)
	receive(t, l)
	err := two.Update(t.Context(), func(tx *db.Tx) error {
		cut, err := db.All(tx, db.Value[bool], `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'`)
		if len(cut) == 0 {
			t.Error("no ear was found")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if told := receive(t, l); told != live.Resync {
		t.Errorf("told %q, want to read again", told)
	}
	other.Publish("request:1")
	if told := receive(t, l); told != "request:1" {
		t.Errorf("told %q after the ear opened again", told)
	}
}
