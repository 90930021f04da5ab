package demo

import (
	"context"
	"slices"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// recentNews is how long before the end of a history people last read their notices:
// only the latest still wait for who plays them.
const recentNews = 5 * time.Hour

// readAll lets every part to play read what he was told until now.
func (l *life) readAll(ctx context.Context) error {
	return l.h.DB.Update(ctx, func(tx *db.Tx) error {
		all, err := Personas(tx)
		if err != nil {
			return err
		}
		part := func(a auth.Account) bool {
			return slices.ContainsFunc(all, func(p Persona) bool { return p.Account == a.ID })
		}
		for _, of := range []map[string][]auth.Account{l.cast.persons, l.cast.structures} {
			for id, accounts := range of {
				if !slices.ContainsFunc(accounts, part) {
					continue
				}
				if err := l.h.Notify.SeenAll(tx, subjectOf(l.cast.subjects[id].Subject)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
