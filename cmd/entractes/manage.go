package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
)

type user struct {
	Add  userAdd  `cmd:"" help:"Add an account. The password is read from standard input."`
	List userList `cmd:"" help:"List the accounts."`

	Readmit userReadmit `cmd:"" help:"Forget all that proves the owner of an account and print a code to tell him, by word of mouth: once you know by other means that it is he."`
}

type userAdd struct {
	Login     string   `arg:"" help:"What the person types to sign in."`
	Name      string   `help:"First and last name." required:""`
	Role      []string `help:"Role, as in the glossary: PROFESSIONNEL, SUPERVISEUR_IDE, OPERATEUR…" required:""`
	Territory string   `help:"Territory of the account."`
	Person    string   `help:"Professional of the directory, by id."`
	Structure string   `help:"Service or cabinet acted for, by id."`
}

// Run adds the account with the password read from the first line of standard input.
func (a userAdd) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "user", func(ctx context.Context, h *app.House) error {
		line, err := bufio.NewReader(o.in).ReadString('\n')
		if err != nil && line == "" {
			return errors.New("le mot de passe est lu sur l’entrée standard : rien n’y est écrit")
		}
		roles := make([]actor.Role, len(a.Role))
		for i, r := range a.Role {
			roles[i] = actor.Role(r)
		}
		account, err := h.Auth.Add(ctx, auth.NewAccount{
			Login: a.Login, Name: a.Name, Roles: roles, Territory: a.Territory, Person: a.Person, Structure: a.Structure,
		}, strings.TrimRight(line, "\r\n"))
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Compte créé : %s (%s)\n", account.Login, account.ID)
		return nil
	})
}

type userReadmit struct {
	Login string `arg:"" help:"What the person types to sign in."`
}

// Run prints the code, good for a day. The owner is told by every way that reaches him.
func (u userReadmit) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "user", func(ctx context.Context, h *app.House) error {
		var account auth.Account
		err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
			account, err = auth.AccountByLogin(tx, u.Login)
			return err
		})
		if err != nil {
			return err
		}
		code, err := h.Auth.Readmit(ctx, account.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "Code d’activation de %s, valable un jour : %s\nÀ taper sur %s/connexion/activation, avec son identifiant.\n", account.Name, code, strings.TrimSuffix(c.PublicURL, "/"))
		return nil
	})
}

type userList struct{}

// Run lists the accounts.
func (userList) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "user", func(ctx context.Context, h *app.House) error {
		all, err := h.Auth.List(ctx)
		for _, a := range all {
			state := ""
			if a.Closed {
				state = "fermé"
			}
			fmt.Fprintf(o.out, "%-24s %-32s %-12s %v %s\n", a.Login, a.Name, a.Territory, a.Roles, state)
		}
		return err
	})
}

type doctor struct{}

// errUnwell makes the command end with a failure.
var errUnwell = errors.New("il y a quelque chose à réparer")

// Run prints each thing looked at, and what to mend.
func (doctor) Run(ctx context.Context, c *config.Config, o output) error {
	unwell := false
	for _, f := range app.Examine(ctx, *c) {
		sign := "✓"
		if !f.Well {
			sign, unwell = "✗", true
		}
		fmt.Fprintf(o.out, "%s %s\n", sign, f.What)
		if f.Mend != "" {
			fmt.Fprintf(o.out, "    %s\n", f.Mend)
		}
	}
	if unwell {
		return errUnwell
	}
	return nil
}

type auditCmd struct {
	Verify auditVerify `cmd:"" help:"Read the whole chain again and name the first break."`
}

type auditVerify struct {
	Anchor []string `help:"An anchor kept elsewhere, as the log told it; may be repeated."`
}

// Run verifies the chain; a break is a failure.
func (v auditVerify) Run(ctx context.Context, c *config.Config, o output) error {
	kept := make([]audit.Anchor, len(v.Anchor))
	for i, line := range v.Anchor {
		var err error
		if kept[i], err = audit.ParseAnchor(line); err != nil {
			return err
		}
	}
	return inHouse(ctx, c, "audit", func(ctx context.Context, h *app.House) error {
		r, anchors, err := h.VerifyAudit(ctx, kept...)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "%d sceaux, %d lignes scellées, %d en attente, %d ancres\n", r.Seals, r.Rows, r.Waiting, anchors)
		if r.Broken != nil {
			return fmt.Errorf("la chaîne est rompue au sceau %d, ligne %q : %s", r.Broken.Seal, r.Broken.Row, r.Broken.Damage)
		}
		fmt.Fprintf(o.out, "La chaîne est intacte. Dernier sceau : %x\n", r.LastHash)
		return nil
	})
}

type importCmd struct {
	Contours importContours `cmd:"" help:"Import the contours of communes (TopoJSON in longitude and latitude), for the map."`
}

type importContours struct {
	File string `arg:"" type:"existingfile" help:"TopoJSON file."`
}

// Run imports the contours and reports by line what was left out.
func (i importContours) Run(ctx context.Context, c *config.Config, o output) error {
	return inHouse(ctx, c, "import", func(ctx context.Context, h *app.House) (err error) {
		f, err := os.Open(i.File)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		done, err := h.Territories.ImportContours(ctx, f)
		if err != nil {
			return err
		}
		fmt.Fprintf(o.out, "%d contours importés, %d codes inconnus laissés de côté\n", done.Communes, len(done.Unknown))
		return nil
	})
}

// inHouse runs fn in a house that serves nobody, as the product itself.
func inHouse(ctx context.Context, c *config.Config, part string, fn func(ctx context.Context, h *app.House) error) (err error) {
	h, err := app.Build(ctx, *c, app.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return fn(actor.With(ctx, actor.System(part)), h)
}
