package auth

import (
	"context"
	"sync"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Options are the choices of a house. The zero value is a working one.
type Options struct {
	// Session is how long a session lasts at most; 12 hours when zero.
	Session time.Duration
	// Idle is how long a session lasts without being used; as long as Session when zero.
	Idle time.Duration
	// HashMemoryKiB is the memory of one password hash; 64 MiB when zero. Only tests make it small.
	HashMemoryKiB uint32
}

// Service signs people in. It may be used concurrently.
type Service struct {
	db       *db.DB
	audit    *audit.Audit
	session  time.Duration
	idle     time.Duration
	hasher   *hasher
	throttle *throttle
	decoy    func() (Secret, error) // compared with when there is no password, so that its absence takes as long
}

// New returns the authentication of d.
func New(d *db.DB, a *audit.Audit, o Options) *Service {
	s := &Service{db: d, audit: a, session: o.Session, idle: o.Idle, hasher: newHasher(o.HashMemoryKiB), throttle: newThrottle()}
	if s.session <= 0 {
		s.session = 12 * time.Hour
	}
	if s.idle <= 0 || s.idle > s.session {
		s.idle = s.session
	}
	s.decoy = sync.OnceValues(func() (Secret, error) { return s.hasher.hash(context.Background(), newToken()) })
	return s
}
