package demo

import (
	"context"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/security/auth"
)

// longestSeries bounds the passages of one series, so that a demonstration left
// running does not visit for ever.
const longestSeries = 12

// cares writes what follows an acceptance: messages, sometimes a release, then the start.
func (l *life) cares(ctx context.Context, id request.ID) error {
	s, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	l.known[id] = true
	if l.d.chance(0.15) {
		l.after(l.d.around(6*time.Minute), func(ctx context.Context) error { return l.talks(ctx, id) })
	}
	if l.d.chance(0.05) {
		l.after(l.d.around(20*time.Minute), func(ctx context.Context) error { return l.releases(ctx, id) })
		return nil
	}
	l.agenda.add(l.begins(s), func(ctx context.Context) error { return l.starts(ctx, id) })
	return nil
}

// begins is when care starts: when it is wanted, or as soon as somebody can be there.
func (l *life) begins(s standing) time.Time {
	way := 25 * time.Minute
	if s.Mode == nomenclature.Transport || s.Mode.Remote() {
		way = 8 * time.Minute
	}
	at := l.now().Add(l.d.around(way))
	if wanted := s.StartAt.Add(time.Duration(l.d.between(-10, 75)) * time.Minute); wanted.After(at) {
		at = wanted
	}
	return l.d.byDay(at, s.Urgency)
}

// provider finds who carries a request, when nobody plays him.
func (l *life) provider(ctx context.Context, id request.ID) (standing, auth.Account, error) {
	s, err := l.read(ctx, id)
	if err != nil {
		return s, auth.Account{}, err
	}
	if !s.State.InCharge() {
		return s, auth.Account{}, errNobody
	}
	who, err := l.actorFor(ctx, s.Provider.Subject)
	return s, who, err
}

// starts begins care, and notes the first passage when there is one.
func (l *life) starts(ctx context.Context, id request.ID) error {
	s, who, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	if _, err := l.h.Requests.Start(by(ctx, who), id); err != nil {
		return err
	}
	l.goes(id, s.Mode)
	return nil
}

// goes writes what follows the start: a first passage, or the end of what is done once.
func (l *life) goes(id request.ID, m nomenclature.Mode) {
	if m == nomenclature.HomeVisit || m == nomenclature.PracticeCare {
		l.after(l.d.around(18*time.Minute), func(ctx context.Context) error { return l.visits(ctx, id, 1) })
		return
	}
	l.after(l.d.around(30*time.Minute), func(ctx context.Context) error { return l.ends(ctx, id) })
}

// visits notes passage n; the series goes on every day until it has lasted.
func (l *life) visits(ctx context.Context, id request.ID, n int) error {
	s, who, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	next := time.Time{}
	if n < l.passages(s) {
		day := civil.DayOf(l.now(), zone()).Add(1)
		next = civil.First(day, l.d.between(7*4+2, 18*4)*15, zone())
	}
	p := request.Passage{Outcome: request.VisitDone, Note: pick(l.d, notes), Next: next, Vitals: measures(id, n, s.Profession)}
	if l.d.chance(0.03) {
		p.Outcome, p.Note, p.Vitals = pick(l.d, []string{"absent", "no_access", "postponed_by_patient"}), "Repasserai.", nil
	}
	if _, err := l.h.Requests.Visit(by(ctx, who), id, p); err != nil {
		return err
	}
	if n == 1 && l.d.chance(0.4) {
		if _, err := l.h.Requests.Report(by(ctx, who), id, l.report(s.Profession)); err != nil {
			return err
		}
	}
	if next.IsZero() {
		l.after(l.d.around(15*time.Minute), func(ctx context.Context) error { return l.ends(ctx, id) })
		return nil
	}
	l.agenda.add(next.Add(time.Duration(l.d.between(-10, 30))*time.Minute), func(ctx context.Context) error { return l.visits(ctx, id, n+1) })
	return nil
}

// passages is how many times somebody comes in all, the same at each question.
func (l *life) passages(s standing) int {
	most := 1
	switch s.Profession {
	case nomenclature.Nurse:
		most = longestSeries
	case nomenclature.Midwife, nomenclature.Physio, nomenclature.SSIAD, nomenclature.HAD:
		most = 5
	}
	if s.Care.Days > 0 {
		most = min(most, s.Care.Days)
	}
	sum := 0
	for _, c := range []byte(s.ID) {
		sum += int(c)
	}
	return 1 + sum%most
}

// ends writes the last report and closes the series.
func (l *life) ends(ctx context.Context, id request.ID) error {
	s, who, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	if l.d.chance(0.6) {
		if _, err := l.h.Requests.Report(by(ctx, who), id, l.report(s.Profession)); err != nil {
			return err
		}
	}
	_, err = l.h.Requests.Complete(by(ctx, who), id, pick(l.d, []string{"care_finished", "care_finished", "goal_reached", "usual_provider_takes_over"}))
	return err
}

func (l *life) report(p nomenclature.ProfessionCode) string {
	if own := reports[p]; len(own) > 0 {
		return pick(l.d, own)
	}
	return pick(l.d, otherReports)
}

// talks lets who asked write, and the provider answer.
func (l *life) talks(ctx context.Context, id request.ID) error {
	s, _, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	asker, err := l.actorFor(ctx, s.asked())
	if err != nil {
		return err
	}
	words := pick(l.d, thread)
	if err := l.h.Requests.Write(by(ctx, asker), id, words[0]); err != nil {
		return err
	}
	l.after(l.d.around(7*time.Minute), func(ctx context.Context) error {
		_, who, err := l.provider(ctx, id)
		if err != nil {
			return err
		}
		return l.h.Requests.Write(by(ctx, who), id, words[1])
	})
	return nil
}

// releases gives the request back; a new search opens.
func (l *life) releases(ctx context.Context, id request.ID) error {
	_, who, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	if _, err := l.h.Requests.Release(by(ctx, who), id, pick(l.d, []string{"overload", "vehicle", "illness", "emergency_elsewhere"})); err != nil {
		return err
	}
	return l.follow(ctx, id)
}
