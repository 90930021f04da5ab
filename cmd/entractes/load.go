package main

import (
	"context"
	"fmt"

	"entractes/internal/app"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
)

type load struct {
	Professionals int    `help:"Professionals of the territory." default:"1000"`
	Requests      int    `help:"Requests that are over." default:"10000"`
	Asked         int    `help:"People asked for each request." default:"5"`
	Years         int    `help:"Years over which the requests are spread." default:"7"`
	Departement   string `help:"Where people live: a département. All of France when empty." placeholder:"91"`
	Territory     string `help:"Identifier of the territory, which must not exist yet." default:"mesures"`
	Seed          uint64 `help:"Another number makes other people." default:"1"`
}

// Run makes the territory in the database of the configuration.
func (l load) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "load", func(ctx context.Context, h *app.House) error {
		bars := map[string]func(float64){}
		err := demo.Fill(ctx, h.Demo(), demo.Load{
			Territory: l.Territory, Departement: l.Departement, Professionals: l.Professionals, Requests: l.Requests, Asked: l.Asked, Years: l.Years, Seed: l.Seed,
			Progress: func(what string, part float64) {
				if bars[what] == nil {
					bars[what] = progress(o.out, "On crée : "+what)
				}
				bars[what](part)
			},
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Le territoire « %s » est prêt : %d professionnels, %d demandes.\n", l.Territory, l.Professionals, l.Requests)
		return nil
	})
}
