package demo

import (
	"context"
	"fmt"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Furnish draws the two territories and enrols everybody in an empty house, in one
// transaction: a house that was stopped in the middle is still empty. Then it makes the
// territory's first decisions. The same seed makes the same people.
func Furnish(ctx context.Context, h House, seed uint64, size Size) (err error) {
	defer fault.Wrap(&err, "furnish the demonstration")
	err = h.DB.Update(as(ctx), func(tx *db.Tx) error {
		e := &founding{
			h: h, tx: tx, d: newDice(seed), size: size.orDefault(), mails: map[string]int{}, logins: map[string]int{}, full: map[string]bool{},
			structures: map[string]directory.Structure{}, known: map[string]directory.Professional{}, in: map[territory.ID][]territory.Commune{},
		}
		for _, login := range playable {
			e.logins[login] = 1
		}
		for _, t := range []territory.New{{ID: Essonne, Name: "Essonne"}, {ID: SeineEtMarne, Name: "Seine-et-Marne"}} {
			e.in[t.ID] = communesOf(t.ID)
			e.all = append(e.all, e.in[t.ID]...)
			t.Communes = codesOf(e.in[t.ID])
			if _, err := territory.Add(tx, t); err != nil {
				return err
			}
		}
		for _, part := range []struct {
			name string
			do   func() error
		}{
			{"personas", e.enrolPersonas}, {"desks", e.enrolDesks}, {"administration", e.enrolKeeper}, {"establishments", e.enrolEstablishments}, {"teams", e.enrolTeams}, {"crews", e.enrolCrews},
			{"professionals", e.enrolPlan}, {"duty lines", e.drawLines}, {"patients", e.enrolPatients}, {"files", e.enrolFiles},
		} {
			if err := part.do(); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return decide(ctx, h)
}

// Furnished tells whether a house already holds the demonstration.
func Furnished(ctx context.Context, h House) (yes bool, err error) {
	err = h.DB.View(ctx, func(tx *db.Tx) error {
		all, err := territory.All(tx)
		yes = len(all) > 0
		return err
	})
	return yes, err
}
