package request

import (
	"cmp"
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// toDetail is where an act keeps the name of whom it is addressed to.
const toDetail = "to"

// OfferHandOver asks a colleague of the same profession, on the territory, to take a
// request over. Whoever carries it keeps it until the colleague agrees. One colleague is
// asked at a time.
func (s *Service) OfferHandOver(ctx context.Context, id ID, to directory.Subject) (r Request, err error) {
	defer fault.Wrap(&err, "offer to hand request %s over", id)
	return s.do(ctx, id, ActOfferHandOver, func(tx *db.Tx) (Request, error) { return s.OfferHandOverIn(tx, id, to) })
}

// OfferHandOverIn is OfferHandOver inside the caller's transaction.
func (s *Service) OfferHandOverIn(tx *db.Tx, id ID, to directory.Subject) (Request, error) {
	return s.perform(tx, id, ActOfferHandOver, func(st *step) error {
		if _, open, err := openHandOver(tx, id); err != nil {
			return err
		} else if open {
			return fault.Conflict("request.hand_over_open")
		}
		colleague, err := st.colleague(to)
		if err != nil {
			return err
		}
		err = tx.Write(`INSERT INTO hand_over (id, request, dispatch, colleague_kind, colleague, colleague_name, state, offered, decided) VALUES ($1,$2,$3,$4,$5,$6,'open',$7,0)`,
			ident.New[string](tx.Now()), string(id), string(st.r.Dispatch), string(colleague.Kind), colleague.ID, colleague.Name, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		st.done.Detail = map[string]string{toDetail: colleague.Name}
		st.touchSubject(colleague.Subject)
		return st.tell(notify.RequestHandover, colleague.Subject)
	})
}

// colleague finds who is named: an active card of the territory, of the profession asked,
// that is not the provider's own, and whom the patient does not oppose.
func (st *step) colleague(to directory.Subject) (Who, error) {
	cards, err := directory.ByIDs(st.tx, []directory.Subject{to})
	if err != nil {
		return Who{}, err
	}
	c, ok := cards[to]
	if !ok || !c.Active || c.Territory != st.r.Territory || c.Profession != st.r.Profession || c.Subject == st.r.Provider.Subject {
		return Who{}, fault.Invalid("request.colleague", "colleague")
	}
	if opposed, err := st.opposed([]directory.Subject{to}); err != nil || len(opposed) > 0 {
		return Who{}, cmp.Or(err, error(fault.Invalid("request.colleague_opposed", "colleague")))
	}
	return Who{Subject: c.Subject, Name: c.Name}, nil
}

// Toward is the name of whom the act is addressed to: the colleague a hand-over is offered to.
func (a Done) Toward() string { return a.Detail[toDetail] }
