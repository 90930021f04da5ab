package auth

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Device is one session of a person, for his own list.
type Device struct {
	ID      string // of the session; opens nothing
	Agent   string
	Means   string
	Created time.Time
	Seen    time.Time
	Expires time.Time
	Locked  bool
	Here    bool // the session that asks
}

// Devices lists where the actor is signed in: here first, then the last used.
func (s *Service) Devices(ctx context.Context) (out []Device, err error) {
	defer fault.Wrap(&err, "list devices")
	by, err := self(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		out, err = db.All(tx, func(r db.Row) (d Device, err error) {
			var created, seen, expires, idle int64
			err = r.Scan(&d.ID, &d.Agent, &d.Means, &created, &seen, &expires, &idle)
			d.Created, d.Seen, d.Expires, d.Here = db.At(created), db.At(seen), db.At(expires), d.ID == by.Session
			d.Locked = session{seen: d.Seen, idle: time.Duration(idle) * time.Millisecond}.locked(tx.Now())
			return d, err
		}, `SELECT id, agent, means, created, seen, expires, idle FROM session WHERE account = $1 AND expires > $2 ORDER BY CASE WHEN id = $3 THEN 0 ELSE 1 END, seen DESC, id`, by.Account, db.Ms(tx.Now()), by.Session)
		return err
	})
	return out, err
}

// EndDevice ends one session of the actor, at once. It wants no fresh proof: who fears a thief is in a hurry.
func (s *Service) EndDevice(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "end a device")
	by, err := self(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM session WHERE id = $1 AND account = $2`, id, by.Account)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound("auth.device")
		}
		return s.audit.Record(tx, audit.Event{Action: "session.close", Object: "account", ObjectID: by.Account, Detail: "device"})
	})
}

// EndOthers ends every session of the actor but the one that asks, and returns how many there were.
func (s *Service) EndOthers(ctx context.Context) (ended int, err error) {
	defer fault.Wrap(&err, "sign out everywhere")
	by, err := self(ctx)
	if err != nil {
		return 0, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := endSessions(tx, AccountID(by.Account), by.Session)
		if err != nil {
			return err
		}
		ended = int(n)
		return s.audit.Record(tx, audit.Event{Action: "session.close", Object: "account", ObjectID: by.Account, Detail: "others"})
	})
	return ended, err
}

// endSessions ends the sessions of an account but one, and the proofs under way.
func endSessions(tx *db.Tx, id AccountID, but string) (int64, error) {
	if err := tx.Write(`DELETE FROM ceremony WHERE account = $1`, id); err != nil {
		return 0, err
	}
	return tx.Exec(`DELETE FROM session WHERE account = $1 AND id <> $2`, id, but)
}
