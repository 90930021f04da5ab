package demo

import (
	"context"
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// hesitates lets somebody asked answer « yes, but »: another hour, or fewer days. Who
// asked often retains it.
func (l *life) hesitates(ctx context.Context, id request.ID, round request.DispatchID) error {
	s, who, o, err := l.someoneAsked(ctx, id, round)
	if err != nil {
		return err
	}
	p := request.Proposal{Start: s.StartAt.Add(time.Duration(l.d.between(2, 5)) * time.Hour), Note: l.d.proposalNote()}
	if s.Care.Days > 2 && l.d.chance(0.5) {
		p = request.Proposal{Days: s.Care.Days / 2, Note: p.Note}
	}
	if _, err := l.h.Requests.Propose(by(ctx, who), o.id, p); err != nil {
		return err
	}
	if l.d.chance(0.6) {
		l.after(l.d.around(8*time.Minute), func(ctx context.Context) error { return l.retains(ctx, id, o.id) })
	}
	return nil
}

func (d dice) proposalNote() string {
	return pick(d, []string{"Ma tournée est pleine avant cette heure.", "Je peux commencer, un confrère prendra la suite.", "Possible si le matériel est sur place."})
}

// retains lets who asked take a proposal.
func (l *life) retains(ctx context.Context, id request.ID, offer request.OfferID) error {
	s, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	who, err := l.actorFor(ctx, s.asked())
	if err != nil {
		return err
	}
	if _, err := l.h.Requests.TakeProposal(by(ctx, who), offer); err != nil {
		return err
	}
	return l.cares(ctx, id)
}

// handsOver lets who carries a request ask a colleague who had been asked too, and the
// colleague agree most of the time.
func (l *life) handsOver(ctx context.Context, id request.ID) error {
	s, who, err := l.provider(ctx, id)
	if err != nil {
		return err
	}
	var others []directory.Subject
	err = l.h.DB.View(ctx, func(tx *db.Tx) error {
		others, err = db.All(tx, func(r db.Row) (o directory.Subject, err error) { return o, r.Scan(&o.Kind, &o.ID) },
			`SELECT recipient_kind, recipient FROM offer WHERE request = $1 AND recipient <> $2 ORDER BY id`, string(id), s.Provider.ID)
		return err
	})
	if err != nil || len(others) == 0 {
		return err
	}
	to := pick(l.d, others)
	if _, err := l.h.Requests.OfferHandOver(by(ctx, who), id, to); err != nil {
		return err
	}
	agrees := l.d.chance(0.75)
	l.after(l.d.around(9*time.Minute), func(ctx context.Context) error {
		colleague, err := l.actorFor(ctx, to)
		switch {
		case err != nil:
			return err
		case agrees:
			_, err = l.h.Requests.AgreeHandOver(by(ctx, colleague), id)
		default:
			_, err = l.h.Requests.RefuseHandOver(by(ctx, colleague), id)
		}
		return err
	})
	return nil
}

// changesNeed lets who asked want two days more, and who carries the request confirm.
func (l *life) changesNeed(ctx context.Context, id request.ID) error {
	s, err := l.read(ctx, id)
	if err != nil || !s.State.InCharge() {
		return err
	}
	who, err := l.actorFor(ctx, s.asked())
	if err != nil {
		return err
	}
	sh, err := l.h.Requests.Show(by(ctx, who), id)
	if err != nil || sh.Details == nil {
		return err
	}
	const more = 2
	if _, err = l.h.Requests.Amend(by(ctx, who), id, request.Change{
		Acts: sh.Request.Acts, Mode: sh.Mode, Urgency: sh.Urgency, Frequency: sh.Care.Frequency, Days: sh.Care.Days + more, Motive: sh.Details.Motive,
	}); err != nil {
		return err
	}
	l.after(l.d.around(12*time.Minute), func(ctx context.Context) error {
		_, provider, err := l.provider(ctx, id)
		if err != nil {
			return err
		}
		_, err = l.h.Requests.Reconfirm(by(ctx, provider), id)
		return err
	})
	return nil
}
