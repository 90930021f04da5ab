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
	t.RespondWithin = s.Reply[u]
	switch u {
	case nomenclature.U2:
		t.StartBy = endOfDay(t.StartAt, now, s, zone)
	case nomenclature.Planned:
		t.StartBy = civil.DayOf(t.StartAt, zone.Loc).End(zone.Loc)
		t.RespondWithin = max(s.PlannedLeast, min(s.Reply[u], t.StartAt.Sub(now)-s.PlannedMargin))
	default:
		t.StartBy = t.StartAt.Add(s.Start[u])
	}
	return t
}

// endOfDay ends the day of care: the same day, and the next one for what is triggered
// today after the territory's hour.
func endOfDay(start, now time.Time, s territory.Settings, zone civil.Zone) time.Time {
	day := civil.DayOf(start, zone.Loc)
	if day == civil.DayOf(now, zone.Loc) && civil.MinuteOf(now, zone.Loc) >= s.SameDayUntil {
		day = day.Add(1)
	}
	return day.End(zone.Loc)
}

// immediate tells whether a request runs day and night and a person must be available
// now: the urgencies that start within hours.
func immediate(u nomenclature.Urgency) bool {
	t, ok := nomenclature.UrgencyOf(u)
	return ok && t.DayAndNight
}
