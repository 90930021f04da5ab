package notify

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
)

// SettingsOf reads the waits of a territory. A zero wait means the default.
type SettingsOf func(tx *db.Tx, territory string) (Settings, error)

// Options are what the wiring chooses. The zero value tells in inboxes only.
type Options struct {
	Channels []Channel
	Settings SettingsOf    // nil: the defaults everywhere
	BaseURL  string        // address of the house without a final slash, for links; empty: no link
	Budget   BudgetOf      // nil: no limit anywhere
	Letters  LetterOf      // gives the letters posted here; nil: none leaves
	Bound    int           // sends at once on one channel; 128 when zero
	Timeout  time.Duration // of one send; 20 s when zero
}

// Service tells people things. It may be used concurrently.
type Service struct {
	db       *db.DB
	queue    *queue.Queue
	hub      *live.Hub
	channels map[string]Channel
	settings SettingsOf
	budget   BudgetOf
	letters  LetterOf
	base     string
	timeout  time.Duration
	rests    rests
	ledger   ledger
	claims   *db.Gather[*claiming]
	answers  *db.Gather[*answering]
	luck     func() float64
}

// New returns the service and registers its jobs with q. A channel given twice is
// taken from its last mention.
func New(d *db.DB, q *queue.Queue, hub *live.Hub, o Options) *Service {
	s := &Service{
		db: d, queue: q, hub: hub, channels: map[string]Channel{}, settings: o.Settings, budget: o.Budget, letters: o.Letters, base: o.BaseURL,
		timeout: o.Timeout, luck: rand.Float64,
	}
	s.claims, s.answers = db.NewGather(d, together, s.claimAll), db.NewGather(d, together, s.recordAll)
	if s.settings == nil {
		s.settings = func(*db.Tx, string) (Settings, error) { return DefaultSettings(), nil }
	}
	if s.budget == nil {
		s.budget = func(*db.Tx, string) (Budget, error) { return Budget{}, nil }
	}
	if s.timeout <= 0 {
		s.timeout = 20 * time.Second
	}
	if o.Bound <= 0 {
		o.Bound = 128
	}
	for _, c := range o.Channels {
		s.channels[c.Name()] = c
	}
	policy := queue.Policy{
		Timeout: s.timeout + 10*time.Second, // the send's own limit comes first
		Max:     100,                        // what fails here is our database: answers of channels are counted apart
	}
	for _, name := range append(slices.Clone(outside), SecureMailChannel) {
		policy.Concurrency = o.Bound
		if c, ok := s.channels[name].(Bounded); ok {
			policy.Concurrency = min(o.Bound, c.Bound())
		}
		q.Outside(kindOf(name), policy, s.deliver)
	}
	q.InTx(reportKind, s.reportAgain)
	q.InTx(purgeKind, s.purge)
	return s
}

// together is how many deliveries one transaction claims, or records, at most.
const together = 64

// kindOf names the jobs of a channel: each has its own bound, so that a slow gateway
// delays nobody but its own.
func kindOf(channel string) string { return "notify." + channel }

// sendJob is the promise to send one delivery.
type sendJob struct {
	Delivery DeliveryID `json:"delivery"`
}

// repeats tells whether a channel may be given the same message twice.
func repeats(c Channel) bool {
	r, ok := c.(Repeater)
	return ok && r.Repeats()
}

// send calls the channel with its own time limit. A panic in it fails this delivery
// only, and its outcome is unknown.
func (s *Service) send(ctx context.Context, c Channel, m Message) (r Receipt, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = UnknownOutcome(errPanic)
		}
	}()
	return c.Send(ctx, m)
}
