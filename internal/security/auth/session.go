package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
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

func agent(from Visitor) string {
	text := strings.ReplaceAll(from.Agent, "\x00", "")
	if len(text) > agentMax {
		text = text[:agentMax]
	}
	return strings.ToValidUTF8(text, "")
}

// opening is how a session begins.
type opening struct {
	means     string
	from      Visitor
	last      time.Duration // as long as the house says, when zero
	situation *Situation
	stale     bool // what is sensitive wants a proof first
	hint      string
}

// open writes a new session and returns its token. Sessions that are over go away by the way.
func (s *Service) open(tx *db.Tx, account Account, o opening) (string, error) {
	if err := tx.Write(`DELETE FROM session WHERE expires <= $1`, db.Ms(tx.Now())); err != nil {
		return "", err
	}
	if o.last == 0 {
		o.last = s.options.Session
	}
	situation := ""
	if o.situation != nil {
		text, err := json.Marshal(o.situation)
		if err != nil {
			return "", fault.Internal(err)
		}
		situation = string(text)
	}
	token, proved := newToken(), db.Ms(tx.Now())
	if o.stale {
		proved = 0
	}
	hint, err := s.sealHint(tx, account.ID, tokenHash(token), o.hint)
	if err != nil {
		return "", err
	}
	err = tx.Write(`INSERT INTO session (id, account, agent, created, seen, expires, means, proved, idle, situation, hint) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10)`,
		tokenHash(token), account.ID, agent(o.from), db.Ms(tx.Now()), db.Ms(tx.Now().Add(o.last)), o.means, proved, s.idleOf(account, o.last).Milliseconds(), situation, hint)
	if err != nil {
		return "", err
	}
	e := audit.Event{Action: "session.open", Object: "account", ObjectID: string(account.ID), Detail: o.means + " " + o.from.Address}
	return token, audit.RecordAs(tx, account.Actor(), e)
}

// sealHint seals what ends the session of a provider, for one session of an account; nothing when there is nothing.
func (s *Service) sealHint(tx *db.Tx, account AccountID, session, hint string) ([]byte, error) {
	if hint == "" {
		return nil, nil
	}
	return s.vault.Seal(tx, string(account), hintPlace(session), []byte(hint))
}

func hintPlace(session string) crypt.Place {
	return crypt.Place{Table: "session", Column: "hint", Row: session}
}

// idleOf is how long a session of account goes unused before it locks.
func (s *Service) idleOf(account Account, last time.Duration) time.Duration {
	idle := s.options.Idle
	if by := account.Actor(); s.options.IdleDesk > 0 && (by.Supervises() || by.Has(actor.RoleOperator)) {
		idle = s.options.IdleDesk
	}
	if idle <= 0 || idle > last {
		return last
	}
	return idle
}

// session is one row with its account.
type session struct {
	id        string
	seen      time.Time
	expires   time.Time
	proved    time.Time
	idle      time.Duration
	situation string
	acting    string // whom a secretary chose to act for
	account   Account
	acted     ActedFor // whom he acts for
}

func scanSession(r db.Row) (s session, err error) {
	var seen, expires, proved, idle int64
	s.account, err = scanAccount(rowAfter{r, []any{&s.id, &seen, &expires, &proved, &idle, &s.situation, &s.acting}})
	s.seen, s.expires, s.proved, s.idle = db.At(seen), db.At(expires), db.At(proved), time.Duration(idle)*time.Millisecond
	return s, err
}

// rowAfter reads a row whose first columns go to before.
type rowAfter struct {
	db.Row
	before []any
}

// Scan reads the columns of before, then dest.
func (r rowAfter) Scan(dest ...any) error { return r.Row.Scan(append(r.before, dest...)...) }

// over tells whether a session has ended at now.
func (s session) over(now time.Time) bool { return s.account.Closed || !now.Before(s.expires) }

// locked tells whether a session went unused for too long.
func (s session) locked(now time.Time) bool { return s.idle > 0 && !now.Before(s.seen.Add(s.idle)) }

