// Package dbtest gives store tests both engines: a fresh SQLite file and a fresh
// database of a private PostgreSQL that it starts by itself and that dies with the test.
package dbtest

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
)

// Start is where the clock of a test stands at first: Monday 16 March 2026, 10:20 in Paris.
var Start = time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC)

// Each runs fn on SQLite and on PostgreSQL, each with its own migrated database and
// its own clock moved by hand.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB, c *clock.Manual)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			c := clock.NewManual(Start)
			fn(t, Open(t, engine, c), c)
		})
	}
}

// Open returns a fresh migrated database of the engine on clock c, closed with the test.
func Open(t testing.TB, engine db.Engine, c clock.Clock) *db.DB {
	t.Helper()
	return OpenAt(t, Address(t, engine), c)
}

// OpenAt opens the database at address once more, as a second node or after a stop.
func OpenAt(t testing.TB, address string, c clock.Clock) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), address, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// Address makes a fresh empty database and returns its address.
func Address(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.SQLite {
		return filepath.Join(t.TempDir(), "house.db")
	}
	s, err := private()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	return s.fresh(t)
}

// fresh makes a migrated database and returns its address.
func (s *server) fresh(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", s.next.Add(1))
	if err := s.create(t.Context(), name); err != nil {
		t.Fatalf("create database %s: %v", name, err)
	}
	return s.address(name)
}
