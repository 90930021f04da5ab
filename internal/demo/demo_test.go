package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/care/request"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// ends is when the histories of the tests end: a Thursday at noon in Paris.
var ends = time.Date(2026, 11, 26, 11, 0, 0, 0, time.UTC)

// small is a fifth of the territory and two days of it.
var small = demo.Size{Share: 0.2, Days: 2, PerDay: 8}

func build(t *testing.T, c clock.Clock) *app.House {
	t.Helper()
	h, err := app.Build(t.Context(), config.Config{
		Listen: "127.0.0.1:0", Database: filepath.Join(t.TempDir(), "demo.db"), MasterKey: filepath.Join(t.TempDir(), "demo.key"),
	}, app.Options{Clock: c, Log: slog.New(slog.DiscardHandler), Demo: true, Channels: app.FakePhones(), Auth: auth.Options{HashMemoryKiB: 64}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// lived is a furnished house with a small history, its clock at ends.
func lived(t *testing.T) (*app.House, *clock.Manual) {
	t.Helper()
	c := clock.NewManual(ends.Add(-2 * 24 * time.Hour))
	h := build(t, c)
	if err := demo.Furnish(t.Context(), h.Demo(), 7, small); err != nil {
		t.Fatal(err)
	}
	if err := demo.Live(t.Context(), h.Demo(), c, ends, demo.Past{Seed: 7, Size: small, Fixtures: true}); err != nil {
		t.Fatal(err)
	}
	return h, c
}

// number reads one number of the house.
func number(t *testing.T, h *app.House, q string, args ...any) (n int64) {
	t.Helper()
	err := h.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "none", db.Value[int64], q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestATerritoryThatLived(t *testing.T) {
	t.Parallel()
	h, c := lived(t)
	for q, least := range map[string]int64{
		`SELECT count(*) FROM professional`:                                       170,
		`SELECT count(DISTINCT profession) FROM professional`:                     14,
		`SELECT count(DISTINCT commune) FROM professional`:                        60,
		`SELECT count(*) FROM structure WHERE kind = 'ward'`:                      15,
		`SELECT count(DISTINCT profession) FROM structure WHERE profession <> ''`: 12,
		`SELECT count(*) FROM duty_line`:                                          2,
		`SELECT count(*) FROM request`:                                            20,
		`SELECT count(*) FROM request WHERE state = 'completed'`:                  5,
		`SELECT count(*) FROM request WHERE state = 'started'`:                    3,
		`SELECT count(*) FROM report`:                                             5,
		`SELECT count(*) FROM visit`:                                              4,
		`SELECT count(*) FROM fake_message`:                                       100,
		`SELECT count(*) FROM delivery WHERE state = 'seen'`:                      10,
		`SELECT count(*) FROM row_owner WHERE account <> ''`:                      1, // so small a territory may have one open row left to take
		`SELECT count(*) FROM handover`:                                           1,
	} {
		if n := number(t, h, q); n < least {
			t.Errorf("%s: %d, want %d at least", q, n, least)
		}
	}
	for q, what := range map[string]string{
		`SELECT count(*) FROM professional WHERE rpps NOT LIKE '999%' OR phone NOT LIKE '+3363998____' OR email NOT LIKE '%@example.org'`: "professionals who may exist",
		`SELECT count(*) FROM structure WHERE phone NOT LIKE '+3319900____' OR email NOT LIKE '%@example.org'`:                            "structures that may exist",
		`SELECT count(*) FROM address WHERE target NOT LIKE '+3363998____' AND target NOT LIKE '%@example.org'`:                           "addresses that lead outside",
		`SELECT count(*) FROM job WHERE state IN ('dead', 'leased')`:                                                                      "jobs that failed",
		`SELECT count(*) FROM request_act WHERE at > ` + strconv.FormatInt(db.Ms(c.Now()), 10):                                            "acts of the future",
		`SELECT count(*) FROM (SELECT rpps FROM professional GROUP BY rpps HAVING count(*) > 1) twice`:                                    "numbers given twice",
		`SELECT count(*) FROM audit WHERE outcome = 'error'`:                                                                              "acts that failed",
	} {
		if n := number(t, h, q); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// The fixtures happen at their real offsets.
func TestTheFixturesKeepTheirOffsets(t *testing.T) {
	t.Parallel()
	h, _ := lived(t)
	for once, minutes := range map[string]int64{"F1": 1, "F2": 1, "F3": 7, "F4": 3, "F5": 2, "F6": 5, "F7": 2, "F8": 10, "F9": 31, "F10": 12, "F11": 3, "F12": 85, "F13": 59, "F14": 21} {
		if got := number(t, h, `SELECT (accepted - triggered) / 60000 FROM request WHERE once = $1`, "demo-"+once); got != minutes {
			t.Errorf("%s was accepted after %d min, want %d", once, got, minutes)
		}
	}
	if n := number(t, h, `SELECT count(*) FROM request WHERE once = 'demo-F15' AND state = $1`, string(request.Unfilled)); n != 1 {
		t.Error("F15 was taken")
	}
	if n := number(t, h, `SELECT count(*) FROM offer WHERE request = (SELECT id FROM request WHERE once = 'demo-F15')`); n != 7 {
		t.Errorf("F15 asked %d people, want 7", n)
	}
	if n := number(t, h, `SELECT (a.at - r.triggered) / 60000 FROM request r JOIN request_act a ON a.request = r.id WHERE r.once = 'demo-F15' AND a.act = 'time_out'`); n != 12 {
		t.Errorf("F15 ended after %d min, want 12", n)
	}
	if n := number(t, h, `SELECT count(DISTINCT patient) FROM request WHERE once IN ('demo-F4', 'demo-F5')`); n != 1 {
		t.Error("F4 and F5 are not about the same patient")
	}
}

// The simulator goes on by itself, and never acts for who is played.
func TestTheSimulatorLeavesPartsToTheirPlayers(t *testing.T) {
	t.Parallel()
	h, c := lived(t)
	ctx := context.WithoutCancel(t.Context())
	var part demo.Persona
	if err := h.DB.View(ctx, func(tx *db.Tx) error {
		all, err := demo.Personas(tx)
		for _, p := range all {
			if p.Slug == "leonore" {
				part = p
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	token := ""
	play := func() {
		if token != "" {
			if _, err := h.Auth.Resume(ctx, token, true); err != nil {
				t.Fatal(err)
			}
			return
		}
		opened, err := h.Auth.OpenSession(demo.As(ctx), part.Account, auth.Visitor{})
		if err != nil {
			t.Fatal(err)
		}
		token = opened
	}
	before := number(t, h, `SELECT count(*) FROM request`)
	mine := number(t, h, `SELECT count(*) FROM request_act WHERE account = $1`, string(part.Account))
	s := demo.NewSimulator(h.Demo(), c, demo.Pace{Seed: 3})
	for end := ends.Add(time.Hour); c.Now().Before(end); {
		play()
		next, err := s.Step(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c.Set(next)
		if err := h.Queue.Drain(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := number(t, h, `SELECT count(*) FROM request`) - before; n < 15 {
		t.Errorf("%d requests in an hour", n)
	}
	if n := number(t, h, `SELECT count(*) FROM request WHERE accepted > $1`, db.Ms(ends)); n < 4 {
		t.Errorf("%d requests taken in an hour", n)
	}
	if n := number(t, h, `SELECT count(*) FROM request_act WHERE account = $1`, string(part.Account)); n != mine {
		t.Errorf("%d acts were done for a part that somebody plays", n-mine)
	}
}

// A demonstration stopped for days has lived the last ones when it is opened again.
func TestTheTimePassedIsLived(t *testing.T) {
	t.Parallel()
	h, c := lived(t)
	later := ends.Add(6 * 24 * time.Hour)
	if err := demo.Live(t.Context(), h.Demo(), c, later, demo.Past{Seed: 8, Size: small}); err != nil {
		t.Fatal(err)
	}
	if n := number(t, h, `SELECT count(*) FROM request WHERE created > $1`, db.Ms(later.Add(-12*time.Hour))); n == 0 {
		t.Error("nobody asked for anything since yesterday")
	}
	if n := number(t, h, `SELECT count(*) FROM request WHERE state = 'searching' AND reply_by < $1`, db.Ms(later)); n != 0 {
		t.Errorf("%d requests search beyond their deadline", n)
	}
	if n := number(t, h, `SELECT MAX(ends) FROM duty`); n < db.Ms(later.Add(2*7*24*time.Hour)) {
		t.Error("nobody is on duty in two weeks")
	}
	if last, err := demo.LastAct(t.Context(), h.Demo()); err != nil || later.Sub(last) > 12*time.Hour {
		t.Errorf("the last act is %v, %v", last, err)
	}
}
