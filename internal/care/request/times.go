package request

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

// Times are the delays a request is born with: when care is wanted, the latest it may
// start, and how long people have to answer.
type Times struct {
	StartAt, StartBy time.Time
	RespondWithin    time.Duration
}

// DefaultTimes proposes the delays of an urgency asked at now, for care wanted on
// start (zero: as soon as possible). Source: the table of urgencies of the territory's settings.
func DefaultTimes(u nomenclature.Urgency, s territory.Settings, start, now time.Time, zone civil.Zone) Times {
	t := Times{StartAt: now}
	if start.After(now) {
		t.StartAt = start
	}
	t.RespondWithin = s.Reply(string(u), now, t.StartAt)
	t.StartBy = s.StartBy(string(u), t.StartAt, zone.Loc)
	if u == nomenclature.Planned {
		t.StartBy = civil.DayOf(t.StartAt, zone.Loc).End(zone.Loc)
	}
	return t
}

// immediate tells whether a person must be available now: the urgencies that start within hours.
func immediate(u nomenclature.Urgency) bool { return territory.Wakes(string(u)) }
