package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"entractes/internal/app"
	"entractes/internal/infra/config"
)

type serve struct{}

// Run serves until the process is asked to stop.
func (serve) Run(ctx context.Context, c *config.Config, o output) (err error) {
	h, err := app.Build(ctx, *c, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return err
	}
	return h.Run(ctx, l, func() { fmt.Fprintf(o.out, "Entr’Actes répond sur http://%s\n", l.Addr()) })
}

type migrate struct{}

// Run brings the schema to this version.
func (migrate) Run(ctx context.Context, c *config.Config, o output) error {
	h, err := app.Build(ctx, *c, app.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintln(o.out, "La base est à jour.")
	return h.Close()
}

type showConfig struct{}

// Run prints every option with its default.
func (showConfig) Run(o output) error { return config.Document(o.out) }
