package auth

import (
	"context"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// The kinds of credentials beside the password.
const (
	kindPasskey  = "passkey"
	kindTOTP     = "totp"
	kindRecovery = "recovery"
	kindCard     = "card"
	kindPSC      = "psc"
)

// Factor is one means of proof of an account, for its owner's list.
type Factor struct {
	ID      string
	Kind    string // passkey, totp, card, psc
	Label   string
	Created time.Time
	Used    time.Time // zero when it never was
}

// Factors are what proves the owner of an account.
type Factors struct {
	List     []Factor
	Password bool
	Recovery int // recovery codes left
}

// Strong tells whether an account has what a password must be completed by.
func (f Factors) Strong() bool {
	for _, one := range f.List {
		if one.Kind == kindPasskey || one.Kind == kindTOTP {
			return true
		}
	}
	return false
}

func scanFactor(r db.Row) (f Factor, err error) {
	var created, used int64
	err = r.Scan(&f.ID, &f.Kind, &f.Label, &created, &used)
	f.Created, f.Used = db.At(created), db.At(used)
	if used == 0 {
		f.Used = time.Time{}
	}
	return f, err
}

// factorsOf reads what proves an account.
func factorsOf(tx *db.Tx, id AccountID) (out Factors, err error) {
	all, err := db.All(tx, scanFactor, `SELECT id, kind, label, created, used FROM credential WHERE account = $1 ORDER BY created, id`, id)
	for _, f := range all {
		switch f.Kind {
		case kindPassword:
			out.Password = true
		case kindRecovery:
			out.Recovery++
		default:
			out.List = append(out.List, f)
		}
	}
	return out, err
}

// Factors returns what proves the actor.
func (s *Service) Factors(ctx context.Context) (out Factors, err error) {
	defer fault.Wrap(&err, "read factors")
	by, err := self(ctx)
	if err != nil {
		return out, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		out, err = factorsOf(tx, AccountID(by.Account))
		return err
	})
	return out, err
}

// self returns the person who acts on his own account.
func self(ctx context.Context) (actor.Actor, error) {
	by, ok := actor.From(ctx)
	if !ok || by.Account == "" {
		return by, fault.Unauthenticated("unauthenticated")
	}
	return by, nil
}

// fresh is self for who proved himself lately; others are refused with the code "auth.prove".
func (s *Service) fresh(ctx context.Context) (actor.Actor, error) {
	by, err := self(ctx)
	if err == nil && !by.Fresh(s.db.Now()) {
		err = fault.Forbidden("auth.prove")
	}
	return by, err
}

// StartFactor lets the actor add a factor: it returns the token of the step. He proved
// himself lately, or is refused with the code "auth.prove".
func (s *Service) StartFactor(ctx context.Context) (token string, err error) {
	defer fault.Wrap(&err, "start a factor")
	by, err := s.fresh(ctx)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		token, err = begin(tx, stepFactor, AccountID(by.Account), adding{SignedIn: true})
		return err
	})
	return token, err
}

// adding is what the step of a new factor remembers.
type adding struct {
	SignedIn bool   `json:"signed_in,omitempty"` // nobody is let in by it: he is in
	Means    string `json:"means,omitempty"`     // what proved him so far
	TOTP     []byte `json:"totp,omitempty"`      // sealed secret proposed
	Passkey  []byte `json:"passkey,omitempty"`   // challenge proposed
}

// Added is what a new factor gives. Recovery holds the codes made with the first one, told
// once; Session is the token of the session it opened, when it opened one.
type Added struct {
	Session  string
	Recovery []string
}

// added writes a new factor, ends its step, and lets in who was at the door.
func (s *Service) added(tx *db.Tx, c ceremony, a adding, f newFactor, from Visitor) (out Added, err error) {
	account, err := AccountByID(tx, c.account)
	if err != nil {
		return out, err
	}
	if account.Closed {
		return out, fault.Unauthenticated("auth.refused")
	}
	if err := take(tx, c); err != nil {
		return out, err
	}
	before, err := factorsOf(tx, account.ID)
	if err != nil {
		return out, err
	}
	if err := f.write(tx, account.ID); err != nil {
		return out, err
	}
	e := audit.Event{Action: "account.factor", Object: "account", ObjectID: string(account.ID), Detail: f.kind}
	if err := audit.RecordAs(tx, account.Actor(), e); err != nil {
		return out, err
	}
	if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
		return out, err
	}
	if before.Recovery == 0 {
		if out.Recovery, err = renewRecovery(tx, account.ID); err != nil {
			return out, err
		}
	}
	if !a.SignedIn {
		out.Session, err = s.open(tx, account, opening{means: a.Means + "+" + f.kind, from: from})
	}
	return out, err
}

// newFactor is a row of credential.
type newFactor struct {
	kind, secret, handle, label string
	sealed                      []byte
	counter                     int64
}

// labelMax bounds what people call a factor, in characters.
const labelMax = 60

func (f newFactor) write(tx *db.Tx, account AccountID) error {
	if utf8.RuneCountInString(f.label) > labelMax {
		f.label = string([]rune(f.label)[:labelMax])
	}
	return tx.Write(`INSERT INTO credential (id, account, kind, secret, created, handle, label, sealed, counter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		ident.New[string](tx.Now()), account, f.kind, f.secret, db.Ms(tx.Now()), f.handle, f.label, f.sealed, f.counter)
}

// RemoveFactor takes a means of proof from the actor's account. The last one that completes
// his password stays: code "auth.last_factor". He proved himself lately.
func (s *Service) RemoveFactor(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "remove factor")
	by, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		account, err := AccountByID(tx, AccountID(by.Account))
		if err != nil {
			return err
		}
		had, err := factorsOf(tx, account.ID)
		if err != nil {
			return err
		}
		rest := Factors{}
		kind := ""
		for _, f := range had.List {
			if f.ID == id {
				kind = f.Kind
			} else {
				rest.List = append(rest.List, f)
			}
		}
		if kind == "" {
			return fault.NotFound("auth.factor")
		}
		if had.Strong() && !rest.Strong() {
			return fault.Conflict("auth.last_factor")
		}
		if err := tx.Write(`DELETE FROM credential WHERE id = $1 AND account = $2`, id, account.ID); err != nil {
			return err
		}
		if err := s.tell(tx, account, News{Topic: TopicChanged}); err != nil {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "account.factor_removed", Object: "account", ObjectID: string(account.ID), Detail: kind})
	})
}
