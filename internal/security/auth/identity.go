package auth

import (
	"context"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Identity is who somebody is, as proved elsewhere: by Pro Santé Connect or by a card.
type Identity struct {
	Kind       string // kindPSC or kindCard, as ByPSC and ByCard make them
	Issuer     string
	Subject    string
	RPPS       string // 11 digits, or empty
	Situations []Situation
	// Hint is what ends the session that the provider keeps, once ours is over; or empty.
	Hint string
}

// Situation is one activity of a professional: where, and as what.
type Situation struct {
	Role      string `json:"role,omitempty"`
	Place     string `json:"place,omitempty"` // its name
	Finess    string `json:"finess,omitempty"`
	Structure string `json:"structure,omitempty"` // in the directory, once known
}

// ByPSC is an identity that Pro Santé Connect proves.
func ByPSC(issuer, subject, rpps string, situations []Situation) Identity {
	return Identity{Kind: kindPSC, Issuer: issuer, Subject: subject, RPPS: rpps, Situations: situations}
}

// ByCard is an identity that a professional card proves.
func ByCard(issuer, subject, rpps string) Identity {
	return Identity{Kind: kindCard, Issuer: issuer, Subject: subject, RPPS: rpps}
}

func (i Identity) handle() string { return i.Issuer + "|" + i.Subject }

// Leave begins a visit elsewhere: data is what its return must find again, and token what the browser
// keeps meanwhile. Return reads it once.
func (s *Service) Leave(ctx context.Context, data any) (token string, err error) {
	defer fault.Wrap(&err, "leave for a proof")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		token, err = begin(tx, stepOutside, "", data)
		return err
	})
	return token, err
}

// Return ends a visit elsewhere and reads what it remembers into data. One that is over, came back
// already or was begun by another browser is refused with "auth.step_over".
func (s *Service) Return(ctx context.Context, token string, data any) (err error) {
	defer fault.Wrap(&err, "return with a proof")
	return s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := awaited(tx, stepOutside, token)
		if err != nil {
			return err
		}
		if err := c.read(data); err != nil {
			return err
		}
		return take(tx, c)
	})
}

// SignInBy opens a session for whom an identity proves. Seen for the first time, an identity is
// attached to the account of the professional who bears its RPPS number. Who has no account is refused with
// "auth.not_enrolled"; who has several, with "auth.several_accounts". Of several situations one is chosen by its
// place in the list.
func (s *Service) SignInBy(ctx context.Context, i Identity, situation int, from Visitor) (session string, err error) {
	defer fault.Wrap(&err, "sign in by %s", i.Kind)
	var account Account
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if account, err = s.bearer(tx, i); err != nil {
			return err
		}
		if account.Closed {
			return fault.Unauthenticated("auth.not_enrolled")
		}
		if err := tx.Write(`UPDATE credential SET used = $1 WHERE kind = $2 AND handle = $3`, db.Ms(tx.Now()), i.Kind, i.handle()); err != nil {
			return err
		}
		o := opening{means: i.Kind, from: from, hint: i.Hint}
		if o.situation, err = s.situated(tx, account, i, situation); err != nil {
			return err
		}
		session, err = s.open(tx, account, o)
		return err
	})
	if fault.KindOf(err) == fault.KindUnauthenticated {
		e := audit.Event{Action: "session.open", Object: "account", ObjectID: string(account.ID), Detail: i.Kind + " " + fault.CodeOf(err) + " " + from.Address}
		return "", s.audit.Refusal(system(ctx), e, err)
	}
	return session, err
}

// bearer returns the account of an identity, attaching it the first time.
func (s *Service) bearer(tx *db.Tx, i Identity) (Account, error) {
	id, known, err := db.Find(tx, db.Value[AccountID], `SELECT account FROM credential WHERE kind = $1 AND handle = $2`, i.Kind, i.handle())
	if err != nil {
		return Account{}, err
	}
	if known {
		return AccountByID(tx, id)
	}
	if i.RPPS == "" || s.options.Person == nil {
		return Account{}, fault.Unauthenticated("auth.not_enrolled")
	}
	person, err := s.options.Person(tx, i.RPPS)
	if err != nil {
		return Account{}, err
	}
	all, err := AccountOfPerson(tx, person)
	switch {
	case err != nil:
		return Account{}, err
	case len(all) == 0:
		return Account{}, fault.Unauthenticated("auth.not_enrolled")
	case len(all) > 1:
		return Account{}, fault.Unauthenticated("auth.several_accounts")
	}
	if err := (newFactor{kind: i.Kind, handle: i.handle(), label: i.RPPS}).write(tx, all[0].ID); err != nil {
		return Account{}, err
	}
	if err := s.tell(tx, all[0], News{Topic: TopicChanged}); err != nil {
		return Account{}, err
	}
	return all[0], audit.RecordAs(tx, all[0].Actor(), audit.Event{Action: "account.factor", Object: "account", ObjectID: string(all[0].ID), Detail: i.Kind})
}

// situated is the situation chosen, with its structure when the directory knows that the person works there.
func (s *Service) situated(tx *db.Tx, account Account, i Identity, n int) (*Situation, error) {
	if len(i.Situations) == 0 {
		return nil, nil //nolint:nilnil // no situation is one more answer, and no failure
	}
	if n < 0 || n >= len(i.Situations) {
		return nil, fault.Invalid("form.unknown_choice", "situation")
	}
	at := i.Situations[n]
	at.Structure = ""
	if at.Finess != "" && account.Person != "" && s.options.Workplace != nil {
		var err error
		if at.Structure, err = s.options.Workplace(tx, account.Person, at.Finess); err != nil {
			return nil, err
		}
	}
	return &at, nil
}

// RPPS is the number in a prefixed national identifier, as Pro Santé Connect and cards write it; "" when it is of another kind.
func RPPS(national string) string {
	number, ok := strings.CutPrefix(national, "8")
	if !ok || len(number) != 11 || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return number
}
