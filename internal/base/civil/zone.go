package civil

import (
	"sync"
	"time"
	_ "time/tzdata" // machines without zone files, and files older than a reform, must not move a deadline
)

// Zone is where people live a time: its clocks and the public holidays of its département.
type Zone struct {
	// Department is the INSEE code of the département ("91", "2A", "974"); empty when
	// only the holidays of all France are known to apply.
	Department string
	Loc        *time.Location
}

// mainland is where a place is when nothing says otherwise.
const mainland = "Europe/Paris"

// zoneNames holds the zones by INSEE département, then the communes that leave the zone of theirs.
var zoneNames = map[string]string{
	"971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
	"975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/St_Barthelemy", "978": "America/Marigot",
	"984": "Indian/Kerguelen", "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",

	"98719": "Pacific/Gambier",
	"98718": "Pacific/Marquesas", "98723": "Pacific/Marquesas", "98731": "Pacific/Marquesas",
	"98746": "Pacific/Marquesas", "98756": "Pacific/Marquesas", "98757": "Pacific/Marquesas",
}

// departmentOf gives the overseas département of a zone name.
var departmentOf = sync.OnceValue(func() map[string]string {
	byName := map[string]string{"Pacific/Marquesas": "987", "Pacific/Gambier": "987"}
	for code, name := range zoneNames {
		if len(code) == 3 {
			byName[name] = code
		}
	}
	return byName
})

// ZoneOf returns the zone of a place named by its INSEE code, of a commune ("97411") or
// of a département ("974"). A code that is not known is on the mainland.
func ZoneOf(code string) Zone {
	department := code
	if len(code) > 3 {
		department = code[:2]
		if department == "97" || department == "98" {
			department = code[:3]
		}
	}
	name, ok := zoneNames[code]
	if !ok {
		name, ok = zoneNames[department]
	}
	if !ok {
		name = mainland
	}
	return Zone{Department: department, Loc: location(name)}
}

// ZoneIn returns the zone of a location: the clocks say which overseas département it
// is, and nothing about the départements of the mainland.
func ZoneIn(loc *time.Location) Zone {
	return Zone{Department: departmentOf()[loc.String()], Loc: loc}
}

// Paris is the zone of the mainland.
func Paris() *time.Location { return location(mainland) }

var locations sync.Map

// location cannot fail for the names of this file: the zones are inside the binary.
func location(name string) *time.Location {
	if l, ok := locations.Load(name); ok {
		return l.(*time.Location)
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	locations.Store(name, l)
	return l
}
