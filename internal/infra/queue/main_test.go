package queue_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

func TestMain(m *testing.M) {
	// The private PostgreSQL of the tests lives as long as the process, and so does what reads its errors.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"), goleak.IgnoreAnyFunction("os/exec.(*Cmd).writerDescriptor.func1"))
}

// node returns a queue that polls only when the clock is moved by a day, so that
// what a test sees comes from signals and exact timers.
func node(d *db.DB) *queue.Queue {
	return queue.New(d, queue.Options{Poll: 24 * time.Hour, Log: quiet})
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// start runs q until the test ends or the returned function is called.
func start(t testing.TB, q *queue.Queue) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func update(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func drain(t testing.TB, q *queue.Queue) {
	t.Helper()
	if err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func promise(t testing.TB, d *db.DB, q *queue.Queue, kind, key string, due time.Time, args any) {
	t.Helper()
	update(t, d, func(tx *db.Tx) error { return q.Promise(tx, kind, key, due, args) })
}

// row is what the table holds of a job.
type row struct {
	Kind, Key, State, Owner, Reason string
	Due                             time.Time
	Attempt, LeaseUntil             int64
}

func rows(t testing.TB, d *db.DB) (all []row) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.All(tx, func(r db.Row) (w row, err error) {
			var due int64
			err = r.Scan(&w.Kind, &w.Key, &w.State, &w.Owner, &w.Reason, &due, &w.Attempt, &w.LeaseUntil)
			w.Due = db.At(due)
			return w, err
		}, "SELECT kind, key, state, lease_owner, reason, due, attempt, lease_until FROM job WHERE kind <> 'queue.purge' ORDER BY due, id")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// receive waits for a signal; the test's own deadline bounds it.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}
