package supervise

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Relief is what whoever comes on shift reads first.
type Relief struct {
	Now       time.Time
	Territory territory.Territory
	Own       bool
	Reader    string
	// Shift is when the shift under way began, Before the one before it, Ends when it ends.
	Shift, Before, Ends time.Time
	// General are the notes of these two shifts, the latest first.
	General []Note
	// Notes are those about requests since Before, and older ones the reader has not read; About holds their rows.
	Notes []Note
	About map[request.ID]Row
	// Owned are the rows somebody looks after, Late those at risk that nobody looks after; each the newest first.
	Owned, Late []Row
}

// The longest parts of a relief, and how far back a note not read is still shown.
const (
	reliefRows  = 50
	reliefNotes = 100
	unreadFor   = 7 * 24 * time.Hour
)

// ReadRelief reads what one shift leaves to the next: for the desk, and for each service that has a console.
func (s *Service) ReadRelief(ctx context.Context) (r Relief, err error) {
	defer fault.Wrap(&err, "relief")
	r, err = s.relief(ctx)
	return r, s.audit.Refusal(ctx, audit.Event{Action: actHandoverRead, Object: "handover"}, err)
}

func (s *Service) relief(ctx context.Context) (r Relief, err error) {
	who, within, err := scopeOf(ctx)
	if err != nil {
		return r, err
	}
	var owned, late, about []row
	var notes []sealedNote
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if r, err = s.shiftNotes(tx, who, within); err != nil {
			return err
		}
		if owned, err = s.ownedRows(tx, within); err != nil {
			return err
		}
		if late, err = s.found(tx, who, within, Query{AtRisk: true, Owner: NoOwner, Limit: reliefRows}); err != nil {
			return err
		}
		if notes, err = notesSince(tx, within, who.Account, r.Before); err != nil {
			return err
		}
		about, err = s.readRows(tx, within, requestsIn(notes))
		return err
	})
	if err != nil {
		return r, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if r.Owned, err = s.open(tx, who, actHandoverRead, "looked after", owned); err != nil {
			return err
		}
		if r.Late, err = s.open(tx, who, actHandoverRead, "at risk and nobody’s", late); err != nil {
			return err
		}
		opened, err := s.open(tx, who, actHandoverRead, "with a note", about)
		if err != nil {
			return err
		}
		r.About = make(map[request.ID]Row, len(opened))
		for _, row := range opened {
			r.About[row.ID] = row
		}
		r.Notes, err = s.openNotes(tx, who, notes, r.About)
		return err
	})
	return r, err
}

// shiftNotes reads the shifts and their general notes.
func (s *Service) shiftNotes(tx *db.Tx, who actor.Actor, within scope) (r Relief, err error) {
	r = Relief{Now: tx.Now(), Own: within.service != "", Reader: who.Account}
	if r.Territory, err = territory.Of(tx, within.territory); err != nil {
		return r, err
	}
	settings, err := territory.SettingsOf(tx, within.territory)
	if err != nil {
		return r, err
	}
	r.Shift, r.Ends = ShiftAt(settings.Shifts, r.Now, r.Territory.Location())
	r.Before, _ = ShiftAt(settings.Shifts, r.Shift.Add(-time.Minute), r.Territory.Location())
	r.General, err = s.general(tx, within, r.Before)
	return r, err
}

// found reads the rows of a query, not opened.
func (s *Service) found(tx *db.Tx, who actor.Actor, within scope, q Query) ([]row, error) {
	find, err := s.search(tx, who, within, q)
	if err != nil {
		return nil, err
	}
	ids, err := find.page(tx, q)
	if err != nil {
		return nil, err
	}
	return s.readRows(tx, within, ids[:min(len(ids), q.Limit)])
}

