package territory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Rules are the settings of a territory with their story, the latest change first.
type Rules struct {
	Territory Territory
	Now       time.Time
	Settings  Settings
	History   []Version
}

// Version is one change of one setting with what it was before. Role is the function in which its author
// acts; empty for the product itself. Name is given to administrators only.
type Version struct {
	Change
	Before string
	Role   actor.Role
	Name   string
}

// Latest returns the last change of a setting; false for one that was never changed.
func (r Rules) Latest(key string) (Version, bool) {
	i := slices.IndexFunc(r.History, func(v Version) bool { return v.Key == key })
	if i < 0 {
		return Version{}, false
	}
	return r.History[i], true
}

// Rules returns the rules of a territory to whoever is signed in there: people work by them. Elsewhere
// the territory does not exist, save for administrators of the platform.
func (s *Service) Rules(ctx context.Context, id ID) (rules Rules, err error) {
	defer fault.Wrap(&err, "rules of %s", id)
	a, ok := actor.From(ctx)
	switch {
	case !ok:
		return rules, fault.Unauthenticated("unauthenticated")
	case id == "" || a.Territory != id && !a.Has(actor.RolePlatformAdmin) && !a.IsSystem():
		return rules, fault.NotFound("territory.not_found")
	}
	return s.rules(ctx, id, mayAdminister(ctx, id) == nil)
}

// Published returns the same rules, with the functions of who changed them and no name, to
// anybody: a territory says in public by which rules it works, and what changed in them.
func (s *Service) Published(ctx context.Context, id ID) (rules Rules, err error) {
	defer fault.Wrap(&err, "published rules of %s", id)
	return s.rules(ctx, id, false)
}

func (s *Service) rules(ctx context.Context, id ID, names bool) (rules Rules, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		rules = Rules{Now: tx.Now()}
		if rules.Territory, err = Of(tx, id); err != nil {
			return err
		}
		past, err := changes(tx, id)
		if err != nil {
			return err
		}
		rules.Settings = current(past)
		rules.History, err = versions(tx, past, names)
		return err
	})
	return rules, err
}

// versions tells each change with what was before and its author, the latest first; names only when asked.
func versions(tx *db.Tx, past []Change, names bool) ([]Version, error) {
	authors := map[string]auth.Account{}
	before := map[string]string{}
	out := make([]Version, 0, len(past))
	start := Defaults()
	for _, c := range past {
		author, known := authors[c.Account]
		if !known && c.Account != "" {
			var err error
			if author, err = auth.AccountByID(tx, auth.AccountID(c.Account)); err != nil && fault.KindOf(err) != fault.KindNotFound {
				return nil, err
			}
			authors[c.Account] = author
		}
		v := Version{Change: c, Before: cmp.Or(before[c.Key], start.Get(c.Key)), Role: function(author)}
		if names {
			v.Name = author.Name
		}
		before[c.Key] = c.Value
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b Version) int { return cmp.Or(b.At.Compare(a.At), place(a.Key)-place(b.Key)) })
	return out, nil
}

// function is the role that lets an account change rules, or its first one.
func function(a auth.Account) actor.Role {
	for _, r := range []actor.Role{actor.RoleTerritoryAdmin, actor.RolePlatformAdmin} {
		if slices.Contains(a.Roles, r) {
			return r
		}
	}
	return a.Actor().Role()
}

// place is where a setting stands in the story; -1 for one that no longer exists.
func place(key string) int {
	return slices.IndexFunc(options(), func(o Option) bool { return o.Key == key })
}
