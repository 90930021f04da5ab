package supervise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// NoteID is that of a hand-over note. Nobody can guess one.
type NoteID string

// Note is what one shift tells the next, about a request or in general.
type Note struct {
	ID NoteID
	// Request is empty for the general note of a shift, which began at Shift.
	Request request.ID
	Shift   time.Time
	// Version counts how often the general note was written over.
	Version int64
	Text    string
	// Closed tells that the reader may not read the text: it may be clinical, and is for those who read the motive.
	Closed  bool
	Account string
	Name    string
	At      time.Time
	Seen    []Reading
}

// Reading is who read something, and when.
type Reading struct {
	Account, Name string
	At            time.Time
}

// SeenBy tells whether somebody has said that he has read it. Nobody reads what he wrote himself.
func (n Note) SeenBy(account string) bool {
	if n.Account == account {
		return true
	}
	for _, r := range n.Seen {
		if r.Account == account {
			return true
		}
	}
	return false
}

// noteMax bounds a note, in characters.
const noteMax = 2000

// actHandover names the writing of a note in the audit, and actHandoverRead its reading.
const (
	actHandover     audit.Action = "supervise.handover"
	actHandoverRead audit.Action = "supervise.handover_read"
)

func checkNote(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fault.Invalid("supervise.note_empty", "note")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return fault.Invalid("form.invalid_text", "note")
	case utf8.RuneCountInString(text) > noteMax:
		return fault.Invalid("supervise.note_long", "note", "max", noteMax)
	}
	return nil
}

// NoteOn leaves a note about a request to those who come on shift, sealed with the
// patient's key. The same key twice leaves one note; an empty key leaves one each time.
func (s *Service) NoteOn(ctx context.Context, id request.ID, text, key string) (err error) {
	defer fault.Wrap(&err, "note on request %s", id)
	event := audit.Event{Action: actHandover, Object: "request", ObjectID: string(id), Request: string(id)}
	who, within, err := scopeOf(ctx)
	if err != nil {
		return s.audit.Refusal(ctx, event, err)
	}
	if err := checkNote(text); err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := within.concerns(tx, id)
		if err != nil {
			return err
		}
		n := note{ID: ident.New[NoteID](tx.Now()), within: scope{c.territory, within.service}, who: who, request: id}
		if key != "" {
			n.ID = onceID(key, who.Account)
			if _, sent, err := db.Find(tx, db.Value[string], `SELECT id FROM handover WHERE id = $1`, string(n.ID)); err != nil || sent {
				return err
			}
		}
		settings, zone, err := rulesOf(tx, c.territory)
		if err != nil {
			return err
		}
		n.shift, _ = ShiftAt(settings.Shifts, tx.Now(), zone)
		if err := s.leave(tx, n, c.patient, text); err != nil {
			return err
		}
		s.hub.Touch(tx, "request:"+string(id))
		event.Patient = c.patient
		return s.audit.Record(tx, event)
	})
	return s.audit.Refusal(ctx, event, err)
}

// onceID makes the id of a note from the key of its form, so that a second one finds the first.
func onceID(key, account string) NoteID {
	sum := sha256.Sum256([]byte(account + "\x00" + key))
	return NoteID(hex.EncodeToString(sum[:16]))
}

// NoteShift writes the general note of the shift under way, over what it said. seen is
// the version that the writer read, 0 when there was none: a note written meanwhile is
// the conflict "supervise.note_changed" and nothing changes.
func (s *Service) NoteShift(ctx context.Context, text string, seen int64) (err error) {
	defer fault.Wrap(&err, "note of the shift")
	event := audit.Event{Action: actHandover, Object: "handover"}
	who, within, err := scopeOf(ctx)
	if err != nil {
		return s.audit.Refusal(ctx, event, err)
	}
	if err := checkNote(text); err != nil {
		return err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		settings, zone, err := rulesOf(tx, within.territory)
		if err != nil {
			return err
		}
		n := note{ID: ident.New[NoteID](tx.Now()), within: within, who: who, version: seen + 1}
		n.shift, _ = ShiftAt(settings.Shifts, tx.Now(), zone)
		last, err := s.general(tx, within, n.shift)
		if err != nil {
			return err
		}
		if len(last) > 0 && last[0].Account == who.Account && last[0].Text == text {
			return nil // the same form, sent again
		}
		if len(last) > 0 && last[0].Version != seen || len(last) == 0 && seen != 0 {
			return fault.Conflict("supervise.note_changed")
		}
		if err := s.leave(tx, n, within.key(), text); err != nil {
			if fault.CodeOf(err) == "db.duplicate" {
				return fault.Conflict("supervise.note_changed")
			}
			return err
		}
		return s.audit.Record(tx, event)
	})
	return s.audit.Refusal(ctx, event, err)
}

