package main

import (
	"context"
	"fmt"
	"strings"

	"entractes/internal/app"
	"entractes/internal/care/territory"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
)

type territoryCmd struct {
	Add  territoryAdd  `cmd:"" help:"Draw a territory: people who work in its communes may then enrol."`
	List territoryList `cmd:"" help:"List the territories."`
}

type territoryAdd struct {
	ID          string   `arg:"" help:"Its name in addresses and commands: essonne."`
	Name        string   `help:"Its name, as people read it." required:""`
	Departement []string `help:"Départements whose communes it holds, by code: 91, 2A."`
	Commune     []string `help:"Communes it holds besides, by INSEE code: 91174."`
}

// Run draws the territory.
func (t territoryAdd) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "territory", func(ctx context.Context, h *app.House) error {
		var communes []territory.CommuneCode
		for _, d := range t.Departement {
			for _, found := range territory.CommunesOf(func(c territory.Commune) bool { return c.Departement == strings.ToUpper(d) && c.Parent == "" }) {
				communes = append(communes, found.Code)
			}
		}
		for _, code := range t.Commune {
			communes = append(communes, territory.CommuneCode(code))
		}
		made, err := h.Territories.Create(ctx, territory.New{ID: t.ID, Name: t.Name, Communes: communes})
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Territoire créé : %s (%s), %d communes. Les professionnels s’inscrivent sur %s/inscription\n", made.Name, made.ID, len(communes), strings.TrimSuffix(c.PublicURL, "/"))
		return nil
	})
}

type territoryList struct{}

// Run lists the territories.
func (territoryList) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "territory", func(ctx context.Context, h *app.House) error {
		return h.DB.View(ctx, func(tx *db.Tx) error {
			all, err := territory.All(tx)
			for _, t := range all {
				fmt.Fprintf(o.out, "%-24s %-32s %s\n", t.ID, t.Name, t.Zone)
			}
			return err
		})
	})
}
