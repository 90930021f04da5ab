package supervise

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// Owner is who looks after a request, for the desk or for a service. It is a promise between
// colleagues: it gives no right and takes none away.
type Owner struct {
	Account string
	Name    string
	Since   time.Time
	// Stale tells that he has had it for longer than a shift lasts.
	Stale bool
	// Version is what was seen: whoever changes it says which one he saw.
	Version int64
}

// Nobody tells whether nobody looks after the request.
func (o Owner) Nobody() bool { return o.Account == "" }

// OwnerChange is one line of the history of a row: who had it from then on, and by whom.
// By is empty when the shift ended by itself.
type OwnerChange struct {
	Account, Name string
	ByAccount, By string
	At            time.Time
}

// jobShiftEnds releases a row at the end of the shift of whoever has it.
const jobShiftEnds = "supervise.shift_ends"

// Take says that the actor looks after a request from now on. Somebody else who has it
// already keeps it: the slower of two is told who has it by the conflict "supervise.owned".
func (s *Service) Take(ctx context.Context, id request.ID) (o Owner, err error) {
	defer fault.Wrap(&err, "take row %s", id)
	return s.own(ctx, "supervise.take", id, func(h *hand) error {
		if !h.was.Nobody() && h.was.Account != h.who.Account {
			return fault.Conflict("supervise.owned", "name", h.was.Name)
		}
		return h.to(h.who.Account, h.who.Name)
	})
}

// Leave says that the actor no longer looks after a request. Done twice it does nothing.
func (s *Service) Leave(ctx context.Context, id request.ID) (o Owner, err error) {
	defer fault.Wrap(&err, "leave row %s", id)
	return s.own(ctx, "supervise.leave", id, func(h *hand) error {
		switch h.was.Account {
		case "":
			return nil
		case h.who.Account:
			return h.to("", "")
		}
		return fault.Conflict("supervise.owned", "name", h.was.Name)
	})
}

// Give makes a colleague look after a request, whoever did before. seen is the version
// that the actor saw: when the row has changed hands since, he is told who has it and nothing changes.
func (s *Service) Give(ctx context.Context, id request.ID, to string, seen int64) (o Owner, err error) {
	defer fault.Wrap(&err, "give row %s", id)
	return s.own(ctx, "supervise.give", id, func(h *hand) error {
		if h.was.Account == to && to != "" {
			return nil
		}
		if h.was.Version != seen {
			if h.was.Nobody() {
				return fault.Conflict("supervise.owner_left")
			}
			return fault.Conflict("supervise.owned", "name", h.was.Name)
		}
		all, err := colleagues(h.tx, h.within)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Account == to {
				return h.to(to, c.Name)
			}
		}
		return fault.Invalid("supervise.colleague", "to")
	})
}

// hand is a row about to change hands, locked.
type hand struct {
	s      *Service
	tx     *db.Tx
	who    actor.Actor
	within scope
	id     request.ID
	of     string // the territory whose settings hold
	was    Owner
}

// own changes the hands of a row in one transaction, and leaves its line of the audit.
func (s *Service) own(ctx context.Context, action audit.Action, id request.ID, change func(h *hand) error) (o Owner, err error) {
	event := audit.Event{Action: action, Object: "request", ObjectID: string(id), Request: string(id)}
	who, within, err := teamOf(ctx)
	if err != nil {
		return o, s.audit.Refusal(ctx, event, err)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := within.concerns(tx, id)
		if err != nil {
			return err
		}
		h := &hand{s: s, tx: tx, who: who, within: within, id: id, of: c.territory}
		if h.was, err = lockOwner(tx, within, id); err != nil {
			return err
		}
		if err := change(h); err != nil {
			return err
		}
		event.Patient = c.patient
		if err := s.audit.Record(tx, event); err != nil {
			return err
		}
		o, err = h.now()
		return err
	})
	return o, s.audit.Refusal(ctx, event, err)
}

