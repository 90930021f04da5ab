package demo

import (
	"context"
	"time"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// adopt takes care of the requests that the agenda does not know yet: those that
// somebody who plays has made, those left by a part no longer played, and all the open
// ones when the demonstration was stopped.
func (l *life) adopt(ctx context.Context) error {
	var open []standing
	err := l.h.DB.View(ctx, func(tx *db.Tx) (err error) {
		open, err = db.All(tx, scanStanding, `SELECT `+standingColumns+` FROM request WHERE state IN ('searching', 'accepted', 'started') ORDER BY created DESC, id LIMIT 1000`)
		return err
	})
	if err != nil {
		return err
	}
	busy, err := l.played(ctx)
	if err != nil {
		return err
	}
	for _, s := range open {
		if l.known[s.ID] {
			continue
		}
		if s.State == request.Searching {
			if err := l.tolerate(ctx, l.follow(ctx, s.ID)); err != nil {
				return err
			}
			continue
		}
		all, mine := l.cast.accountsOf(s.Provider.Subject), false
		for _, a := range all {
			mine = mine || busy[a.ID]
		}
		if mine || len(all) == 0 {
			continue // looked at again once nobody plays him
		}
		l.known[s.ID] = true
		l.goOn(s)
	}
	return nil
}

// goOn writes the next act of a request in charge.
func (l *life) goOn(s standing) {
	soon := l.now().Add(l.d.around(10 * time.Minute))
	switch {
	case s.State == request.Accepted:
		l.agenda.add(later(l.begins(s), soon), func(ctx context.Context) error { return l.starts(ctx, s.ID) })
	case !s.NextVisit.IsZero():
		n := 2 + int(l.now().Sub(s.StartedAt).Hours()/24)
		l.agenda.add(later(s.NextVisit, soon), func(ctx context.Context) error { return l.visits(ctx, s.ID, n) })
	default:
		l.agenda.add(soon, func(ctx context.Context) error { return l.ends(ctx, s.ID) })
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
