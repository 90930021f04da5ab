package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"entractes/internal/app"
	"entractes/internal/infra/config"
)

type backupCmd struct {
	Folder string `arg:"" optional:"" help:"Folder of the copies; the configured one when it is not given."`
	Keep   int    `help:"Copies kept in the folder; 0 keeps all of them." default:"0"`
}

// Run makes one copy.
func (b backupCmd) Run(ctx context.Context, c *config.Config, o output) error {
	folder := b.Folder
	if folder == "" {
		folder = c.BackupFolder
	}
	if folder == "" {
		return fmt.Errorf("dites où : « entractes backup DOSSIER », ou --backup-folder")
	}
	return inHouse(ctx, c, "backup", func(ctx context.Context, h *app.House) error {
		made, err := h.Backup(ctx, folder, b.Keep)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Copie faite et restaurée pour preuve : %s (%d lignes, %d Ko, %s)\n", filepath.Join(folder, made.File), made.Rows, made.Size>>10, made.Took.Round(time.Millisecond))
		fmt.Fprintf(o.out, "Sans la clé maîtresse, elle est illisible : gardez une copie de %s, ailleurs.\n", c.MasterKey)
		return nil
	})
}

type verify struct {
	File string `arg:"" type:"existingfile" help:"The copy."`
}

// Run restores the copy and throws the house away.
func (v verify) Run(ctx context.Context, c *config.Config, o output) error {
	if err := app.VerifyBackup(ctx, *c, v.File); err != nil {
		return err
	}
	fmt.Fprintln(o.out, "La copie est bonne : elle a été restaurée, la clé l’ouvre, la chaîne d’audit est intacte.")
	return nil
}

type restore struct {
	File string `arg:"" type:"existingfile" help:"The copy."`
}

// Run makes the house of a copy.
func (r restore) Run(ctx context.Context, c *config.Config, o output) error {
	made, err := app.Restore(ctx, *c, r.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%d lignes du %s restaurées. Chacun se connectera de nouveau ; ce qui était promis pour une heure passée se fera dès le démarrage.\n",
		made.All(), made.At.Format("2006-01-02 15:04 MST"))
	return nil
}
