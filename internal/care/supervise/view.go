package supervise

import (
	"context"
	"strings"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// ViewID is that of a saved view.
type ViewID string

// View is what somebody watches, kept under a name. Place is what the address of the
// console says, as its page reads and writes it: nothing nominative may be in it.
type View struct {
	ID     ViewID
	Name   string
	Place  string
	Shared bool // with everyone of the desk or of the service
	Author string
	Own    bool // made by the reader
	First  bool // opens first for the reader
}

// What people may keep, in characters and in number.
const (
	viewNameMax  = 60
	viewPlaceMax = 500
	viewsMax     = 30
)

// Views lists the views of whoever asks, and those shared with his desk or service, by name.
func (s *Service) Views(ctx context.Context) (list []View, err error) {
	defer fault.Wrap(&err, "views")
	who, within, err := scopeOf(ctx)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		first, _, err := db.Find(tx, db.Value[ViewID], `SELECT view FROM saved_view_first WHERE account = $1`, who.Account)
		if err != nil {
			return err
		}
		list, err = db.All(tx, func(r db.Row) (v View, err error) {
			var by string
			err = r.Scan(&v.ID, &v.Name, &v.Place, &v.Shared, &by, &v.Author)
			v.Own, v.First = by == who.Account, v.ID == first
			return v, err
		}, `SELECT id, name, place, shared, account, author FROM saved_view WHERE territory = $1 AND service = $2 AND (account = $3 OR shared = TRUE) ORDER BY name, id`,
			within.territory, within.service, who.Account)
		return err
	})
	return list, err
}

// KeepView keeps what the reader watches under a name, in place of his own view of that name.
func (s *Service) KeepView(ctx context.Context, v View) (id ViewID, err error) {
	defer fault.Wrap(&err, "keep view")
	who, within, err := scopeOf(ctx)
	if err != nil {
		return "", err
	}
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	if v.Name == "" || utf8.RuneCountInString(v.Name) > viewNameMax || !utf8.ValidString(v.Name) || strings.ContainsRune(v.Name, 0) {
		return "", fault.Invalid("supervise.view_name", "name", "max", viewNameMax)
	}
	if len(v.Place) > viewPlaceMax {
		return "", fault.Invalid("supervise.view_place", "name")
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		own, err := db.All(tx, func(r db.Row) (o View, err error) { return o, r.Scan(&o.ID, &o.Name) }, `SELECT id, name FROM saved_view WHERE account = $1 ORDER BY id`, who.Account)
		if err != nil {
			return err
		}
		for _, o := range own {
			if o.Name == v.Name {
				id = o.ID
			}
		}
		if id == "" && len(own) >= viewsMax {
			return fault.Conflict("supervise.view_many", "n", viewsMax)
		}
		if id == "" {
			id = ident.New[ViewID](tx.Now())
		}
		err = tx.Write(`INSERT INTO saved_view (id, territory, service, account, author, name, place, shared, created) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)
			ON CONFLICT (id) DO UPDATE SET place = excluded.place, shared = excluded.shared, territory = excluded.territory, service = excluded.service`,
			string(id), within.territory, within.service, who.Account, who.Name, v.Name, v.Place, v.Shared, db.Ms(tx.Now()))
		if err != nil || !v.First {
			return err
		}
		return setFirst(tx, who.Account, id)
	})
	return id, err
}

// DropView forgets one of the reader's own views; for anybody else it does not exist.
func (s *Service) DropView(ctx context.Context, id ViewID) (err error) {
	defer fault.Wrap(&err, "drop view %s", id)
	who, _, err := scopeOf(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM saved_view WHERE id = $1 AND account = $2`, string(id), who.Account)
		if err == nil && n == 0 {
			err = fault.NotFound("supervise.view")
		}
		if err != nil {
			return err
		}
		return tx.Write(`DELETE FROM saved_view_first WHERE view = $1`, string(id))
	})
}

// FirstView makes one of the views that the reader may read open first; none when id is empty.
func (s *Service) FirstView(ctx context.Context, id ViewID) (err error) {
	defer fault.Wrap(&err, "first view %s", id)
	who, within, err := scopeOf(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if id == "" {
			return tx.Write(`DELETE FROM saved_view_first WHERE account = $1`, who.Account)
		}
		_, err := db.One(tx, "supervise.view", db.Value[string], `SELECT id FROM saved_view WHERE id = $1 AND territory = $2 AND service = $3 AND (account = $4 OR shared = TRUE)`,
			string(id), within.territory, within.service, who.Account)
		if err != nil {
			return err
		}
		return setFirst(tx, who.Account, id)
	})
}

func setFirst(tx *db.Tx, account string, id ViewID) error {
	return tx.Write(`INSERT INTO saved_view_first (account, view) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET view = excluded.view`, account, string(id))
}
