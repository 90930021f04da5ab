package request

import (
	"cmp"
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
)

// Need is what matching reads of a request.
type Need struct {
	Profession nomenclature.ProfessionCode
	Acts       []nomenclature.ActCode
	Mode       nomenclature.Mode
	Urgency    nomenclature.Urgency
	Commune    territory.CommuneCode
	Point      geo.Point
	// StartAt and StartBy bound the time care is wanted; StartBy is never before StartAt.
	StartAt, StartBy time.Time
	// RespondWithin is the reply delay asked for.
	RespondWithin time.Duration
	// Line, when set, asks a duty line and nobody else.
	Line rota.LineID
	// Networks, when there are some, ask their members only: a CPTS, a health centre, a union.
	Networks []string
	// Zone is where the care is wanted: its clocks, its public holidays.
	Zone civil.Zone
}

// When returns the time at which a person must be available: when care is wanted,
// and now for the urgencies that start within hours.
func (n Need) When(now time.Time) (from, to time.Time) {
	if immediate(n.Urgency) {
		return now, now.Add(time.Minute)
	}
	return n.StartAt, n.StartBy
}

// careAt is when a round opened at opened must have found somebody: the wanted start
// when it is still to come, otherwise the latest start.
func (n Need) careAt(opened time.Time) time.Time {
	if n.StartAt.After(opened) {
		return n.StartAt
	}
	return n.StartBy
}

// Candidate is somebody who might be asked, with what the four criteria read of him.
type Candidate struct {
	directory.Candidate
	// Usual says that he is a member of the patient's usual team: asked first, whatever the distance.
	Usual bool
	// First says that he carried the series that the request renews: asked before the usual team, whatever the distance.
	First bool
	// Replaces is the member of the usual team who is away and named him for that time.
	Replaces string
	// LineMode and LineRank are set for a member on duty of the line asked for.
	Line     rota.LineID
	LineMode rota.Mode
	LineRank int
	// Again says that the search which a change of the need interrupted had asked him: he is asked first.
	Again bool
	// LineElsewhere says that the line does not answer for the commune.
	LineElsewhere bool
	// OnDuty says that he is on duty now, on any line of his profession: he may be woken.
	OnDuty bool
	// Barred says that his territory and that of the request do not share their border.
	Barred bool
	// Alerts counts the solicitations of the day on which he would be alerted; read only where they are capped.
	Alerts int
	// LeftOut says that he released or declined in an earlier round of the same search.
	LeftOut bool
	// Opposed says that the patient opposes his being asked.
	Opposed bool
}

// Verdict is why somebody is asked or not.
type Verdict string

// The verdicts. Those of availability are directory's.
const (
	VerdictAsked      Verdict = "asked"
	VerdictSector     Verdict = "out_of_sector"
	VerdictActs       Verdict = "act_not_practised"
	VerdictMode       Verdict = "mode_not_practised"
	VerdictLeftOut    Verdict = "left_out"
	VerdictProfession Verdict = "other_profession"
	VerdictAsleep     Verdict = "asleep"
	VerdictOpposed    Verdict = "opposed"
	VerdictNetwork    Verdict = "out_of_network"
	VerdictTerritory  Verdict = "other_territory"
	VerdictCapped     Verdict = "capped"
)

// Judged is a candidate and what the criteria say of him. Wave is 0 when he is not asked.
type Judged struct {
	Candidate
	Verdict Verdict
	Wave    int
}

