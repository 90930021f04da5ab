package notify

import (
	"strings"
	"sync"
	"time"

	"entractes/internal/base/civil"
)

// Quiet is a part of every day during which a notice may not ring: the night of a territory,
// or the hours a person keeps for himself, on the clocks of Zone (IANA).
type Quiet struct {
	civil.Night
	Zone string
}

// Leaves returns when what is due at t may ring: t itself, or the end of the quiet hours it
// falls into. Hours that leave no moment of two days let it ring at the end of the first.
func Leaves(t time.Time, quiet []Quiet) time.Time {
	const longest = 48 * time.Hour
	at := t
	for moved := true; moved; {
		moved = false
		for _, q := range quiet {
			if end, asleep := civil.NightEnd(at, q.Night, q.location()); asleep {
				at, moved = end, true
			}
		}
		if at.Sub(t) > longest {
			end, _ := civil.NightEnd(t, quiet[0].Night, quiet[0].location())
			return end
		}
	}
	return at
}

// locations keeps the zones already read: every send asks for one.
var locations sync.Map

func (q Quiet) location() *time.Location {
	if known, ok := locations.Load(q.Zone); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(q.Zone)
	if err != nil {
		loc = time.UTC
	}
	locations.Store(q.Zone, loc)
	return loc
}

// encodeQuiet writes « 21:00-07:00 Europe/Paris », one for each line.
func encodeQuiet(quiet []Quiet) string {
	lines := make([]string, 0, len(quiet))
	for _, q := range quiet {
		if q.From != q.To {
			lines = append(lines, civil.FormatHour(q.From)+"-"+civil.FormatHour(q.To)+" "+q.Zone)
		}
	}
	return strings.Join(lines, "\n")
}

// decodeQuiet reads what encodeQuiet wrote; a line that cannot be read keeps nobody waiting.
func decodeQuiet(text string) []Quiet {
	var out []Quiet
	for line := range strings.SplitSeq(text, "\n") {
		hours, zone, _ := strings.Cut(line, " ")
		from, to, ok := strings.Cut(hours, "-")
		f, errFrom := civil.ParseHour(from)
		t, errTo := civil.ParseHour(to)
		if ok && errFrom == nil && errTo == nil {
			out = append(out, Quiet{civil.Night{From: f, To: t}, zone})
		}
	}
	return out
}