// actor is who acts in a session: the account, in the situation chosen when it began.
func (s session) actor() (actor.Actor, error) {
	by := s.account.Actor()
	by.Session, by.Proved = s.id, s.proved
	if s.acted.Person != "" {
		by.Person, by.OnBehalf, by.For = s.acted.Person, s.acted.Person, s.acted.Name
	}
	if s.situation == "" {
		return by, nil
	}
	var at Situation
	if err := json.Unmarshal([]byte(s.situation), &at); err != nil {
		return by, fault.Internal(err)
	}
	if at.Structure != "" {
		by.Structure = at.Structure
	}
	return by, nil
}

// seenEvery is how often the use of a session is written, at most.
func (s session) seenEvery() time.Duration {
	if s.idle == 0 { // opened by a version that knew no lock
		return time.Minute
	}
	return min(time.Minute, s.idle/10)
}

// Resume returns who a token belongs to. used tells that a person did something, and not a
// page that renews itself. A session that is over or of a closed account is refused with the
// code "auth.session_over", one that went unused for too long with "auth.locked".
func (s *Service) Resume(ctx context.Context, token string, used bool) (by actor.Actor, err error) {
	found, now, err := s.sessionOf(ctx, token)
	if err != nil {
		return actor.Actor{}, err
	}
	if found.locked(now) {
		return actor.Actor{}, fault.Unauthenticated("auth.locked")
	}
	if used && now.Sub(found.seen) >= found.seenEvery() {
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			return tx.Write(`UPDATE session SET seen = $1 WHERE id = $2 AND seen < $1`, db.Ms(tx.Now()), found.id)
		})
		if err != nil {
			return actor.Actor{}, err
		}
	}
	return found.actor()
}

// LockedName returns the name of whose session a token is, locked or not, for the page that asks for a proof.
func (s *Service) LockedName(ctx context.Context, token string) (string, error) {
	found, _, err := s.sessionOf(ctx, token)
	return found.account.Name, err
}

// sessionOf returns the session of a token, locked or not, and the instant it was read.
func (s *Service) sessionOf(ctx context.Context, token string) (found session, now time.Time, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		now = tx.Now()
		found, err = db.One(tx, "auth.session_over", scanSession, `SELECT s.id, s.seen, s.expires, s.proved, s.idle, s.situation, s.acting, a.id, a.login, a.name, a.roles, a.person, a.structure,
			a.territory, a.lang, a.state, a.created FROM session s JOIN account a ON a.id = s.account WHERE s.id = $1`, tokenHash(token))
		if err == nil {
			found.acted, err = actsFor(tx, found)
		}
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound || err == nil && found.over(now) {
		return session{}, now, fault.Unauthenticated("auth.session_over")
	}
	return found, now, err
}

// SignOut ends the session of a token, and returns what ends the one that a provider of identity keeps of who came by
// it, or "". It may be called again: a session that is over stays so.
func (s *Service) SignOut(ctx context.Context, token string) (hint string, err error) {
	defer fault.Wrap(&err, "sign out")
	found, _, err := s.sessionOf(ctx, token)
	if fault.KindOf(err) == fault.KindUnauthenticated {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	err = s.db.Update(actor.With(ctx, found.account.Actor()), func(tx *db.Tx) error {
		sealed, ok, err := db.Find(tx, db.Value[[]byte], `SELECT hint FROM session WHERE id = $1 AND hint IS NOT NULL`, found.id)
		if err != nil {
			return err
		}
		if ok {
			plain, err := s.vault.Open(tx, string(found.account.ID), hintPlace(found.id), sealed)
			if err != nil {
				return err
			}
			hint = string(plain)
		}
		n, err := tx.Exec(`DELETE FROM session WHERE id = $1`, found.id)
		if err != nil || n == 0 {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "session.close", Object: "account", ObjectID: string(found.account.ID)})
	})
	return hint, err
}
