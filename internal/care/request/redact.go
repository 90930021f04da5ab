package request

import (
	"time"

	"entractes/internal/base/geo"
)

// redacted leaves of r what sight opens. The requester's own name and phone are for
// those who carry or follow the request; who carries it, for those who read its
// timeline; and to somebody whose round is closed only the state is left.
func (r Request) redacted(sight Sight) Request {
	r.sealed = nil
	if !sight.Timeline {
		r.From = From{Role: r.From.Role}
		r.Provider, r.ToReconfirm = Who{}, time.Time{}
		r.Follows, r.Kind, r.EndsFollowed = "", "", false
	}
	if !sight.Need {
		r.Acts, r.Mode, r.Care, r.Point = nil, "", Care{}, geo.Point{}
		r.StartAt, r.StartBy, r.NextVisit, r.RespondWithin = time.Time{}, time.Time{}, time.Time{}, 0
	}
	return r
}