// key owns what is sealed for a whole desk or service, which no patient owns.
func (w scope) key() string {
	if w.service != "" {
		return "service:" + w.service
	}
	return "desk:" + w.territory
}

// note is one about to be written.
type note struct {
	ID      NoteID
	within  scope
	who     actor.Actor
	request request.ID
	shift   time.Time
	version int64
}

func notePlace(id NoteID) crypt.Place {
	return crypt.Place{Table: "handover", Column: "body", Row: string(id)}
}

// leave seals and writes a note.
func (s *Service) leave(tx *db.Tx, n note, key, text string) error {
	sealed, err := s.vault.Seal(tx, key, notePlace(n.ID), []byte(strings.TrimSpace(text)))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO handover (id, territory, service, request, shift, version, body, account, name, created) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		string(n.ID), n.within.territory, n.within.service, string(n.request), db.Ms(n.shift), n.version, sealed, n.who.Account, n.who.Name, db.Ms(tx.Now()))
	s.hub.Touch(tx, n.within.topic())
	return err
}

// SawNote notes that the actor has read a note of his desk or service. It may be called again.
func (s *Service) SawNote(ctx context.Context, id NoteID) (err error) {
	defer fault.Wrap(&err, "saw note %s", id)
	who, within, err := scopeOf(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.One(tx, "supervise.note", db.Value[string], `SELECT id FROM handover WHERE id = $1 AND territory = $2 AND service = $3`, string(id), within.territory, within.service)
		if err != nil {
			return err
		}
		err = tx.Write(`INSERT INTO handover_seen (note, account, name, at) VALUES ($1, $2, $3, $4) ON CONFLICT (note, account) DO NOTHING`, string(id), who.Account, who.Name, db.Ms(tx.Now()))
		s.hub.Touch(tx, within.topic())
		return err
	})
}

const noteColumns = `id, request, shift, version, account, name, created, body`

// sealedNote is a note before it is opened.
type sealedNote struct {
	Note
	body []byte
}

func scanNote(r db.Row) (n sealedNote, err error) {
	var shift, at int64
	err = r.Scan(&n.ID, &n.Request, &shift, &n.Version, &n.Account, &n.Name, &at, &n.body)
	n.Shift, n.At = db.At(shift), db.At(at)
	return n, err
}

// general reads the notes of the shifts that began since, each as it was last written, the latest first.
func (s *Service) general(tx *db.Tx, within scope, since time.Time) ([]Note, error) {
	all, err := db.All(tx, scanNote, `SELECT `+noteColumns+` FROM handover WHERE territory = $1 AND service = $2 AND request = '' AND shift >= $3 ORDER BY shift DESC, version DESC`,
		within.territory, within.service, db.Ms(since))
	if err != nil {
		return nil, err
	}
	var out []Note
	for _, n := range all {
		if len(out) > 0 && out[len(out)-1].Shift.Equal(n.Shift) {
			continue // written over
		}
		text, err := s.vault.Open(tx, within.key(), notePlace(n.ID), n.body)
		if err != nil {
			return nil, err
		}
		n.Text = string(text)
		out = append(out, n.Note)
	}
	return readings(tx, out)
}

// readings fills who has read notes, in one query.
func readings(tx *db.Tx, notes []Note) ([]Note, error) {
	if len(notes) == 0 {
		return notes, nil
	}
	at := map[NoteID]int{}
	ids := make([]any, len(notes))
	for i, n := range notes {
		at[n.ID], ids[i] = i, string(n.ID)
	}
	_, err := db.All(tx, func(r db.Row) (v Reading, err error) {
		var id NoteID
		var ms int64
		err = r.Scan(&id, &v.Account, &v.Name, &ms)
		v.At = db.At(ms)
		if i, ok := at[id]; ok {
			notes[i].Seen = append(notes[i].Seen, v)
		}
		return v, err
	}, `SELECT note, account, name, at FROM handover_seen WHERE note IN `+db.In(1, len(ids))+` ORDER BY note, at, account`, ids...)
	return notes, err
}

// countNotes counts the notes about each of ids.
func countNotes(tx *db.Tx, within scope, ids []request.ID) (map[request.ID]int, error) {
	out := map[request.ID]int{}
	if len(ids) == 0 {
		return out, nil
	}
	_, err := db.All(tx, func(r db.Row) (n int, err error) {
		var id request.ID
		err = r.Scan(&id, &n)
		out[id] = n
		return n, err
	}, `SELECT request, count(*) FROM handover WHERE service = $1 AND request <> '' AND request IN `+db.In(2, len(ids))+` GROUP BY request`, append([]any{within.service}, db.Args(ids)...)...)
	return out, err
}
