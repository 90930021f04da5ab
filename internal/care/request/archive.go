package request

import (
	"cmp"
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// jobArchive puts away what has ended for long; archiveEvery is its rhythm, archiveBatch
// how many it moves in one transaction.
const (
	jobArchive   = "request.archive"
	archiveEvery = 6 * time.Hour
	archiveBatch = 500
)

// StartArchive promises the archive, which then goes on by itself. It is called at each start.
func (s *Service) StartArchive(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "start the archive")
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.queue.Ensure(tx, jobArchive, "", time.Time{}, struct{}{}) })
}

// archive puts away, in each territory, what has ended or can only be read for longer
// than its setting. Being archived is no state: nothing moves, nobody is told.
func (s *Service) archive(tx *db.Tx, _ queue.Job) error {
	all, err := territory.All(tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		settings, err := territory.SettingsOf(tx, t.ID)
		if err != nil {
			return err
		}
		moved, err := putAway(tx, t.ID, settings)
		if err != nil {
			return err
		}
		if moved > 0 {
			s.hub.Touch(tx, "desk:"+t.ID)
		}
		if moved >= archiveBatch {
			return queue.Snooze(0)
		}
	}
	return queue.Snooze(archiveEvery)
}

func putAway(tx *db.Tx, of string, s territory.Settings) (int64, error) {
	before := tx.Now().Add(-s.Archive)
	ended, err := tx.Exec(`UPDATE request SET archived = TRUE WHERE id IN (SELECT id FROM request WHERE territory = $1 AND archived = FALSE
		AND state IN ('completed', 'cancelled') AND ended > 0 AND ended <= $2 ORDER BY ended, id LIMIT $3)`, of, db.Ms(before), int64(archiveBatch))
	if err != nil {
		return ended, err
	}
	rested, err := tx.Exec(`UPDATE request SET archived = TRUE WHERE id IN (SELECT r.id FROM request r JOIN dispatch d ON d.id = r.dispatch WHERE r.territory = $1
		AND r.archived = FALSE AND r.state = 'unfilled' AND d.closed > 0 AND d.closed <= $2 ORDER BY r.id LIMIT $3)`, of, db.Ms(before.Add(-s.ReadOnly)), int64(archiveBatch))
	return ended + rested, err
}

// holderOf names whose lists somebody reads: those of his service are one for all who work there.
func holderOf(who actor.Actor) string { return cmp.Or(who.Structure, who.Person, who.Account) }

// inLists is the condition that keeps what is in the lists of the holder at place n of the
// arguments, or what has left them: by hand, or else with time.
func inLists(n string, archived bool) string {
	return ` AND COALESCE((SELECT h.archived FROM request_shelf h WHERE h.request = request.id AND h.holder = ` + n + `), request.archived) = ` + map[bool]string{true: "TRUE", false: "FALSE"}[archived]
}

// archivedFor tells whether r has left the lists of whoever reads it.
func archivedFor(tx *db.Tx, id ID, who actor.Actor) (bool, error) {
	return db.One(tx, "request.not_found", db.Value[bool], `SELECT COALESCE((SELECT h.archived FROM request_shelf h WHERE h.request = request.id AND h.holder = $2), request.archived)
		FROM request WHERE id = $1`, string(id), holderOf(who))
}

// MayShelve tells whether a request may be put away by hand: it has ended, or can only be read.
func MayShelve(s State, readOnly bool) bool { return s == Completed || s == Cancelled || readOnly }

// Shelve puts a request out of the lists of whoever asks, or of his service; Unshelve takes it back.
func (s *Service) Shelve(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "shelve request %s", id)
	return s.shelve(ctx, "request.shelve", id, true)
}

// Unshelve takes a request back into the lists of whoever asks, however it left them.
func (s *Service) Unshelve(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "unshelve request %s", id)
	return s.shelve(ctx, "request.unshelve", id, false)
}

func (s *Service) shelve(ctx context.Context, action audit.Action, id ID, archived bool) error {
	event := audit.Event{Action: action, Object: "request", ObjectID: string(id), Request: string(id)}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		r, err := read(tx, id)
		if err != nil {
			return err
		}
		st, err := s.begin(tx, r, who, "shelve")
		if err != nil {
			return err
		}
		if st.rel.None() {
			return fault.NotFound("request.not_found")
		}
		over, err := readOnly(tx, r, st.settings)
		if err != nil {
			return err
		}
		if !MayShelve(r.State, over) {
			return fault.Conflict("request.not_ended")
		}
		err = tx.Write(`INSERT INTO request_shelf (request, holder, archived, account, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (request, holder) DO UPDATE SET archived = excluded.archived, account = excluded.account, at = excluded.at`,
			string(id), holderOf(who), archived, who.Account, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		st.touch()
		return s.audit.Record(tx, event)
	})
	return s.audit.Refusal(ctx, event, err)
}

// archiveRows bounds the list of what was put away.
const archiveRows = 200

// Archived reads what has left the lists of whoever asks, the latest ended first.
func (s *Service) Archived(ctx context.Context) (rows []Row, err error) {
	defer fault.Wrap(&err, "archived requests")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := signedIn(tx)
		if err != nil {
			return err
		}
		rows, err = s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE state IN ('completed', 'cancelled', 'unfilled')
			AND (requester = $1 AND requester <> '' OR service = $2 AND service <> '' OR account = $3 OR provider IN ($1, $2) AND provider <> '')`+
			inLists("$4", true)+` ORDER BY ended DESC, created DESC, id LIMIT $5`, who.Person, who.Structure, who.Account, holderOf(who), int64(archiveRows))
		return err
	})
	return rows, err
}