// unique keeps the first mention of each subject: the usual team and the duty line come before the rest.
func unique(all []Candidate) []Candidate {
	seen := make(map[directory.Subject]bool, len(all))
	out := make([]Candidate, 0, len(all))
	for _, first := range []bool{true, false} {
		for _, c := range all {
			if (c.First || c.Usual || c.Line != "") == first && !seen[c.Subject] {
				seen[c.Subject] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// judge parts the candidates into those to ask, in order, and the others with their
// reason. The ones left out come back when nobody else matches.
func judge(n Need, all []Candidate, s territory.Settings, now time.Time) (asked, others []Judged) {
	var left []Judged
	for _, c := range all {
		j := Judged{Candidate: c, Verdict: Judge(n, c, s, now)}
		switch {
		case j.Verdict != VerdictAsked:
			others = append(others, j)
		case c.LeftOut:
			left = append(left, j)
		default:
			asked = append(asked, j)
		}
	}
	if len(asked) == 0 {
		asked = left
	} else {
		for _, j := range left {
			j.Verdict = VerdictLeftOut
			others = append(others, j)
		}
	}
	slices.SortStableFunc(asked, before)
	return asked, others
}

// before orders the people of a round: the duty line by rank, then who carried the series
// renewed, then the usual team, then the nearest; the id settles what is equal, so that no other rule can favour anybody.
func before(a, b Judged) int {
	return cmp.Or(
		cmp.Compare(a.LineRank, b.LineRank),
		cmp.Compare(b2i(b.First), b2i(a.First)),
		cmp.Compare(b2i(b.Usual), b2i(a.Usual)),
		cmp.Compare(a.Km, b.Km),
		cmp.Compare(a.Subject.ID, b.Subject.ID),
	)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Judge applies the four criteria to one candidate whom the patient does not oppose. Neither
// coverage nor network is asked of the usual team, who are the patient's own, nor of who
// carried the series renewed, nor of a duty line, whose members serve the line's whole sector.
func Judge(n Need, c Candidate, s territory.Settings, now time.Time) Verdict {
	if c.Opposed {
		return VerdictOpposed
	}
	if c.Profession != n.Profession && c.Line == "" {
		return VerdictProfession
	}
	if !c.First && !c.Usual && c.Line == "" && !c.Reaches {
		return VerdictSector
	}
	if !c.First && !c.Usual && c.Line == "" && c.Barred {
		return VerdictTerritory
	}
	if !c.First && !c.Usual && c.Line == "" && !directory.InNetworks(c.Networks, n.Networks) {
		return VerdictNetwork
	}
	if c.LineElsewhere {
		return VerdictSector
	}
	if !practises(c.Acts, n.Acts) {
		return VerdictActs
	}
	if len(c.Modes) > 0 && !slices.Contains(c.Modes, n.Mode) {
		return VerdictMode
	}
	if c.Line != "" {
		return VerdictAsked // on duty: available by definition
	}
	if immediate(n.Urgency) && c.asleep(n, s, now) {
		return VerdictAsleep
	}
	if immediate(n.Urgency) && c.OnDuty {
		c.Windows = nil // being on duty is being at work
	}
	from, to := n.When(now)
	if v := directory.Available(c.Candidate, from, to, now, n.Zone); v != directory.AvailableOK {
		return Verdict(v)
	}
	if n.caps(s) && !c.First && !c.Usual && c.Alerts >= s.AlertsCap {
		return VerdictCapped
	}
	return VerdictAsked
}

// caps tells whether the territory limits the solicitations of a person in a day. What cannot
// wait is never limited, nor are a duty line and the patient's usual team: they are expected.
func (n Need) caps(s territory.Settings) bool {
	return s.AlertsCapOn && n.Line == "" && !immediate(n.Urgency)
}

// asleep tells whether what cannot wait would wake c: it does neither those on duty nor those
// who accept it, and everybody else sleeps in the territory's night and in his own quiet hours.
func (c Candidate) asleep(n Need, s territory.Settings, now time.Time) bool {
	if c.Wakes || c.OnDuty {
		return false
	}
	return s.Night.Contains(now, n.Zone.Loc) || c.Quiet.Contains(now, civil.ZoneOf(string(c.Commune)).Loc)
}

// practises tells whether somebody who practises own does all of wanted; an empty own is the whole profession.
func practises(own, wanted []nomenclature.ActCode) bool {
	if len(own) == 0 {
		return true
	}
	return !slices.ContainsFunc(wanted, func(a nomenclature.ActCode) bool { return !slices.Contains(own, a) })
}
