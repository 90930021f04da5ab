package territory

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Change is one version of one setting.
type Change struct {
	Key     string
	Version int64
	Value   string
	At      time.Time
	Account string
}

// Save changes settings, written as Settings.Set reads them; what has not changed is not written
// again. All refusals come together, each at its key. Administrators of the territory or of the platform.
func (s *Service) Save(ctx context.Context, id ID, values map[string]string) (err error) {
	defer fault.Wrap(&err, "save settings of %s", id)
	if err := mayAdminister(ctx, id); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error { return SaveIn(tx, id, values) })
}

// SaveIn is Save within tx; it does not check who asks.
func SaveIn(tx *db.Tx, id ID, values map[string]string) error {
	if _, err := Of(tx, id); err != nil {
		return err
	}
	past, err := changes(tx, id)
	if err != nil {
		return err
	}
	before := current(past)
	after := before
	var l fault.List
	for _, key := range slices.Sorted(maps.Keys(values)) {
		l = append(l, fault.Fields(after.Set(key, values[key]))...)
	}
	l = append(l, fault.Fields(after.Check())...)
	if err := l.Err(); err != nil {
		return err
	}
	version := map[string]int64{}
	for _, c := range past {
		version[c.Key] = c.Version
	}
	a, _ := actor.From(tx.Context())
	for _, o := range options() {
		value := after.Get(o.Key)
		if value == before.Get(o.Key) {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO setting (territory, key, version, value, at, account) VALUES ($1, $2, $3, $4, $5, $6)`,
			id, o.Key, version[o.Key]+1, string(text), db.Ms(tx.Now()), a.Account)
		if err != nil {
			return err
		}
	}
	return nil
}

// SettingsOf returns the settings of a territory now; the defaults of one that has chosen nothing.
func SettingsOf(tx *db.Tx, id ID) (Settings, error) {
	past, err := changes(tx, id)
	return current(past), err
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
		if err := r.Scan(&c.Key, &c.Version, &value, &at, &c.Account); err != nil {
			return c, err
		}
		c.At = db.At(at)
		return c, json.Unmarshal([]byte(value), &c.Value)
	}, `SELECT key, version, value, at, account FROM setting WHERE territory = $1 ORDER BY key, version`, id)
}
