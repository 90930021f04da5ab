package demo

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/security/auth"
)

// follow writes what will come of a search that just opened: some people only look,
// some decline, and often one takes it, as quickly as people of his profession do.
func (l *life) follow(ctx context.Context, id request.ID) error {
	s, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	l.known[id] = true
	h := habitOf(s.Profession)
	from := awake(l.now(), s.Urgency)
	wait := from.Sub(l.now())
	for range l.d.between(0, 3) {
		l.after(wait+l.d.around(h.median/2+time.Minute), func(ctx context.Context) error { return l.looks(ctx, id, s.Dispatch) })
	}
	left := s.ReplyBy.Sub(from)
	delay := l.d.around(h.median)
	if delay > left-30*time.Second {
		delay = time.Duration(float64(left) * (0.2 + 0.6*l.d.Float64()))
	}
	if l.d.chance(h.takes) && delay > 0 {
		l.after(wait+delay, func(ctx context.Context) error { return l.takes(ctx, id, s.Dispatch) })
	}
	if l.d.chance(0.15) {
		l.after(wait+l.d.around(h.median/2+time.Minute), func(ctx context.Context) error { return l.hesitates(ctx, id, s.Dispatch) })
	}
	if l.d.chance(0.04) {
		l.after(wait+l.d.around(40*time.Minute), func(ctx context.Context) error { return l.cancels(ctx, id) })
	}
	l.agenda.add(s.ReplyBy.Add(time.Duration(l.d.between(3, 25))*time.Minute), func(ctx context.Context) error { return l.triesAgain(ctx, id) })
	return nil
}

// looks lets somebody asked open the request, and decline in one case out of three.
func (l *life) looks(ctx context.Context, id request.ID, round request.DispatchID) error {
	_, who, o, err := l.someoneAsked(ctx, id, round)
	if err != nil {
		return err
	}
	if _, err := l.h.Requests.Show(by(ctx, who), id); err != nil || !l.d.chance(0.33) {
		return err
	}
	reason := pick(l.d, []string{"schedule_full", "out_of_area", "impossible_hours", "none"})
	_, err = l.h.Requests.Decline(by(ctx, who), o.id, reason)
	return err
}

// someoneAsked draws one of those who have not answered and whom nobody plays; the
// nearest are the likeliest.
func (l *life) someoneAsked(ctx context.Context, id request.ID, round request.DispatchID) (s standing, who auth.Account, o openOffer, err error) {
	if s, err = l.read(ctx, id); err != nil {
		return s, who, o, err
	}
	if s.State != request.Searching || s.Dispatch != round {
		return s, who, o, fault.Conflict("request.over")
	}
	for left := s.offers; len(left) > 0; {
		i := l.d.weighted(len(left), func(i int) float64 { return 1 / float64(i+3) })
		who, err = l.actorFor(ctx, left[i].to)
		if err == nil || fault.KindOf(err) != fault.KindNotFound {
			return s, who, left[i], err
		}
		left = append(left[:i:i], left[i+1:]...)
	}
	return s, who, o, errNobody
}

// patience is how long a request that somebody plays, or could answer, is left to him.
const patience = 5 * time.Minute

// takes lets somebody asked accept, unless who plays is still given his time.
func (l *life) takes(ctx context.Context, id request.ID, round request.DispatchID) error {
	s, who, o, err := l.someoneAsked(ctx, id, round)
	if err != nil {
		return err
	}
	mine, err := l.isPlayed(ctx, s)
	if err != nil {
		return err
	}
	if wait := patience - l.now().Sub(s.Triggered); mine && wait > 0 {
		l.after(wait+l.d.around(time.Minute), func(ctx context.Context) error { return l.takes(ctx, id, round) })
		return nil
	}
	if _, err := l.h.Requests.Show(by(ctx, who), id); err != nil {
		return err
	}
	if _, err := l.h.Requests.Accept(by(ctx, who), o.id, ""); err != nil {
		return err
	}
	return l.cares(ctx, id)
}

// isPlayed tells whether who asked, or one of those asked, is somebody's part.
func (l *life) isPlayed(ctx context.Context, s standing) (bool, error) {
	busy, err := l.played(ctx)
	if err != nil || len(busy) == 0 {
		return false, err
	}
	if busy[s.account] {
		return true, nil
	}
	for _, o := range s.offers {
		for _, a := range l.cast.accountsOf(o.to) {
			if busy[a.ID] {
				return true, nil
			}
		}
	}
	return false, nil
}

// cancels lets who asked give up, when care has not begun.
func (l *life) cancels(ctx context.Context, id request.ID) error {
	s, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	if s.State != request.Searching && s.State != request.Accepted {
		return nil
	}
	who, err := l.actorFor(ctx, s.asked())
	if err != nil {
		return err
	}
	_, err = l.h.Requests.Cancel(by(ctx, who), id, pick(l.d, []string{"hospitalised", "discharge_postponed", "found_own_provider", "typing_error"}))
	return err
}

// triesAgain lets who asked search again for what nobody took, or find somebody by
// himself; the rest waits for the desk.
func (l *life) triesAgain(ctx context.Context, id request.ID) error {
	s, err := l.read(ctx, id)
	draw := l.d.Float64()
	if err != nil || s.State != request.Unfilled || draw > 0.8 {
		return err
	}
	who, err := l.actorFor(ctx, s.asked())
	if err != nil {
		return err
	}
	if draw > 0.4 {
		_, err := l.h.Requests.Cancel(by(ctx, who), id, "found_own_provider")
		return err
	}
	start := time.Time{}
	if s.Urgency == nomenclature.Planned {
		start = l.now().Add(24 * time.Hour)
	}
	if _, err := l.h.Requests.Retry(by(ctx, who), id, start); err != nil {
		return err
	}
	return l.follow(ctx, id)
}
