package demo

import (
	"context"
	"fmt"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/security/auth"
)

// togetherOften is how often a ward that prepares a discharge asks several professions at once.
const togetherOften = 0.3

// beside are what goes with a need of a ward in one order: what the same service asks of
// other professions for the same kind of patient. It is empty for a request asked alone.
func (l *life) beside(n need) (more []need) {
	if n.by != bySurgery && n.by != byWard && n.by != byMaternity || !l.d.chance(togetherOften) {
		return nil
	}
	const most = 2
	seen := map[nomenclature.ProfessionCode]bool{n.profession: true}
	for _, other := range needs {
		if other.by == n.by && other.line == "" && !seen[other.profession] && other.urgency != nomenclature.Planned && len(more) < most {
			seen[other.profession] = true
			more = append(more, other)
		}
	}
	return more
}

// askOrder triggers a discharge: what its first line asks is indispensable, and so is care
// wanted as soon; the rest may come once the patient is home.
func (l *life) askOrder(ctx context.Context, who auth.Account, first request.Ask, more []need) error {
	first.Mandatory = true
	asks := []request.Ask{first}
	for _, n := range more {
		start := l.start(n)
		asks = append(asks, request.Ask{
			Profession: n.profession, Acts: n.acts, Mode: n.mode, Urgency: n.urgency, Start: start, Mandatory: l.soon(start),
			Care: request.Care{Days: n.days, Frequency: nomenclature.Frequency{PerDay: n.perDay}}, Details: request.Details{Motive: pick(l.d, n.motives), Maternity: l.maternity(n)},
		})
	}
	all, err := l.h.Requests.TriggerOrder(by(ctx, who), asks)
	if err != nil {
		return fmt.Errorf("an order of %d: %w", len(asks), err)
	}
	for _, r := range all {
		if err := l.follow(ctx, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// soon tells whether care is wanted by tomorrow.
func (l *life) soon(start time.Time) bool {
	return !civil.DayOf(l.now(), zone()).Add(1).Before(civil.DayOf(start, zone()))
}