// to writes who has the row from now on, by compare-and-set on what was read.
func (h *hand) to(account, name string) error {
	n, err := h.tx.Exec(`UPDATE row_owner SET account = $3, name = $4, since = $5, version = version + 1 WHERE request = $1 AND service = $2 AND version = $6`,
		string(h.id), h.within.service, account, name, db.Ms(h.tx.Now()), h.was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("supervise.owner_changed")
	}
	err = h.tx.Write(`INSERT INTO row_owner_change (id, request, service, account, name, by_account, by_name, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		ident.New[string](h.tx.Now()), string(h.id), h.within.service, account, name, h.who.Account, byName(h.who), db.Ms(h.tx.Now()))
	if err != nil {
		return err
	}
	h.was.Version++
	h.s.hub.Touch(h.tx, h.within.topic())
	h.s.hub.Touch(h.tx, "request:"+string(h.id))
	if account == "" {
		return nil
	}
	settings, zone, err := rulesOf(h.tx, h.of)
	if err != nil || !settings.OwnerLeaves {
		return err
	}
	_, ends := ShiftAt(settings.Shifts, h.tx.Now(), zone)
	return h.s.queue.Promise(h.tx, jobShiftEnds, string(h.id)+" "+h.within.service, ends, shiftJob{h.id, h.within.service, h.was.Version})
}

func byName(who actor.Actor) string {
	if who.IsSystem() {
		return ""
	}
	return who.Name
}

func (h *hand) now() (Owner, error) {
	settings, _, err := rulesOf(h.tx, h.of)
	if err != nil {
		return Owner{}, err
	}
	found, err := owners(h.tx, h.within, []request.ID{h.id}, settings.OwnerStale)
	return found[h.id], err
}

// shiftJob names what a shift leaves behind, as it was taken.
type shiftJob struct {
	Request request.ID `json:"request"`
	Service string     `json:"service"`
	Version int64      `json:"version"`
}

// shiftEnds releases a row that its owner still has as he took it, unless the territory
// has changed its mind since.
func (s *Service) shiftEnds(tx *db.Tx, j queue.Job) error {
	var job shiftJob
	if err := j.Args(&job); err != nil {
		return err
	}
	of, ok, err := db.Find(tx, db.Value[string], `SELECT territory FROM request WHERE id = $1`, string(job.Request))
	if err != nil || !ok {
		return err
	}
	settings, _, err := rulesOf(tx, of)
	if err != nil || !settings.OwnerLeaves {
		return err
	}
	h := &hand{s: s, tx: tx, who: actor.System("supervise"), within: scope{of, job.Service}, id: job.Request, of: of}
	if h.was, err = lockOwner(tx, h.within, job.Request); err != nil || h.was.Version != job.Version || h.was.Nobody() {
		return err
	}
	return h.to("", "")
}

// lockOwner reads who has a row, locked against other writers; a row nobody ever had is written first.
func lockOwner(tx *db.Tx, within scope, id request.ID) (Owner, error) {
	err := tx.Write(`INSERT INTO row_owner (request, service, account, name, since, version) VALUES ($1, $2, '', '', 0, 0) ON CONFLICT (request, service) DO NOTHING`, string(id), within.service)
	if err != nil {
		return Owner{}, err
	}
	return db.One(tx, "request.not_found", func(r db.Row) (o Owner, err error) {
		var since int64
		err = r.Scan(&o.Account, &o.Name, &since, &o.Version)
		o.Since = db.At(since)
		return o, err
	}, `SELECT account, name, since, version FROM row_owner WHERE request = $1 AND service = $2 FOR UPDATE`, string(id), within.service)
}

// owners reads who has each of ids, in one query; those nobody has keep their version.
func owners(tx *db.Tx, within scope, ids []request.ID, stale time.Duration) (map[request.ID]Owner, error) {
	out := map[request.ID]Owner{}
	if len(ids) == 0 {
		return out, nil
	}
	_, err := db.All(tx, func(r db.Row) (o Owner, err error) {
		var id request.ID
		var since int64
		err = r.Scan(&id, &o.Account, &o.Name, &since, &o.Version)
		o.Since = db.At(since)
		o.Stale = !o.Nobody() && !tx.Now().Before(o.Since.Add(stale))
		out[id] = o
		return o, err
	}, `SELECT request, account, name, since, version FROM row_owner WHERE service = $1 AND request IN `+db.In(2, len(ids)), append([]any{within.service}, db.Args(ids)...)...)
	return out, err
}

// OwnerChanges tells who had a request and when, the last first, for the desk or the service of whoever asks.
func (s *Service) OwnerChanges(ctx context.Context, id request.ID) (list []OwnerChange, err error) {
	defer fault.Wrap(&err, "hands of row %s", id)
	_, within, err := teamOf(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if _, err := within.concerns(tx, id); err != nil {
			return err
		}
		const longest = 50
		list, err = db.All(tx, func(r db.Row) (c OwnerChange, err error) {
			var at int64
			err = r.Scan(&c.Account, &c.Name, &c.ByAccount, &c.By, &at)
			c.At = db.At(at)
			return c, err
		}, `SELECT account, name, by_account, by_name, at FROM row_owner_change WHERE request = $1 AND service = $2 ORDER BY id DESC LIMIT $3`, string(id), within.service, int64(longest))
		return err
	})
	return list, err
}

// rulesOf reads the settings of a territory and the zone its hours are lived in.
func rulesOf(tx *db.Tx, id string) (territory.Settings, *time.Location, error) {
	t, err := territory.Of(tx, id)
	if err != nil {
		return territory.Settings{}, nil, err
	}
	settings, err := territory.SettingsOf(tx, id)
	return settings, t.Location(), err
}

// OwnerFor reads who looks after a request, for the desk or the service of whoever asks;
// false when it is none of their business, or when he has neither.
func (s *Service) OwnerFor(ctx context.Context, id request.ID) (o Owner, shared bool, err error) {
	defer fault.Wrap(&err, "owner of row %s", id)
	_, within, err := teamOf(ctx)
	if err == nil {
		err = s.db.View(ctx, func(tx *db.Tx) error {
			c, err := within.concerns(tx, id)
			if err != nil {
				return err
			}
			settings, _, err := rulesOf(tx, c.territory)
			if err != nil {
				return err
			}
			found, err := owners(tx, within, []request.ID{id}, settings.OwnerStale)
			o = found[id]
			return err
		})
	}
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		return Owner{}, false, nil // not shared with him: nothing to show
	}
	return o, err == nil, err
}
