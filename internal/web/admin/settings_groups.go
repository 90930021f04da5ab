package admin

import (
	"slices"
	"strings"

	"entractes/internal/care/territory"
)

// group is a part of the rules. Slug is its address; its title and what it is about are
// the sentences "admin.group." + Slug and the same with ".about".
type group struct {
	Slug    string
	Icon    string
	keys    []string // beginnings of the keys it holds
	Options []territory.Option
}

// parts are the groups in the order of the story. A setting that no group names goes to
// the last one, so that none is ever hidden.
var parts = []group{
	{Slug: "delais", Icon: "hourglass", keys: []string{"reply.", "start."}},
	{Slug: "sollicitations", Icon: "send", keys: []string{"usual.", "short_notice", "waves.", "alerts.", "duty."}},
	{Slug: "nuit-et-messages", Icon: "moon-star", keys: []string{"night", "notify."}},
	{Slug: "apres-acceptation", Icon: "user-check", keys: []string{"undo", "reconfirm", "late", "order.", "series."}},
	{Slug: "documents", Icon: "file-text", keys: []string{"documents.", "prescription."}},
	{Slug: "equipes", Icon: "users-round", keys: []string{"desk.", "rest."}},
	{Slug: "inscriptions", Icon: "user-check", keys: []string{"enrol.", "reach."}},
	{Slug: "conservation", Icon: "lock", keys: []string{"keep.", "glass."}},
	{Slug: "frontieres", Icon: "map", keys: []string{"border."}},
	{Slug: "rayons", Icon: "map-pin", keys: []string{"radius."}},
	{Slug: "autres", Icon: "settings"},
}

// groups are the parts that hold something.
func groups() []group {
	all := slices.Clone(parts)
	for _, o := range territory.Options() {
		i := slices.IndexFunc(all, func(g group) bool { return g.holds(o.Key) })
		if i < 0 {
			i = len(all) - 1
		}
		all[i].Options = append(all[i].Options, o)
	}
	return slices.DeleteFunc(all, func(g group) bool { return len(g.Options) == 0 })
}

func (g group) holds(key string) bool {
	return slices.ContainsFunc(g.keys, func(begin string) bool {
		return key == begin || strings.HasPrefix(key, begin) && strings.HasSuffix(begin, ".") || strings.HasPrefix(key, begin+".")
	})
}

// groupOf finds a group by its address.
func groupOf(slug string) (group, bool) {
	all := groups()
	i := slices.IndexFunc(all, func(g group) bool { return g.Slug == slug })
	if i < 0 {
		return group{}, false
	}
	return all[i], true
}

// optionOf finds a setting by its key.
func optionOf(key string) (territory.Option, bool) {
	all := territory.Options()
	i := slices.IndexFunc(all, func(o territory.Option) bool { return o.Key == key })
	if i < 0 {
		return territory.Option{}, false
	}
	return all[i], true
}
