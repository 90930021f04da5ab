package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// newToken returns 256 random bits, as text for a cookie.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // crypto/rand never fails since Go 1.24: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// tokenHash is what the database keeps of a token.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// agentMax bounds what is kept of a browser's name, in bytes.
const agentMax = 200

// open writes a new session and returns its token. Sessions that are over go away by the way.
func (s *Service) open(tx *db.Tx, id AccountID, means string, from Visitor) (string, error) {
	if err := tx.Write(`DELETE FROM session WHERE expires <= $1`, db.Ms(tx.Now())); err != nil {
		return "", err
	}
	agent := strings.ReplaceAll(from.Agent, "\x00", "")
	if len(agent) > agentMax {
		agent = agent[:agentMax]
	}
	token := newToken()
	err := tx.Write(`INSERT INTO session (id, account, agent, created, seen, expires) VALUES ($1, $2, $3, $4, $4, $5)`,
		tokenHash(token), id, strings.ToValidUTF8(agent, ""), db.Ms(tx.Now()), db.Ms(tx.Now().Add(s.session)))
	if err != nil {
		return "", err
	}
	return token, s.audit.Record(tx, audit.Event{Action: "session.open", Object: "account", ObjectID: string(id), Detail: means + " " + from.Address})
}

// session is one row with its account.
type session struct {
	id      string
	seen    time.Time
	expires time.Time
	account Account
}

func scanSession(r db.Row) (s session, err error) {
	var seen, expires int64
	s.account, err = scanAccount(rowAfter{r, []any{&s.id, &seen, &expires}})
	s.seen, s.expires = db.At(seen), db.At(expires)
	return s, err
}

// rowAfter reads a row whose first columns go to before.
type rowAfter struct {
	db.Row
	before []any
}

// Scan reads the columns of before, then dest.
func (r rowAfter) Scan(dest ...any) error { return r.Row.Scan(append(r.before, dest...)...) }

// live tells whether a session still holds at now.
func (s session) live(idle time.Duration, now time.Time) bool {
	return !s.account.Closed && now.Before(s.expires) && now.Before(s.seen.Add(idle))
}

// seenEvery is how often the use of a session is written, at most.
const seenEvery = time.Minute

// Resume returns who a token belongs to. A session that is over, too long idle or of a
// closed account is refused with the code "auth.session_over".
func (s *Service) Resume(ctx context.Context, token string) (by actor.Actor, err error) {
	found, now, err := s.sessionOf(ctx, token)
	if err != nil {
		return actor.Actor{}, err
	}
	if now.Sub(found.seen) >= min(seenEvery, s.idle/10) {
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			return tx.Write(`UPDATE session SET seen = $1 WHERE id = $2 AND seen < $1`, db.Ms(tx.Now()), found.id)
		})
	}
	return found.account.Actor(), err
}

// sessionOf returns the live session of a token and the instant it was read.
func (s *Service) sessionOf(ctx context.Context, token string) (found session, now time.Time, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now()
		found, err = db.One(tx, "auth.session_over", scanSession, `SELECT s.id, s.seen, s.expires, a.id, a.login, a.name, a.roles, a.person, a.structure,
			a.territory, a.lang, a.state, a.created FROM session s JOIN account a ON a.id = s.account WHERE s.id = $1`, tokenHash(token))
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound || err == nil && !found.live(s.idle, now) {
		return session{}, now, fault.Unauthenticated("auth.session_over")
	}
	return found, now, err
}

// SignOut ends the session of a token. It may be called again: a session that is over stays so.
func (s *Service) SignOut(ctx context.Context, token string) (err error) {
	defer fault.Wrap(&err, "sign out")
	found, _, err := s.sessionOf(ctx, token)
	if fault.KindOf(err) == fault.KindUnauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	return s.db.Update(actor.With(ctx, found.account.Actor()), func(tx *db.Tx) error {
		n, err := tx.Exec(`DELETE FROM session WHERE id = $1`, found.id)
		if err != nil || n == 0 {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "session.close", Object: "account", ObjectID: string(found.account.ID)})
	})
}
