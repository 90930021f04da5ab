package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
)

// Pace bounds how many pages a second somebody asks for: an account when one is signed in,
// an address otherwise. Whoever goes faster is told to wait, and nothing he did is lost:
// nothing was done. Zero bounds nobody.
type Pace struct {
	Account, Address float64 // pages a second, in the long run
}

// burst is how many seconds' worth of pages may be asked at once.
const burst = 10

// pacedMost bounds how many accounts and addresses are remembered.
const pacedMost = 50_000

// Around puts the bound around pages, inside Door, which knows who asks. The stream of hints
// is one request that stays, and files of the interface are not counted.
func (p Pace) Around(clk clock.Clock, pages http.Handler) http.Handler {
	if p.Account <= 0 && p.Address <= 0 {
		return pages
	}
	buckets := &buckets{of: map[string]*rate.Limiter{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, each := "address "+ClientAddress(r), p.Address
		if account := Actor(r.Context()).Account; account != "" {
			who, each = "account "+account, p.Account
		}
		if each <= 0 || r.URL.Path == LivePath || buckets.allow(who, each, clk.Now()) {
			pages.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", strconv.Itoa(burst))
		Handle(func(http.ResponseWriter, *http.Request) error {
			return fault.TooMany("web.too_fast", "n", burst)
		}).ServeHTTP(w, r)
	})
}

type buckets struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

func (b *buckets) allow(who string, each float64, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.of[who]
	if l == nil {
		b.forget(now)
		l = rate.NewLimiter(rate.Limit(each), max(1, int(each*burst)))
		b.of[who] = l
	}
	return l.AllowN(now, 1)
}

// forget makes room: first those who have been quiet long enough to be as new, then, under a
// flood of addresses, everybody.
func (b *buckets) forget(now time.Time) {
	if len(b.of) < pacedMost {
		return
	}
	for who, l := range b.of {
		if l.TokensAt(now) >= float64(l.Burst()) {
			delete(b.of, who)
		}
	}
	if len(b.of) >= pacedMost {
		clear(b.of)
	}
}
