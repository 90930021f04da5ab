package request

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
)

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
// care itself. Care wanted in a night, for a request that can wait, is answered before
// that night begins, while people still read what they are asked.
func ReplyBy(n Need, s territory.Settings, opened time.Time) time.Time {
	by, care := n.later(s, opened, n.RespondWithin), n.careAt(opened)
	if !care.After(opened) || !by.After(care) {
		return by
	}
	return earlier(n.later(s, opened, n.left(s, opened, care)), care)
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

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// split parts the people to ask into waves.
func split(n Need, asked []Judged, s territory.Settings, opened time.Time, p *Plan) []WavePlan {
	if len(asked) == 0 {
		return nil
	}
	if n.Line != "" {
		return n.lineWaves(asked, s, opened, p.ReplyBy)
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
		return n.widening(asked, s, opened, p.ReplyBy)
	}
	p.UsualAlone = true
	first := []WavePlan{{At: opened, Who: asked[:usual]}}
	if usual == len(asked) {
		return first
	}
	return inTime(append(first, n.widening(asked[usual:], s, n.share(s, opened, p.ReplyBy), p.ReplyBy)...), p.ReplyBy)
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
		return n.widening(slices.Concat(first, rest), s, opened, p.ReplyBy)
	}
	p.UsualAlone = !slices.ContainsFunc(first, func(j Judged) bool { return !j.Usual })
	then := n.share(s, opened, p.ReplyBy)
	if soon := n.soon(s, opened); !p.UsualAlone && soon.Before(then) {
		then = soon
	}
	return inTime(append([]WavePlan{{At: opened, Who: first}}, n.widening(rest, s, then, p.ReplyBy)...), p.ReplyBy)
}

// soon is when the shortest wave that opens at opened ends.
func (n Need) soon(s territory.Settings, opened time.Time) time.Time {
	return n.later(s, opened, s.MinWave)
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
