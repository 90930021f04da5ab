package demo

import (
	"context"
	"encoding/json"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// life is the people of the demonstration living: an agenda of acts, each done through
// a use case in the name of an account. It is not for concurrent use.
type life struct {
	h      House
	d      dice
	cast   *cast
	agenda agenda
	// real says that the clock is not moved by hand and that somebody may be playing.
	real bool
	// known are the requests the agenda already cares for.
	known map[request.ID]bool
	// deeds counts what was done, for the report.
	deeds int
}

func newLife(ctx context.Context, h House, seed uint64) (*life, error) {
	c, err := readCast(ctx, h)
	if err != nil {
		return nil, err
	}
	return &life{h: h, d: newDice(seed), cast: c, known: map[request.ID]bool{}}, nil
}

// now is the instant of the house.
func (l *life) now() time.Time { return l.h.DB.Now() }

// after writes an act of the agenda, d from now.
func (l *life) after(d time.Duration, do func(ctx context.Context) error) {
	l.agenda.add(l.now().Add(max(d, 0)), do)
}

// work does what is due now. What people are refused is part of life; the first other
// error ends it.
func (l *life) work(ctx context.Context) error {
	for {
		a, ok := l.agenda.take(l.now())
		if !ok {
			return nil
		}
		if err := l.tolerate(ctx, a.do(ctx)); err != nil {
			return err
		}
	}
}

// tolerate forgets a refusal: somebody was faster, the request is over, the form was incomplete.
func (l *life) tolerate(ctx context.Context, err error) error {
	switch {
	case err == nil:
		l.deeds++
		return nil
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the house is stopping
	case fault.KindOf(err) == fault.KindInternal, fault.KindOf(err) == fault.KindUnavailable:
		return err
	}
	l.h.Log.DebugContext(ctx, "refused in the demonstration", "err", err)
	return nil
}

// errNobody says that nobody of the demonstration may do it: its people are played.
var errNobody = fault.NotFound("demo.nobody")

// by returns ctx in which an account acts.
func by(ctx context.Context, a auth.Account) context.Context { return actor.With(ctx, a.Actor()) }

// actorFor finds somebody who acts for a subject and whom nobody plays. When one of
// them is played, the subject is left to who plays.
func (l *life) actorFor(ctx context.Context, s directory.Subject) (auth.Account, error) {
	all := l.cast.accountsOf(s)
	if len(all) == 0 {
		return auth.Account{}, errNobody
	}
	busy, err := l.played(ctx)
	if err != nil {
		return auth.Account{}, err
	}
	for _, a := range all {
		if busy[a.ID] {
			return auth.Account{}, errNobody
		}
	}
	return pick(l.d, all), nil
}

// played reads who is played; nobody is in the past.
func (l *life) played(ctx context.Context) (out map[auth.AccountID]bool, err error) {
	if !l.real {
		return nil, nil
	}
	err = l.h.DB.View(ctx, func(tx *db.Tx) error {
		out, err = playing(tx)
		return err
	})
	return out, err
}

// standing is what the agenda reads of a request before each act.
type standing struct {
	request.Request
	account auth.AccountID
	offers  []openOffer
}

// openOffer is one offer that waits for its answer.
type openOffer struct {
	id request.OfferID
	to directory.Subject
}

// read returns where a request stands, with the offers of its round that wait.
func (l *life) read(ctx context.Context, id request.ID) (s standing, err error) {
	err = l.h.DB.View(ctx, func(tx *db.Tx) error {
		s, err = db.One(tx, "request.not_found", scanStanding, `SELECT `+standingColumns+` FROM request WHERE id = $1`, string(id))
		if err != nil || s.State != request.Searching {
			return err
		}
		s.offers, err = db.All(tx, func(r db.Row) (o openOffer, err error) {
			return o, r.Scan(&o.id, &o.to.Kind, &o.to.ID)
		}, `SELECT id, recipient_kind, recipient FROM offer WHERE dispatch = $1 AND state = 'pending' ORDER BY rank, id`, string(s.Dispatch))
		return err
	})
	return s, err
}

const standingColumns = `id, state, profession, mode, urgency, start_at, triggered, reply_by, next_visit, dispatch, provider_kind, provider,
	service, requester, account, started, accepted, need`

func scanStanding(r db.Row) (s standing, err error) {
	var start, triggered, reply, next, started, accepted int64
	var need string
	err = r.Scan(&s.ID, &s.State, &s.Profession, &s.Mode, &s.Urgency, &start, &triggered, &reply, &next, &s.Dispatch, &s.Provider.Kind, &s.Provider.ID,
		&s.From.Service, &s.From.Person, &s.account, &started, &accepted, &need)
	if err != nil {
		return s, err
	}
	s.StartAt, s.Triggered, s.ReplyBy, s.NextVisit = db.At(start), db.At(triggered), db.At(reply), db.At(next)
	s.StartedAt, s.AcceptedAt = db.At(started), db.At(accepted)
	return s, json.Unmarshal([]byte(need), &s.Care)
}

// asked is who a request comes from, as a subject of the directory.
func (s standing) asked() directory.Subject {
	if s.From.Service != "" {
		return directory.Subject{Kind: directory.KindStructure, ID: s.From.Service}
	}
	return directory.Subject{Kind: directory.KindProfessional, ID: s.From.Person}
}
