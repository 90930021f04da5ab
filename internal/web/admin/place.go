package admin

import (
	"net/http"
	"net/url"

	"entractes/internal/base/actor"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// place is the territory that a page is about. An administrator of the platform chooses
// one in the address; others have theirs.
type place struct {
	id     territory.ID
	all    []territory.Territory // to choose from; empty for who has one
	chosen bool
}

// placeParam is where an address says which territory it is about.
const placeParam = "territoire"

// placeOf says where the reader is. What he may do there is decided by the use cases.
func (p *Pages) placeOf(r *http.Request) (at place, err error) {
	who := web.Actor(r.Context())
	at.id = who.Territory
	if !who.Has(actor.RolePlatformAdmin) {
		return at, nil
	}
	err = p.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		at.all, err = territory.All(tx)
		return err
	})
	if wanted := r.URL.Query().Get(placeParam); wanted != "" {
		at.id, at.chosen = wanted, true
	} else if at.id == "" && len(at.all) > 0 {
		at.id = at.all[0].ID
	}
	return at, err
}

// href is the address of path in this place.
func (at place) href(path string, pairs ...string) string {
	q := url.Values{}
	if at.chosen {
		q.Set(placeParam, at.id)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// choices lead to the same page in other territories.
func (at place) choices(path string) []web.Filter {
	var list []web.Filter
	for _, t := range at.all {
		list = append(list, web.Filter{Label: t.Name, Href: place{id: t.ID, chosen: true}.href(path), On: t.ID == at.id, None: true, Icon: "map-pin"})
	}
	if len(list) < 2 {
		return nil
	}
	return list
}
