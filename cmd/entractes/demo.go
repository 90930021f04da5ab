package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
)

type demoCmd struct {
	Reset          bool   `help:"Forget the demonstration and make it anew."`
	QuietSimulator bool   `help:"Nobody acts but those who are played."`
	Folder         string `help:"Where the demonstration is kept." default:"var" env:"ENTRACTES_DEMO_FOLDER" placeholder:"FOLDER"`
	Port           int    `help:"Port to listen on, on this machine only." default:"8080" env:"PORT"`
	Seed           uint64 `help:"Another number makes other people." default:"91"`
}

// Run makes the demonstration when there is none, catches up with the time it was
// stopped, and serves it.
func (d demoCmd) Run(ctx context.Context, c *config.Config, o output) (err error) {
	conf := d.config(*c)
	// The port first: nobody waits for a territory to hear that it is taken.
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", conf.Listen)
	if err != nil {
		return fmt.Errorf("le port %d est déjà pris : arrêtez l’autre programme, ou choisissez-en un autre par PORT=…: %w", d.Port, err)
	}
	defer l.Close() //nolint:errcheck // closed already when the house has run
	if d.Reset {
		if err := forget(conf.Database, conf.MasterKey); err != nil {
			return err
		}
	}
	if err := d.prepare(ctx, conf, o.out); err != nil {
		return err
	}
	h, err := app.Build(ctx, conf, app.Options{Demo: true, Channels: app.FakePhones()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	var beside []func(ctx context.Context) error
	if !d.QuietSimulator {
		beside = append(beside, demo.NewSimulator(h.Demo(), h.Clock, demo.Pace{}).Run)
	}
	return h.Run(ctx, l, func() { fmt.Fprintf(o.out, "La démonstration est prête : %s/demo\n", conf.PublicURL) }, beside...)
}

// config is that of a demonstration: its own database and key, this machine only.
func (d demoCmd) config(c config.Config) config.Config {
	c.Database, c.MasterKey = filepath.Join(d.Folder, "demo.db"), filepath.Join(d.Folder, "demo.key")
	c.Listen = fmt.Sprintf("127.0.0.1:%d", d.Port)
	c.PublicURL = fmt.Sprintf("http://localhost:%d", d.Port)
	c.SMTPHost, c.SecureMailHost, c.SMSGateway = "", "", ""
	return c
}

// forget removes a database with what SQLite keeps beside it, and a key.
func forget(database, key string) error {
	for _, file := range []string{database, database + "-wal", database + "-shm", key} {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// prepare leaves a demonstration whose history ends now. A first one is made beside and
// put in its place when it is whole.
func (d demoCmd) prepare(ctx context.Context, conf config.Config, out io.Writer) error {
	now := clock.Real().Now()
	if _, err := os.Stat(conf.Database); err == nil {
		last, err := lastAct(ctx, conf)
		if err != nil || now.Sub(last) < demo.CatchUpAfter {
			return err
		}
		return d.live(ctx, conf, last, now, demo.Past{Seed: uint64(now.Unix())}, progress(out, "On rattrape le temps passé")) //nolint:gosec // after 1970
	}
	building := conf
	building.Database += ".building"
	if err := errors.Join(forget(building.Database, conf.MasterKey), forget(conf.Database, conf.MasterKey)); err != nil {
		return err
	}
	from := now.Add(-demo.History)
	if err := d.live(ctx, building, from, now, demo.Past{Seed: d.Seed, Fixtures: true}, progress(out, "On peuple le territoire et on vit deux semaines")); err != nil {
		return err
	}
	return rename(building.Database, conf.Database)
}

// rename moves a closed database with what SQLite keeps beside it, the database itself
// last: without it, the others count for nothing.
func rename(from, to string) error {
	for _, end := range []string{"-shm", "-wal", ""} {
		if err := os.Rename(from+end, to+end); err != nil && (end == "" || !errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	return nil
}

// live builds a house whose clock stands at from and lives it until now.
func (d demoCmd) live(ctx context.Context, conf config.Config, from, now time.Time, p demo.Past, told func(float64)) (err error) {
	c := clock.NewManual(from)
	h, err := app.Build(ctx, conf, app.Options{Clock: c, Demo: true, Channels: app.FakePhones()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	known, err := demo.Furnished(ctx, h.Demo())
	if err != nil {
		return err
	}
	if !known {
		if err := demo.Furnish(ctx, h.Demo(), d.Seed, p.Size); err != nil {
			return err
		}
	}
	p.Progress = told
	return demo.Live(ctx, h.Demo(), c, now, p)
}

// lastAct is when the demonstration was last alive.
func lastAct(ctx context.Context, conf config.Config) (last time.Time, err error) {
	h, err := app.Build(ctx, conf, app.Options{Demo: true, Channels: app.FakePhones()})
	if err != nil {
		return last, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return demo.LastAct(ctx, h.Demo())
}

// progress draws a bar that fills.
func progress(out io.Writer, what string) func(float64) {
	const width = 30
	shown := -1
	return func(part float64) {
		n := int(part * width)
		if n == shown {
			return
		}
		shown = n
		end := ""
		if n >= width {
			end = "\n"
		}
		fmt.Fprintf(out, "\r%s %s%s %3.0f %%%s", what, strings.Repeat("█", n), strings.Repeat("░", width-n), part*100, end)
	}
}
