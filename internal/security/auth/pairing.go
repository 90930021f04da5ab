package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Pairing is a phone that becomes its owner's, as his desk sees it (EA-028): the desk shows a code,
// a phone reads it, both show the same number, and a person who sees both says yes.
type Pairing struct {
	State   PairState
	Code    string // to be read by a phone, while it is on the screen
	Number  string // on both screens, once a phone has read the code
	Agent   string // what the phone says it is
	Expires time.Time
}

// PairState is how far a pairing has come.
type PairState string

// The states of a pairing.
const (
	PairNone   PairState = ""       // nothing is under way, or it is over
	PairShown  PairState = "shown"  // the code is on the screen of the desk
	PairRead   PairState = "read"   // a phone has read it
	PairAgreed PairState = "agreed" // the desk said yes: the phone comes for its session
)

// pairing is what the step remembers.
type pairing struct {
	State  PairState `json:"state"`
	Code   []byte    `json:"code,omitempty"` // sealed, to be shown again
	Number string    `json:"number,omitempty"`
	Agent  string    `json:"agent,omitempty"`
}

// OfferPairing makes the code that a phone will read, and ends a pairing under way. The actor proved
// himself lately, and not by a paired phone.
func (s *Service) OfferPairing(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "offer a pairing")
	by, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	code := newCode()
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := endPairing(tx, by.Account); err != nil {
			return err
		}
		sealed, err := s.vault.Seal(tx, by.Account, pairPlace(by.Account), []byte(code))
		if err != nil {
			return err
		}
		return beginWith(tx, stepPair, pairToken(code), AccountID(by.Account), pairing{State: PairShown, Code: sealed})
	})
}

func pairPlace(account string) crypt.Place {
	return crypt.Place{Table: "ceremony", Column: "data", Row: "pair of " + account}
}

// pairToken keeps the codes of pairings apart from other tokens.
func pairToken(code string) string { return "pair\x00" + bareCode(code) }

func endPairing(tx *db.Tx, account string) error {
	return tx.Write(`DELETE FROM ceremony WHERE account = $1 AND kind IN ($2, $3)`, account, string(stepPair), string(stepPhone))
}

// ReadPairing is the phone that read the code: it returns the token by which the phone waits and the number
// it shows. A code that is over or never was is refused with "auth.pair_over". Read a second time, it is
// refused with "auth.pair_read" and the pairing ends for both: one of the two phones is a stranger's.
func (s *Service) ReadPairing(ctx context.Context, code string, from Visitor) (token, number string, err error) {
	defer fault.Wrap(&err, "read a pairing")
	if wait, _ := s.throttle.begin("pair", from.Address, s.db.Now()); wait > 0 {
		return "", "", tooMany(wait)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		return "", "", fault.Internal(err)
	}
	number = fmt.Sprintf("%04d", n)
	twice := false
	var owner AccountID
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, stepPair, pairToken(code))
		if err != nil {
			return err
		}
		var p pairing
		if err := c.read(&p); err != nil {
			return err
		}
		owner = c.account
		if twice = p.State != PairShown; twice {
			return endPairing(tx, string(c.account))
		}
		if err := remember(tx, c, pairing{State: PairRead, Number: number, Agent: agent(from)}); err != nil {
			return err
		}
		token, err = begin(tx, stepPhone, c.account, waiting{Pair: c.id})
		return err
	})
	switch {
	case fault.CodeOf(err) == "auth.step_over":
		return "", "", fault.Unauthenticated("auth.pair_over").At("code")
	case err != nil:
		return "", "", err
	case twice:
		return "", "", s.failed(ctx, Account{ID: owner}, from, fault.Unauthenticated("auth.pair_read").At("code"))
	}
	s.throttle.succeeded("pair", from.Address)
	return token, number, nil
}

// waiting is what the phone's step remembers.
type waiting struct {
	Pair string `json:"pair"`
}

// Pairing returns the pairing under way of the actor.
func (s *Service) Pairing(ctx context.Context) (out Pairing, err error) {
	defer fault.Wrap(&err, "read the pairing")
	by, err := self(ctx)
	if err != nil {
		return out, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		out, _, err = s.pairingOf(tx, by)
		return err
	})
	return out, err
}

func (s *Service) pairingOf(tx *db.Tx, by actor.Actor) (out Pairing, c ceremony, err error) {
	c, found, err := db.Find(tx, scanCeremony, `SELECT id, account, expires, data FROM ceremony WHERE account = $1 AND kind = $2 AND expires > $3`, by.Account, string(stepPair), db.Ms(tx.Now()))
	if err != nil || !found {
		return out, c, err
	}
	var p pairing
	if err := c.read(&p); err != nil {
		return out, c, err
	}
	out = Pairing{State: p.State, Number: p.Number, Agent: p.Agent, Expires: c.expires}
	if p.Code != nil {
		code, err := s.vault.Open(tx, by.Account, pairPlace(by.Account), p.Code)
		if err != nil {
			return out, c, err
		}
		out.Code = string(code)
	}
	return out, c, nil
}

// AnswerPairing is the word of the person at the desk, who sees the number on both screens: yes
// lets the phone in, no ends the pairing. The number is that of the page he read.
func (s *Service) AnswerPairing(ctx context.Context, number string, yes bool) (err error) {
	defer fault.Wrap(&err, "answer a pairing")
	by, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p, c, err := s.pairingOf(tx, by)
		if err != nil {
			return err
		}
		if p.State != PairRead || p.Number != number {
			return fault.Conflict("auth.pair_over")
		}
		if !yes {
			return endPairing(tx, by.Account)
		}
		return remember(tx, c, pairing{State: PairAgreed, Number: p.Number, Agent: p.Agent})
	})
}

// CollectPairing is the phone that waits: it returns the session once the desk said yes, "" meanwhile. A
// pairing that the desk refused or that is over is refused with "auth.pair_over".
func (s *Service) CollectPairing(ctx context.Context, token string, from Visitor) (session, number string, err error) {
	defer fault.Wrap(&err, "collect a pairing")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		phone, err := awaited(tx, stepPhone, token)
		if err != nil {
			return err
		}
		account, err := AccountByID(tx, phone.account)
		if err != nil {
			return err
		}
		var w waiting
		if err := phone.read(&w); err != nil {
			return err
		}
		p, c, err := s.pairingOf(tx, account.Actor())
		if err != nil {
			return err
		}
		if p.State == PairNone || c.id != w.Pair || account.Closed {
			return fault.Unauthenticated("auth.step_over")
		}
		number = p.Number
		if p.State != PairAgreed {
			return nil
		}
		if err := endPairing(tx, string(account.ID)); err != nil {
			return err
		}
		if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
			return err
		}
		if err := audit.RecordAs(tx, account.Actor(), audit.Event{Action: "account.paired", Object: "account", ObjectID: string(account.ID)}); err != nil {
			return err
		}
		session, err = s.open(tx, account, opening{means: "pair", from: from, last: s.options.Phone, stale: true})
		return err
	})
	if fault.CodeOf(err) == "auth.step_over" {
		err = fault.Unauthenticated("auth.pair_over")
	}
	return session, number, err
}
