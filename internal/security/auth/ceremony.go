package auth

import (
	"encoding/json"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// step is what a proof under way waits for. Its token is held by the browser that began
// it, and by nobody else; the database holds its hash.
type step string

// The steps.
const (
	stepSecond  step = "second"  // the password was right: a second factor
	stepFactor  step = "factor"  // somebody known adds a factor to his account
	stepPasskey step = "passkey" // a challenge to sign by any passkey
	stepReset   step = "reset"   // a code sent to the owner of the account
	stepFirst   step = "first"   // a code told by the platform: an account opens, or opens again
	stepOutside step = "outside" // the answer of a provider of identity, or of a card
	stepPair    step = "pair"    // a phone that shows a code
	stepPhone   step = "phone"   // the phone itself, which waits for a word
)

// lives are how long each step waits. Codes that people type are the shortest.
var lives = map[step]time.Duration{
	stepSecond: 10 * time.Minute, stepFactor: 15 * time.Minute, stepPasskey: 5 * time.Minute, stepReset: 10 * time.Minute,
	stepFirst: 24 * time.Hour, stepOutside: 10 * time.Minute, stepPair: 2 * time.Minute, stepPhone: 2 * time.Minute,
}

// ceremony is a proof under way.
type ceremony struct {
	id      string
	account AccountID
	expires time.Time
	data    []byte
}

// read puts what the step remembers into v.
func (c ceremony) read(v any) error {
	if err := json.Unmarshal(c.data, v); err != nil {
		return fault.Internal(err)
	}
	return nil
}

// begin writes a step with what it must remember, and returns its token. Steps that are over go away by the way.
func begin(tx *db.Tx, kind step, account AccountID, data any) (token string, err error) {
	token = newToken()
	return token, beginWith(tx, kind, token, account, data)
}

// beginWith is begin with a token that is made elsewhere: a code that people type.
func beginWith(tx *db.Tx, kind step, token string, account AccountID, data any) error {
	return beginFor(tx, lives[kind], kind, token, account, data)
}

// beginFor is beginWith for a step that waits another time than its kind.
func beginFor(tx *db.Tx, life time.Duration, kind step, token string, account AccountID, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fault.Internal(err)
	}
	if err := tx.Write(`DELETE FROM ceremony WHERE expires <= $1`, db.Ms(tx.Now())); err != nil {
		return err
	}
	return tx.Write(`INSERT INTO ceremony (id, kind, account, data, created, expires) VALUES ($1, $2, $3, $4, $5, $6)`,
		tokenHash(token), string(kind), account, string(text), db.Ms(tx.Now()), db.Ms(tx.Now().Add(life)))
}

// awaited returns a step that still waits. One that is over, was taken or never was is
// refused with the code "auth.step_over": who began it begins again.
func awaited(tx *db.Tx, kind step, token string) (c ceremony, err error) {
	c, found, err := db.Find(tx, scanCeremony, `SELECT id, account, expires, data FROM ceremony WHERE id = $1 AND kind = $2`, tokenHash(token), string(kind))
	if err == nil && (!found || !tx.Now().Before(c.expires)) {
		err = fault.Unauthenticated("auth.step_over")
	}
	return c, err
}

func scanCeremony(r db.Row) (c ceremony, err error) {
	var expires int64
	var data string
	err = r.Scan(&c.id, &c.account, &expires, &data)
	c.expires, c.data = db.At(expires), []byte(data)
	return c, err
}

// take ends a step: of two that take it at once, one succeeds.
func take(tx *db.Tx, c ceremony) error {
	n, err := tx.Exec(`DELETE FROM ceremony WHERE id = $1`, c.id)
	if err == nil && n == 0 {
		err = fault.Unauthenticated("auth.step_over")
	}
	return err
}

// remember replaces what a step remembers.
func remember(tx *db.Tx, c ceremony, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fault.Internal(err)
	}
	return tx.Write(`UPDATE ceremony SET data = $1 WHERE id = $2`, string(text), c.id)
}
