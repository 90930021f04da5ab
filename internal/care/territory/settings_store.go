package territory

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Change is one version of one setting. Why is what its author said to everybody; it may be empty.
type Change struct {
	Key     string
	Version int64
	Value   string
	At      time.Time
	Account string
	Why     string
}

// Edit is what somebody decides at once. Values are written as Settings.Set reads them.
type Edit struct {
	Values map[string]string
	// Seen are the values that the author read before he decided. One that is no longer so is refused at
	// its key, unless what he wants is what it has become. A key without one is not compared.
	Seen map[string]string
	// Why is read by everybody in the territory, at most WhyMax characters.
	Why string
}

// WhyMax bounds the reason of a change, in characters.
const WhyMax = 200

// Save changes settings; what has not changed is not written again. All refusals come together, each at
// its key, or at "why". Administrators of the territory or of the platform. It returns the keys written.
func (s *Service) Save(ctx context.Context, id ID, e Edit) (written []string, err error) {
	defer fault.Wrap(&err, "save settings of %s", id)
	about := audit.Event{Action: "territory.setting", Object: "territory", ObjectID: id}
	if err := mayAdminister(ctx, id); err != nil {
		return nil, s.audit.Refusal(ctx, about, err)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		written = nil // the transaction may run again
		done, err := save(tx, id, e)
		if err != nil {
			return err
		}
		events := make([]audit.Event, len(done))
		for i, c := range done {
			written, events[i] = append(written, c.Key), about
			events[i].Detail = c.Key + " " + c.Before + " > " + c.Value
		}
		return s.audit.RecordAll(tx, events)
	})
	return written, err
}

// save writes what differs and returns it.
func save(tx *db.Tx, id ID, e Edit) ([]Version, error) {
	if _, err := Of(tx, id); err != nil {
		return nil, err
	}
	past, err := changes(tx, id)
	if err != nil {
		return nil, err
	}
	before := current(past)
	after, err := e.apply(before)
	if err != nil {
		return nil, err
	}
	version := map[string]int64{}
	for _, c := range past {
		version[c.Key] = c.Version
	}
	a, _ := actor.From(tx.Context())
	var written []Version
	for _, o := range options() {
		c := Change{Key: o.Key, Version: version[o.Key] + 1, Value: after.Get(o.Key), At: tx.Now(), Account: a.Account, Why: strings.TrimSpace(e.Why)}
		was := before.Get(o.Key)
		if c.Value == was {
			continue
		}
		if o.Platform && !a.Has(actor.RolePlatformAdmin) && !a.IsSystem() {
			return nil, fault.Forbidden("territory.setting.platform").At(o.Key)
		}
		text, err := json.Marshal(c.Value)
		if err != nil {
			return nil, err
		}
		err = tx.Write(`INSERT INTO setting (territory, key, version, value, at, account, why) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, c.Key, c.Version, string(text), db.Ms(c.At), c.Account, c.Why)
		if err != nil {
			return nil, err
		}
		written = append(written, Version{Change: c, Before: was})
	}
	return written, nil
}

// apply returns the settings after the edit, or everything that is refused in it.
func (e Edit) apply(now Settings) (Settings, error) {
	after := now
	var l fault.List
	for _, key := range slices.Sorted(maps.Keys(e.Values)) {
		if err := after.Set(key, e.Values[key]); err != nil {
			l = append(l, fault.Fields(err)...)
			continue
		}
		if seen, ok := e.Seen[key]; ok && seen != now.Get(key) && after.Get(key) != now.Get(key) {
			l.Add(fault.Conflict("territory.setting.moved", "value", now.Get(key)).At(key))
		}
	}
	l = append(l, fault.Fields(after.Check())...)
	if utf8.RuneCountInString(strings.TrimSpace(e.Why)) > WhyMax || !utf8.ValidString(e.Why) || strings.ContainsRune(e.Why, 0) {
		l.Add(fault.Invalid("territory.setting.why", "why", "max", WhyMax))
	}
	return after, l.Err()
}

// SettingsOf returns the settings of a territory now; the defaults of one that has chosen nothing.
func SettingsOf(tx *db.Tx, id ID) (Settings, error) {
	return db.Memo(tx, "setting", id, func() (Settings, error) {
		past, err := changes(tx, id)
		return current(past), err
	})
}

// History lists every version of every setting of a territory, the latest first.
func History(tx *db.Tx, id ID) ([]Change, error) {
	past, err := changes(tx, id)
	slices.SortStableFunc(past, func(a, b Change) int { return b.At.Compare(a.At) })
	return past, err
}

// current applies versions in order. A value that this program no longer accepts leaves the default.
func current(past []Change) Settings {
	s := Defaults()
	for _, c := range past {
		_ = s.Set(c.Key, c.Value)
	}
	return s
}

func changes(tx *db.Tx, id ID) ([]Change, error) {
	return db.All(tx, func(r db.Row) (c Change, err error) {
		var at int64
		var value string
		if err := r.Scan(&c.Key, &c.Version, &value, &at, &c.Account, &c.Why); err != nil {
			return c, err
		}
		c.At = db.At(at)
		return c, json.Unmarshal([]byte(value), &c.Value)
	}, `SELECT key, version, value, at, account, why FROM setting WHERE territory = $1 ORDER BY key, version`, id)
}
