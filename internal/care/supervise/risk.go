package supervise

import (
	"time"

	"entractes/internal/care/request"
)

// Risk is why a request wants somebody's eyes; empty when it does not. The sentence is
// "supervise.risk." + Risk.
type Risk string

// The risks.
const (
	NoRisk     Risk = ""
	SlowReply  Risk = "slow_reply" // half of the reply delay has gone and nobody has come
	NobodyCame Risk = "unfilled"
	LateStart  Risk = "late_start" // accepted and not started at the first visit agreed, or when care had to
	VisitGone  Risk = "visit_gone" // the next visit is past and nothing was noted
)

// RiskOf tells what is wrong with r at now, round being its current search and readOnly how
// long an unfilled request may be tried again. It is what the filter of search.go keeps.
func RiskOf(r request.Request, round Round, now time.Time, readOnly time.Duration) Risk {
	switch r.State {
	case request.Searching:
		if !round.ReplyBy.IsZero() && !now.Before(halfway(r.RespondWithin, round)) {
			return SlowReply
		}
	case request.Unfilled:
		if !request.ReadOnly(r.State, restingSince(r, round), now, readOnly) {
			return NobodyCame
		}
	case request.Accepted, request.Started:
		if r.State == request.Accepted {
			if !r.Agreed().IsZero() && r.Agreed().Before(now) {
				return LateStart
			}
			return NoRisk
		}
		if !r.NextVisit.IsZero() && r.NextVisit.Before(now) {
			return VisitGone
		}
	}
	return NoRisk
}

// restingSince is when nobody had taken r: the end of its last search.
func restingSince(r request.Request, round Round) time.Time {
	if round.Closed.IsZero() {
		return r.Created
	}
	return round.Closed
}

// halfway is when half of the reply delay is left. A night that does not count lies
// before it: the delay asked for is counted back from the deadline, never before the round opened.
func halfway(within time.Duration, round Round) time.Time {
	return round.ReplyBy.Add(-min(within, round.ReplyBy.Sub(round.Opened)) / 2)
}