// ownedRows reads what somebody looks after and is still alive.
func (s *Service) ownedRows(tx *db.Tx, within scope) ([]row, error) {
	args := []any{within.service, within.territory, int64(reliefRows)}
	ids, err := db.All(tx, db.Value[request.ID], `SELECT r.id FROM row_owner w JOIN request r ON r.id = w.request
		WHERE w.service = $1 AND w.account <> '' AND r.territory = $2 AND r.state IN `+db.In(len(args)+1, len(alive))+` ORDER BY r.created DESC, r.id DESC LIMIT $3`, append(args, db.Args(alive)...)...)
	if err != nil {
		return nil, err
	}
	return s.readRows(tx, within, ids)
}

// notesSince reads the notes about requests, the latest first: those since a time, and those of the week that the reader has not read.
func notesSince(tx *db.Tx, within scope, reader string, since time.Time) ([]sealedNote, error) {
	return db.All(tx, scanNote, `SELECT `+noteColumns+` FROM handover h WHERE h.territory = $1 AND h.service = $2 AND h.request <> '' AND h.created >= $3
		AND (h.created >= $4 OR h.account <> $5 AND NOT EXISTS (SELECT 1 FROM handover_seen v WHERE v.note = h.id AND v.account = $5)) ORDER BY h.created DESC, h.id DESC LIMIT $6`,
		within.territory, within.service, db.Ms(tx.Now().Add(-unreadFor)), db.Ms(since), reader, int64(reliefNotes))
}

func requestsIn(notes []sealedNote) []request.ID {
	seen := map[request.ID]bool{}
	var out []request.ID
	for _, n := range notes {
		if !seen[n.Request] {
			seen[n.Request], out = true, append(out, n.Request)
		}
	}
	return out
}

// openNotes opens the texts that the reader may read: his own, and those of requests
// whose motive he reads. What was marked as an error since is left out.
func (s *Service) openNotes(tx *db.Tx, who actor.Actor, notes []sealedNote, about map[request.ID]Row) ([]Note, error) {
	var out []Note
	for _, n := range notes {
		row, ok := about[n.Request]
		if !ok || row.State == request.EnteredInError {
			continue
		}
		if n.Closed = !row.Sight.Motive && n.Account != who.Account; !n.Closed {
			text, err := s.vault.Open(tx, string(row.Request.Patient), notePlace(n.ID), n.body)
			if err != nil {
				return nil, err
			}
			n.Text = string(text)
		}
		out = append(out, n.Note)
	}
	return readings(tx, out)
}

// Side is what the panel of the console says of one request beside its sheet.
type Side struct {
	Owner      Owner
	Changes    []OwnerChange
	Notes      []Note
	Colleagues []Colleague
}

// ReadSide reads who looks after a request, who may, and the notes left about it.
func (s *Service) ReadSide(ctx context.Context, id request.ID) (side Side, err error) {
	defer fault.Wrap(&err, "side of request %s", id)
	who, within, err := scopeOf(ctx)
	if err != nil {
		return side, err
	}
	if side.Changes, err = s.OwnerChanges(ctx, id); err != nil {
		return side, err
	}
	var rows []row
	var notes []sealedNote
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if side.Colleagues, err = colleagues(tx, within); err != nil {
			return err
		}
		if rows, err = s.readRows(tx, within, []request.ID{id}); err != nil || len(rows) == 0 {
			return err
		}
		side.Owner = rows[0].Owner
		notes, err = db.All(tx, scanNote, `SELECT `+noteColumns+` FROM handover WHERE request = $1 AND request <> '' AND service = $2 ORDER BY created DESC, id DESC LIMIT $3`, string(id), within.service, int64(reliefNotes))
		return err
	})
	if err != nil || len(notes) == 0 {
		return side, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		opened, err := s.open(tx, who, actHandoverRead, "one request", rows)
		if err != nil {
			return err
		}
		side.Notes, err = s.openNotes(tx, who, notes, map[request.ID]Row{id: opened[0]})
		return err
	})
	return side, err
}
