package auth

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Options are the choices of a house. The zero value is a working one.
type Options struct {
	// Session is how long a session lasts at most; 12 hours when zero.
	Session time.Duration
	// Phone is how long the session of a paired phone lasts; 30 days when zero.
	Phone time.Duration
	// Idle is how long a session goes unused before it locks; as long as it lasts when zero.
	Idle time.Duration
	// IdleDesk is Idle for those who supervise or answer calls; Idle when zero.
	IdleDesk time.Duration
	// HashMemoryKiB is the memory of one password hash; 64 MiB when zero. Only tests make it small.
	HashMemoryKiB uint32
	// Site is the address people use, "https://coordination.example.org": passkeys are bound to its host.
	Site string
	Around
}

// Around are what other features know or do, given by whoever builds the house. A nil
// function knows nobody and tells nothing.
type Around struct {
	// Person returns the active professional of the directory who bears an RPPS number, or "".
	Person func(tx *db.Tx, rpps string) (string, error)
	// Workplace returns the structure of a FINESS number where a professional works, or "".
	Workplace func(tx *db.Tx, person, finess string) (string, error)
	// Tell sends news to the owner of an account, by every way that reaches him.
	Tell func(tx *db.Tx, to Account, n News) error
}

// News is what the owner of an account is told. Code is a code to type, for those that hold one.
type News struct {
	Topic string // one of the Topic constants
	Code  string
}

// The topics of News.
const (
	TopicCode    = "account.code"    // a code to choose a new password
	TopicChanged = "account.changed" // what proves who he is has changed
)

// Service signs people in. It may be used concurrently.
type Service struct {
	db       *db.DB
	vault    *crypt.Vault
	audit    *audit.Audit
	options  Options
	hasher   *hasher
	throttle *throttle
	passkeys *webauthn.WebAuthn
	origin   string
	decoy    func() (Secret, error) // compared with when there is no password, so that its absence takes as long
}

// New returns the authentication of d. An address that is no site is refused with the code "auth.site".
func New(d *db.DB, v *crypt.Vault, a *audit.Audit, o Options) (*Service, error) {
	if o.Session <= 0 {
		o.Session = 12 * time.Hour
	}
	if o.Phone <= 0 {
		o.Phone = 30 * 24 * time.Hour
	}
	s := &Service{db: d, vault: v, audit: a, options: o, hasher: newHasher(o.HashMemoryKiB), throttle: newThrottle()}
	s.decoy = sync.OnceValues(func() (Secret, error) { return s.hasher.hash(context.Background(), newToken()) })
	return s, s.bindPasskeys(o.Site)
}

// bindPasskeys fixes the site of passkeys. A machine of one's own is called by its name: an
// address in figures may hold none.
func (s *Service) bindPasskeys(site string) (err error) {
	if site == "" {
		site = "http://localhost"
	}
	u, err := url.Parse(site)
	if err != nil || u.Hostname() == "" {
		return fault.Invalid("auth.site", "public-url", "text", site).Because(err)
	}
	if a := net.ParseIP(u.Hostname()); a != nil && (a.IsLoopback() || a.IsUnspecified()) {
		u.Host = "localhost" + u.Host[len(u.Host)-len(portOf(u)):]
	}
	s.origin = u.Scheme + "://" + u.Host
	s.passkeys, err = webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Entr’Actes", RPOrigins: []string{s.origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
		AttestationPreference:  protocol.PreferNoAttestation,
	})
	if err != nil {
		return fault.Invalid("auth.site", "public-url", "text", site).Because(err)
	}
	return nil
}

func portOf(u *url.URL) string {
	if u.Port() == "" {
		return ""
	}
	return ":" + u.Port()
}

// tell sends news to the owner of an account, where the house knows how.
func (s *Service) tell(tx *db.Tx, to Account, n News) error {
	if s.options.Tell == nil {
		return nil
	}
	return s.options.Tell(tx, to, n)
}
