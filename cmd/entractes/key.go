package main

import (
	"context"
	"fmt"
	"time"

	"entractes/internal/app"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

type keyCmd struct {
	Rotate keyRotate `cmd:"" help:"Add a key, then wrap every data key by it: all of a rotation, on a house of one node."`
	Add    keyAdd    `cmd:"" help:"Add a key to the file, which wraps from now on. Copy the file to the other nodes, then: key rewrap."`
	Rewrap keyRewrap `cmd:"" help:"Wrap by the newest key every data key that another wrapped, with progress. It may be stopped and run again."`
	Retire keyRetire `cmd:"" help:"Take the old keys out of the file. Refused while they wrap something."`
}

type keyAdd struct{}

// Run adds a key to the file. Nodes read it by themselves within a minute.
func (keyAdd) Run(c *config.Config, o output) error {
	kept, err := c.ChangeKey(crypt.AddMaster)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "Clé ajoutée à %s. L’ancien texte est dans %s : gardez-le à part tant que des copies de la maison en dépendent.\n", c.MasterKey, kept)
	return nil
}

// rewrapEach is how many data keys are wrapped in one transaction.
const rewrapEach = 500

type keyRewrap struct{}

// Run wraps the data keys, some hundred at a time.
func (keyRewrap) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "key", func(ctx context.Context, h *app.House) error {
		left, _, err := unrotated(ctx, h)
		if err != nil {
			return err
		}
		for wanted := left; ; {
			fmt.Fprintf(o.out, "%d clés de patients sur %d\n", wanted-left, wanted)
			done := 0
			err := h.DB.Update(ctx, func(tx *db.Tx) (err error) {
				done, err = h.Vault.Rewrap(tx, rewrapEach)
				return err
			})
			if err != nil {
				return err
			}
			if left -= int64(done); done < rewrapEach {
				break
			}
		}
		left, all, err := unrotated(ctx, h)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "%d clés en tout, %d encore sous une ancienne clé maîtresse.\n", all, left)
		return nil
	})
}

func unrotated(ctx context.Context, h *app.House) (left, all int64, err error) {
	err = h.DB.View(ctx, func(tx *db.Tx) error {
		left, all, err = h.Vault.Unrotated(tx)
		return err
	})
	return left, all, err
}

type keyRotate struct{}

// Run adds a key and wraps everything by it.
func (keyRotate) Run(ctx context.Context, c *config.Config, o output) error {
	if err := (keyAdd{}).Run(c, o); err != nil {
		return err
	}
	return keyRewrap{}.Run(ctx, c, o)
}

type keyRetire struct {
	Stopped bool `help:"Every node of the house is stopped: there is nobody to wait for."`
}

// followed is how long after a change of the file every node has read it, with room to spare: a node that had not
// would go on wrapping by a key that nobody keeps.
const followed = 5 * time.Minute

// Run takes the old keys out, once nothing in the database needs them and every node has read the new one.
func (r keyRetire) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "key", func(ctx context.Context, h *app.House) error {
		changed, err := c.KeyChanged()
		if err != nil {
			return err
		}
		if wait := changed.Add(followed).Sub(h.Clock.Now()); wait > 0 && !r.Stopped {
			return fmt.Errorf("la clé vient de changer : attendez encore %d min, que chaque nœud l’ait lue, ou arrêtez-les tous et ajoutez --stopped", int(wait/time.Minute)+1)
		}
		left, _, err := unrotated(ctx, h)
		if err != nil {
			return err
		}
		if left > 0 {
			return fmt.Errorf("%d clés de patients dépendent encore d’une ancienne clé : lancez d’abord « entractes key rewrap »", left)
		}
		kept, err := c.ChangeKey(crypt.RetireMasters)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Il ne reste qu’une clé dans %s. L’ancien texte est dans %s : les copies faites avant ne s’ouvrent qu’avec lui. Détruisez-le avec la dernière d’entre elles.\n", c.MasterKey, kept)
		return nil
	})
}
