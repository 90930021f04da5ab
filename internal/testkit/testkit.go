// Package testkit is the whole house on a clock moved by hand: a scenario reads like a
// paragraph, and runs on both engines with fake phones at the ends of the channels.
package testkit

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
)

// Territory is the one every house of a test has: all the communes of Essonne.
const Territory territory.ID = "essonne"

// House is a house of a test. Its queue works only in Settle and Forward.
type House struct {
	*app.House
	T     testing.TB
	Clock *clock.Manual
	// Desk is the coordination desk of the territory: who is told when nobody takes a request.
	Desk string

	people int
}

// Each runs fn in a house of each engine, at 10:20 on Monday 16 March 2026 in Paris.
func Each(t *testing.T, fn func(t *testing.T, h *House)) {
	t.Helper()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, Start(t, engine))
		})
	}
}

// Start builds a house on a fresh database of the engine, with its configuration changed by more.
func Start(t testing.TB, engine db.Engine, more ...func(*config.Config)) *House {
	t.Helper()
	c := clock.NewManual(dbtest.Start)
	h := &House{T: t, Clock: c, House: Build(t, dbtest.Address(t, engine), filepath.Join(t.TempDir(), "master.key"), c, more...)}
	h.Settlement()
	return h
}

// Build builds a bare house with fake phones on the database at address, closed with
// the test: a second node, or the same house after a stop.
func Build(t testing.TB, address, masterKey string, c clock.Clock, more ...func(*config.Config)) *app.House {
	t.Helper()
	configured := config.Config{Listen: "127.0.0.1:0", PublicURL: "https://house.example.org", Database: address, MasterKey: masterKey}
	for _, change := range more {
		change(&configured)
	}
	built, err := app.Build(t.Context(), configured, app.Options{
		Clock: c, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)), Demo: true,
		Auth: auth.Options{HashMemoryKiB: 64},
		Channels: []func(*app.House) notify.Channel{
			func(h *app.House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.SMSChannel) },
			func(h *app.House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.MailChannel) },
			func(h *app.House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.SecureMailChannel) },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := built.Close(); err != nil {
			t.Errorf("close the house: %v", err)
		}
	})
	return built
}

// Settlement draws the territory and its coordination desk.
func (h *House) Settlement() {
	h.T.Helper()
	h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
		_, err := territory.Add(tx, territory.New{ID: Territory, Name: "Essonne", Communes: Communes("91")})
		return err
	}))
	h.Desk = h.Structure(Structure{Name: "Plateforme de coordination", Kind: "call_desk", Commune: "Évry-Courcouronnes"}).Subject.ID
}

// As returns a context in which a acts.
func (h *House) As(a actor.Actor) context.Context { return actor.With(h.T.Context(), a) }

// Must stops the test on an error.
func (h *House) Must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Settle does everything that is due now.
func (h *House) Settle() {
	h.T.Helper()
	h.Must(h.Queue.Drain(h.As(actor.System("testkit"))))
}

// Forward moves the clock by d, stopping at each promise on the way to keep it on time.
func (h *House) Forward(d time.Duration) {
	h.T.Helper()
	h.Until(h.Clock.Now().Add(d))
}

// Until moves the clock to t, stopping at each promise on the way to keep it on time.
func (h *House) Until(t time.Time) {
	h.T.Helper()
	for {
		h.Settle()
		due, ok, err := h.Queue.NextDue(h.T.Context())
		h.Must(err)
		if !ok || due.After(t) {
			break
		}
		h.Clock.Set(later(due, h.Clock.Now()))
	}
	h.Clock.Set(t)
	h.Settle()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Communes returns the codes of the communes of a département.
func Communes(department string) []territory.CommuneCode {
	var out []territory.CommuneCode
	for _, c := range territory.CommunesOf(func(c territory.Commune) bool { return c.Departement == department }) {
		out = append(out, c.Code)
	}
	return out
}

// testWriter sends the log to the test.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(string(p))
	return len(p), nil
}
