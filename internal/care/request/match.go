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
	// Replaces is the member of the usual team who is away and named him for that time.
	Replaces string
	// LineMode and LineRank are set for a member on duty of the line asked for.
	Line     rota.LineID
	LineMode rota.Mode
	LineRank int
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

// Plan is the ordered search of one round. Waves[0] is wave 1.
type Plan struct {
	Waves []WavePlan
	// Judged holds everyone considered: those asked in the order they will be, then the others.
	Judged []Judged
	// ReplyBy ends the round. ShortNotice says that care starts within the territory's short notice.
	ReplyBy     time.Time
	ShortNotice bool
	// UsualAlone says that wave 1 is the usual team's window.
	UsualAlone bool
}

// WavePlan is one wave: when it opens and who it asks, in order.
type WavePlan struct {
	At  time.Time
	Who []Judged
}

// Asked counts the people of every wave.
func (p Plan) Asked() int {
	return remaining(p.Waves)
}

// MakePlan orders the candidates of a round opened at opened, judged at now: the usual
// team alone for its share of the reply delay, then everyone who matches, at once or
// by waves where the territory turned them on; a duty line in its own order. It names
// nobody twice and nobody who does not match. It has no wave when nobody does.
func MakePlan(n Need, candidates []Candidate, s territory.Settings, opened, now time.Time) Plan {
	p := Plan{ReplyBy: ReplyBy(n, s, opened)}
	p.ShortNotice = n.short(s, opened)
	asked, others := judge(n, unique(candidates), s, now)
	p.Waves = split(n, asked, s, opened, &p)
	for w := range p.Waves {
		for i := range p.Waves[w].Who {
			p.Waves[w].Who[i].Wave = w + 1
			p.Judged = append(p.Judged, p.Waves[w].Who[i])
		}
	}
	p.Judged = append(p.Judged, others...)
	return p
}

// ReplyBy is the reply deadline of a round opened at opened: the delay asked for,
// nights not counted for the urgencies that let people sleep, and never after the
// care itself.
func ReplyBy(n Need, s territory.Settings, opened time.Time) time.Time {
	by := n.later(s, opened, n.RespondWithin)
	if care := n.careAt(opened); care.After(opened) && by.After(care) {
		return care
	}
	return by
}

// later is d after at, left is the time between two instants: the territory's night does
// not count in them for what can wait.
func (n Need) later(s territory.Settings, at time.Time, d time.Duration) time.Time {
	if immediate(n.Urgency) {
		return at.Add(d)
	}
	return civil.AddAwake(at, d, s.Night, n.Zone.Loc)
}

func (n Need) left(s territory.Settings, from, to time.Time) time.Duration {
	if immediate(n.Urgency) {
		return max(0, to.Sub(from))
	}
	return civil.Awake(from, to, s.Night, n.Zone.Loc)
}

// short tells whether care is so near that everyone is asked at once and the desk told: less
// than the territory's notice, or nobody awake before it.
func (n Need) short(s territory.Settings, opened time.Time) bool {
	care := n.careAt(opened)
	return care.Sub(opened) < s.ShortNotice || n.left(s, opened, care) == 0
}

