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
	// LineMode and LineRank are set for a member on duty of the line asked for.
	Line     rota.LineID
	LineMode rota.Mode
	LineRank int
	// Again says that the search which a change of the need interrupted had asked him: he is asked first.
	Again bool
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
	// UsualAlone says that wave 1 is the window of the usual team, or of who carried the series renewed.
	UsualAlone bool
}

// WavePlan is one wave: when it opens and who it asks, in order.
type WavePlan struct {
	At  time.Time
	Who []Judged
}

// Asked counts the people of every wave.
func (p Plan) Asked() int {
	n := 0
	for _, w := range p.Waves {
		n += len(w.Who)
	}
	return n
}

// MakePlan orders the candidates of a round opened at opened, judged at now: the usual
// team alone for its share of the reply delay, then everyone who matches, at once or
// by waves where the territory turned them on; a duty line in its own order. It names
// nobody twice and nobody who does not match. It has no wave when nobody does.
func MakePlan(n Need, candidates []Candidate, s territory.Settings, opened, now time.Time) Plan {
	p := Plan{ReplyBy: ReplyBy(n, s, opened)}
	p.ShortNotice = n.shortNotice(s, opened)
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
// care itself. Care wanted in a night, for a request that can wait, is answered before
// that night begins, while people still read what they are asked.
func ReplyBy(n Need, s territory.Settings, opened time.Time) time.Time {
	by := opened.Add(n.RespondWithin)
	if !immediate(n.Urgency) {
		by = civil.AddAwake(opened, n.RespondWithin, s.Night, n.Zone.Loc)
	}
	care := n.careAt(opened)
	if !care.After(opened) || !by.After(care) {
		return by
	}
	if immediate(n.Urgency) {
		return care
	}
	evening := civil.AddAwake(opened, civil.Awake(opened, care, s.Night, n.Zone.Loc), s.Night, n.Zone.Loc)
	return earlier(evening, care)
}

// shortNotice tells whether the supervisor must know at once: care starts within the
// territory's short notice, or before anybody who is not woken can read that he is asked.
func (n Need) shortNotice(s territory.Settings, opened time.Time) bool {
	care := n.careAt(opened)
	return care.Sub(opened) < s.ShortNotice || !immediate(n.Urgency) && civil.Awake(opened, care, s.Night, n.Zone.Loc) == 0
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
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

// Judge applies the four criteria to one candidate whom the patient does not oppose. Coverage is not asked of the
// usual team, nor of who carried the series renewed, nor of a duty line, whose members serve the line's whole sector.
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
	if !practises(c.Acts, n.Acts) {
		return VerdictActs
	}
	if len(c.Modes) > 0 && !slices.Contains(c.Modes, n.Mode) {
		return VerdictMode
	}
	if c.Line != "" {
		return VerdictAsked // on duty: available by definition
	}
	if immediate(n.Urgency) && !c.Wakes && s.Night.Contains(now, n.Zone.Loc) {
		return VerdictAsleep // at night only those on duty or who accept to be woken are asked
	}
	from, to := n.When(now)
	if v := directory.Available(c.Candidate, from, to, now, n.Zone); v != directory.AvailableOK {
		return Verdict(v)
	}
	return VerdictAsked
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
		return lineWaves(asked, s, opened, p.ReplyBy)
	}
	if slices.ContainsFunc(asked, func(j Judged) bool { return j.Again }) {
		return n.againWaves(asked, s, opened, p)
	}
	alone := func(j Judged) bool { return j.Usual }
	if slices.ContainsFunc(asked, func(j Judged) bool { return j.First }) {
		alone = func(j Judged) bool { return j.First }
	}
	usual := slices.IndexFunc(asked, func(j Judged) bool { return !alone(j) })
	if usual < 0 {
		usual = len(asked)
	}
	if usual == 0 || n.Urgency == nomenclature.U0 || p.ShortNotice {
		return widening(asked, s, opened, p.ReplyBy)
	}
	p.UsualAlone = true
	first := []WavePlan{{At: opened, Who: asked[:usual]}}
	if usual == len(asked) {
		return first
	}
	return append(first, widening(asked[usual:], s, n.share(s, opened, p.ReplyBy), p.ReplyBy)...)
}

// againWaves asks first, with the usual team, those whom the search that a change of the
// need interrupted had asked. When they are the usual team alone it keeps its window;
// otherwise the others follow after the shortest wave, and all at once when time is short.
func (n Need) againWaves(asked []Judged, s territory.Settings, opened time.Time, p *Plan) []WavePlan {
	var first, rest []Judged
	for _, j := range asked {
		if j.Again || j.Usual {
			first = append(first, j)
		} else {
			rest = append(rest, j)
		}
	}
	if len(rest) == 0 {
		return []WavePlan{{At: opened, Who: first}}
	}
	if n.Urgency == nomenclature.U0 || p.ShortNotice {
		return widening(slices.Concat(first, rest), s, opened, p.ReplyBy)
	}
	p.UsualAlone = !slices.ContainsFunc(first, func(j Judged) bool { return !j.Usual })
	var then time.Time
	switch {
	case p.UsualAlone:
		then = n.share(s, opened, p.ReplyBy)
	case immediate(n.Urgency):
		then = opened.Add(s.MinWave)
	default:
		then = civil.AddAwake(opened, s.MinWave, s.Night, n.Zone.Loc)
	}
	return append([]WavePlan{{At: opened, Who: first}}, widening(rest, s, then, p.ReplyBy)...)
}

// share is when the usual team's window ends: its part of the reply delay, nights not counted.
func (n Need) share(s territory.Settings, opened, replyBy time.Time) time.Time {
	if immediate(n.Urgency) {
		return opened.Add(time.Duration(float64(replyBy.Sub(opened)) * s.UsualShare))
	}
	awake := civil.Awake(opened, replyBy, s.Night, n.Zone.Loc)
	return civil.AddAwake(opened, time.Duration(float64(awake)*s.UsualShare), s.Night, n.Zone.Loc)
}

// widening asks everyone at once, or by waves of the territory's sizes; each lasts
// the time left divided by the waves left, and at least the territory's minimum.
func widening(asked []Judged, s territory.Settings, from, replyBy time.Time) []WavePlan {
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
		at = at.Add(max(s.MinWave, replyBy.Sub(at)/time.Duration(len(out)-i)))
	}
	return out
}

// lineWaves asks a duty line: its members one after the other, or all together.
func lineWaves(asked []Judged, s territory.Settings, opened, replyBy time.Time) []WavePlan {
	if asked[0].LineMode != rota.InOrder {
		return []WavePlan{{At: opened, Who: asked}}
	}
	step := min(s.DutyStep, replyBy.Sub(opened)/time.Duration(len(asked)))
	out := make([]WavePlan, len(asked))
	for i := range asked {
		out[i] = WavePlan{At: opened.Add(time.Duration(i) * step), Who: asked[i : i+1]}
	}
	return out
}
