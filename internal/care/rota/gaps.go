package rota

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
)

// Gaps lists when nobody is on duty between from and to, in order.
func Gaps(shifts []DutyShift, from, to time.Time) []civil.Span {
	sorted := slices.SortedFunc(slices.Values(shifts), func(a, b DutyShift) int { return a.From.Compare(b.From) })
	var gaps []civil.Span
	at := from
	for _, s := range sorted {
		if s.From.After(at) && at.Before(to) {
			gaps = append(gaps, civil.Span{Start: at, End: earlier(s.From, to)})
		}
		if s.To.After(at) {
			at = s.To
		}
	}
	if at.Before(to) {
		gaps = append(gaps, civil.Span{Start: at, End: to})
	}
	return gaps
}

// Clipped keeps of shifts what is between from and to.
func Clipped(shifts []DutyShift, from, to time.Time) []DutyShift {
	var out []DutyShift
	for _, s := range shifts {
		if s.From.Before(from) {
			s.From = from
		}
		s.To = earlier(s.To, to)
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

// Later writes shifts some days later, at the same hours on the wall. What falls into an hour that a
// change of clocks skips is left out.
func Later(shifts []DutyShift, days int, loc *time.Location) []DutyShift {
	move := func(t time.Time) time.Time {
		return civil.First(civil.DayOf(t, loc).Add(days), civil.MinuteOf(t, loc), loc)
	}
	var out []DutyShift
	for _, s := range shifts {
		s.ID, s.From, s.To = "", move(s.From), move(s.To)
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
