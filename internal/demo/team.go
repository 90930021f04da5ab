package demo

import (
	"context"
	"fmt"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// recentWatch is how long before the end of a history the desk shares its rows.
const recentWatch = 25 * time.Minute

// watch makes the desk of Essonne work together: each of its people looks after a few of the
// latest rows at risk, leaves a note about one, and the operator writes the note of the shift.
func (l *life) watch(ctx context.Context) error {
	if l.h.Supervise == nil {
		return nil
	}
	notes := map[string]string{
		"superviseuse": "Deux infirmiers ont dit oui puis non : rappeler le cabinet de garde avant 18 h.",
		"operatrice":   "La fille du patient rappelle dans l’heure, elle a les clés.",
	}
	for _, login := range []string{"superviseuse", "operatrice"} {
		as, known, err := l.signedAs(ctx, login)
		if err != nil {
			return err
		}
		if !known {
			continue // a smaller territory
		}
		page, err := l.h.Supervise.Console(as, supervise.Query{AtRisk: true, Owner: supervise.NoOwner, Limit: 3})
		if err == nil && len(page.Rows) == 0 { // a calm hour: the latest rows are looked after all the same
			page, err = l.h.Supervise.Console(as, supervise.Query{Owner: supervise.NoOwner, Limit: 1})
		}
		if err != nil {
			return fmt.Errorf("the console of %s: %w", login, err)
		}
		for i, row := range page.Rows {
			if _, err := l.h.Supervise.Take(as, row.ID); err != nil {
				return err
			}
			if i == 0 && row.State != request.Completed {
				if err := l.h.Supervise.NoteOn(as, row.ID, notes[login], ""); err != nil {
					return err
				}
			}
		}
		if login == "operatrice" {
			if err := l.h.Supervise.NoteShift(as, "Une ambulance en panne jusqu’à demain midi ; la régulation est prévenue.", 0); err != nil && fault.KindOf(err) != fault.KindConflict {
				return err
			}
			continue
		}
		if _, err := l.h.Supervise.KeepView(as, supervise.View{Name: "À rappeler", Place: "etat=a-risque&qui=personne", Shared: true}); err != nil {
			return err
		}
	}
	return nil
}

// signedAs returns a context in which a persona acts; false when nobody has that login.
func (l *life) signedAs(ctx context.Context, login string) (as context.Context, known bool, err error) {
	var who auth.Account
	err = l.h.DB.View(ctx, func(tx *db.Tx) (err error) {
		who, err = auth.AccountByLogin(tx, login)
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, false, nil
	}
	return actor.With(ctx, who.Actor()), true, err
}
