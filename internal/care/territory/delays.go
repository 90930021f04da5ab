package territory

import (
	"time"

	"entractes/internal/base/civil"
)

// Reply is the time given to answer a request of that urgency (U0, U1, U2, U3, U4 or P), asked at
// now for care that starts at start. The caller shortens it when care starts earlier and lets nights
// pass. An unknown urgency is treated as U2.
func (s Settings) Reply(urgency string, now, start time.Time) time.Duration {
	switch urgency {
	case "U0":
		return s.ReplyU0
	case "U1":
		return s.ReplyU1
	case "U3":
		return s.ReplyU3
	case "U4":
		return s.ReplyU4
	case "P":
		return max(min(s.ReplyPMost, start.Sub(now)-s.ReplyPBefore), s.ReplyPLeast)
	}
	return s.ReplyU2
}

// StartBy is the latest instant at which care of that urgency starts when it is triggered at now, in
// the zone of loc. Planned care starts at the date chosen, which the caller knows: now is returned.
func (s Settings) StartBy(urgency string, now time.Time, loc *time.Location) time.Time {
	switch urgency {
	case "U0":
		return now.Add(s.StartU0)
	case "U1":
		return now.Add(s.StartU1)
	case "U3":
		return now.Add(s.StartU3)
	case "U4":
		return now.Add(s.StartU4)
	case "P":
		return now
	}
	day := civil.DayOf(now, loc)
	if civil.MinuteOf(now, loc) >= int(s.NextDayAfter) {
		day = day.Add(1)
	}
	return day.End(loc)
}

// Wakes tells whether requests of that urgency run day and night.
func Wakes(urgency string) bool { return urgency == "U0" || urgency == "U1" }
