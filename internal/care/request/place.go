package request

import (
	"cmp"
	"context"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Placement is whom the desk found by phone: somebody of the directory, or an outsider.
type Placement struct {
	// Person is the id of a professional or of a structure; empty for an outsider.
	Person   string
	Outsider Outsider
}

// Outsider is somebody whom the directory does not know. The desk performs the
// provider's acts for him, and is told what he would be told.
type Outsider struct {
	Name       string
	Profession nomenclature.ProfessionCode
	Phone      directory.Phone
}

// KindOutsider is the kind of a provider whom the directory does not know.
const KindOutsider directory.Kind = "outsider"

// maxOutsiderName bounds a name, in characters.
const maxOutsiderName = 100

// Place gives a request to somebody found by phone (EA-043): whoever was being asked is
// told that it is taken, and a request that nobody took gets a round that is taken at
// once. For supervisors and operators.
func (s *Service) Place(ctx context.Context, id ID, p Placement) (r Request, err error) {
	defer fault.Wrap(&err, "place request %s", id)
	return s.do(ctx, id, ActPlace, func(tx *db.Tx) (Request, error) { return s.PlaceIn(tx, id, p) })
}

// PlaceIn is Place inside the caller's transaction.
func (s *Service) PlaceIn(tx *db.Tx, id ID, p Placement) (Request, error) {
	if err := p.check(); err != nil {
		return Request{}, err
	}
	return s.perform(tx, id, ActPlace, func(st *step) error {
		who, err := st.placed(p)
		if err != nil {
			return err
		}
		if opposed, err := st.opposed([]directory.Subject{who.Subject}); err != nil || len(opposed) > 0 {
			return cmp.Or(err, error(fault.Conflict("request.placed_opposed")))
		}
		was := st.r.Dispatch
		if err := st.takeByHand(who); err != nil {
			return err
		}
		if st.was == Searching {
			if err := st.endSearch(was, notify.OfferTaken); err != nil {
				return err
			}
		}
		if err := s.queue.Announce(tx, NewsAccepted, string(id)); err != nil {
			return err
		}
		if err := st.watchCommitment(); err != nil {
			return err
		}
		if err := st.endFollowed(); err != nil {
			return err
		}
		if who.Kind != KindOutsider {
			if err := st.tellProvider(notify.RequestPlaced); err != nil {
				return err
			}
		}
		return st.tellCircle(notify.RequestAccepted)
	})
}

func (p Placement) check() error {
	if p.Person != "" {
		return nil
	}
	var l fault.List
	if p.Outsider.Name == "" || utf8.RuneCountInString(p.Outsider.Name) > maxOutsiderName {
		l.Add(fault.Invalid("request.outsider_name", "name"))
	}
	if _, ok := nomenclature.ProfessionOf(p.Outsider.Profession); !ok {
		l.Add(fault.Invalid("request.profession", "profession"))
	}
	if phone, err := directory.ParsePhone(string(p.Outsider.Phone)); err != nil || phone == "" {
		l.Add(fault.Invalid("directory.phone", "phone"))
	}
	return l.Err()
}

// placed finds who is placed: an active card of the request's territory, or the
// outsider, who is written down.
func (st *step) placed(p Placement) (Who, error) {
	if p.Person != "" {
		cards, err := directory.ByIDs(st.tx, []directory.Subject{{Kind: directory.KindProfessional, ID: p.Person}, {Kind: directory.KindStructure, ID: p.Person}})
		for subject, c := range cards {
			if c.Active && c.Territory == st.r.Territory {
				return Who{Subject: subject, Name: c.Name}, err
			}
		}
		if err == nil {
			err = fault.Invalid("request.placed", "somebody")
		}
		return Who{}, err
	}
	phone, err := directory.ParsePhone(string(p.Outsider.Phone))
	if err != nil {
		return Who{}, err
	}
	id := ident.New[string](st.tx.Now())
	err = st.tx.Write(`INSERT INTO outsider (id, request, name, profession, phone, created) VALUES ($1,$2,$3,$4,$5,$6)`,
		id, string(st.r.ID), p.Outsider.Name, string(p.Outsider.Profession), string(phone), db.Ms(st.tx.Now()))
	return Who{Subject: directory.Subject{Kind: KindOutsider, ID: id}, Name: p.Outsider.Name}, err
}

// takeByHand gives who the open round, or a new one that is taken at once, with the one accepted offer of it.
func (st *step) takeByHand(who Who) error {
	if st.was == Searching {
		if err := moveRound(st.tx, st.r.Dispatch, RoundOpen, RoundTaken, ""); err != nil {
			return err
		}
	} else if err := st.insertTaken(); err != nil {
		return err
	}
	offer, err := st.acceptFor(who, "placed")
	if err != nil {
		return err
	}
	if err := closeOffers(st.tx, st.r.Dispatch, OfferTakenByOther); err != nil {
		return err
	}
	if !st.r.StartBy.After(st.tx.Now()) {
		if err := st.reschedule(time.Time{}); err != nil {
			return err
		}
	}
	st.r.Provider, st.r.AcceptedAt, st.r.Reason = who, st.tx.Now(), ""
	st.done = Done{Dispatch: st.r.Dispatch, Offer: offer}
	return nil
}

// insertTaken writes a round that was never open.
func (st *step) insertTaken() error {
	number, err := nextRound(st.tx, st.r.ID)
	if err != nil {
		return err
	}
	d := Round{
		ID: ident.New[DispatchID](st.tx.Now()), Territory: st.r.Territory, Request: st.r.ID, Number: number, State: RoundTaken,
		Opened: st.tx.Now(), ReplyBy: st.tx.Now(), Version: 1,
	}
	st.r.Dispatch, st.r.ReplyBy = d.ID, d.ReplyBy
	return insertRound(st.tx, d)
}

// acceptFor makes the offer of who in the current round the accepted one, whatever he
// had answered to it: he has said yes since. why is the code of what he is asked for.
func (st *step) acceptFor(who Who, why string) (OfferID, error) {
	offers, err := offersOf(st.tx, st.r.Dispatch)
	if err != nil {
		return "", err
	}
	for _, o := range offers {
		if o.To.Subject == who.Subject {
			err := st.tx.Write(`UPDATE offer SET state = 'accepted', decided = $2, reason = '' WHERE id = $1`, string(o.ID), db.Ms(st.tx.Now()))
			return o.ID, err
		}
	}
	o := Offer{
		ID: ident.New[OfferID](st.tx.Now()), Dispatch: st.r.Dispatch, Request: st.r.ID, To: who, State: OfferAccepted,
		Asked: st.tx.Now(), Decided: st.tx.Now(), Why: []string{why},
	}
	return o.ID, insertOffers(st.tx, st.r.Territory, o)
}

// outsiderOf reads the outsider who carries r; nil when a card of the directory does.
func outsiderOf(tx *db.Tx, r Request) (*Outsider, error) {
	if r.Provider.Kind != KindOutsider {
		return nil, nil
	}
	o, err := db.One(tx, "request.not_found", func(row db.Row) (o Outsider, err error) {
		return o, row.Scan(&o.Name, &o.Profession, &o.Phone)
	}, `SELECT name, profession, phone FROM outsider WHERE id = $1`, r.Provider.ID)
	return &o, err
}