// unique keeps the first mention of each subject: the usual team and the duty line come before the rest.
func unique(all []Candidate) []Candidate {
	seen := make(map[directory.Subject]bool, len(all))
	out := make([]Candidate, 0, len(all))
	for _, first := range []bool{true, false} {
		for _, c := range all {
			if (c.Usual || c.Line != "") == first && !seen[c.Subject] {
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

// before orders the people of a round: the duty line by rank, then the usual team,
// then the nearest; the id settles what is equal, so that no other rule can favour anybody.
func before(a, b Judged) int {
	return cmp.Or(
		cmp.Compare(a.LineRank, b.LineRank),
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

// Judge applies the four criteria to one candidate. Neither coverage nor network is asked
// of the usual team, who are the patient's own, nor of a duty line, whose members serve the
// line's whole sector.
func Judge(n Need, c Candidate, s territory.Settings, now time.Time) Verdict {
	if c.Profession != n.Profession && c.Line == "" {
		return VerdictProfession
	}
	if !c.Usual && c.Line == "" && !c.Reaches {
		return VerdictSector
	}
	if !c.Usual && c.Line == "" && c.Barred {
		return VerdictTerritory
	}
	if !c.Usual && c.Line == "" && !directory.InNetworks(c.Networks, n.Networks) {
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
	if n.caps(s) && !c.Usual && c.Alerts >= s.AlertsCap {
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

// split parts the people to ask into waves.
func split(n Need, asked []Judged, s territory.Settings, opened time.Time, p *Plan) []WavePlan {
	if len(asked) == 0 {
		return nil
	}
	if n.Line != "" {
		return n.lineWaves(asked, s, opened, p.ReplyBy)
	}
	usual := slices.IndexFunc(asked, func(j Judged) bool { return !j.Usual })
	if usual < 0 {
		usual = len(asked)
	}
	if usual == 0 || n.Urgency == nomenclature.U0 || p.ShortNotice {
		return n.widening(asked, s, opened, p.ReplyBy)
	}
	p.UsualAlone = true
	first := []WavePlan{{At: opened, Who: asked[:usual]}}
	if usual == len(asked) {
		return first
	}
	return inTime(append(first, n.widening(asked[usual:], s, n.share(s, opened, p.ReplyBy), p.ReplyBy)...), p.ReplyBy)
}

// share is when the usual team's window ends: its part of the reply delay, nights not counted.
func (n Need) share(s territory.Settings, opened, replyBy time.Time) time.Time {
	return n.later(s, opened, time.Duration(float64(n.left(s, opened, replyBy))*s.UsualShare))
}

// widening asks everyone at once, or by waves of the territory's sizes; each lasts
// the time left divided by the waves left, and at least the territory's minimum.
func (n Need) widening(asked []Judged, s territory.Settings, from, replyBy time.Time) []WavePlan {
	if !s.Waves {
		return []WavePlan{{At: from, Who: asked}}
	}
	var out []WavePlan
	rest := asked
	for _, size := range s.WaveSizes {
		if len(rest) == 0 {
			break
		}
		k := min(size, len(rest))
		out, rest = append(out, WavePlan{Who: rest[:k]}), rest[k:]
	}
	if len(rest) > 0 {
		out = append(out, WavePlan{Who: rest})
	}
	at := from
	for i := range out {
		out[i].At = at
		at = n.later(s, at, max(s.MinWave, n.left(s, at, replyBy)/time.Duration(len(out)-i)))
	}
	return inTime(out, replyBy)
}

// inTime asks those whose wave would open too late with the last one that does not.
func inTime(waves []WavePlan, replyBy time.Time) []WavePlan {
	for i := 1; i < len(waves); i++ {
		if !waves[i].At.Before(replyBy) {
			for _, w := range waves[i:] {
				waves[i-1].Who = append(slices.Clip(waves[i-1].Who), w.Who...)
			}
			return waves[:i]
		}
	}
	return waves
}

// remaining counts the people of waves.
func remaining(waves []WavePlan) (n int) {
	for _, w := range waves {
		n += len(w.Who)
	}
	return n
}

// lineWaves asks a duty line: its members one after the other, or all together.
func (n Need) lineWaves(asked []Judged, s territory.Settings, opened, replyBy time.Time) []WavePlan {
	if asked[0].LineMode != rota.InOrder {
		return []WavePlan{{At: opened, Who: asked}}
	}
	step := n.dutyStep(s, opened, replyBy, len(asked))
	out := make([]WavePlan, len(asked))
	at := opened
	for i := range asked {
		out[i] = WavePlan{At: at, Who: asked[i : i+1]}
		at = n.later(s, at, step)
	}
	return inTime(out, replyBy)
}

// dutyStep is the time each of the members on duty has before the next one is asked: the
// territory's, or the reply delay divided by the members when it is shorter.
func (n Need) dutyStep(s territory.Settings, opened, replyBy time.Time, members int) time.Duration {
	return min(s.DutyStep, n.left(s, opened, replyBy)/time.Duration(max(1, members)))
}
