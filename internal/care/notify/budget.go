package notify

import (
	"maps"
	"sync"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
)

// Budget bounds the text messages of a territory, in billed segments; 0 is no limit. A
// message that a budget holds is told by the next channel of its subject, and the desk is
// told once. What is urgent is held by the budget of its request alone, never by the day's.
//
// A budget is no meter: several nodes may pass it by what they send within ledgerAge.
type Budget struct {
	PerRequest int
	PerDay     int
	Price      int            // of one segment, in thousandths of a euro, for the estimates
	Zone       *time.Location // whose midnight begins the day; nil for Paris
}

// BudgetOf reads the budget of a territory.
type BudgetOf func(tx *db.Tx, territory string) (Budget, error)

// Spending is what text messages have cost, and may still: Waiting are messages that are
// promised, or held until another channel has failed.
type Spending struct {
	Segments int
	Waiting  int
	Price    int // of one segment, in thousandths of a euro
}

// Cost is the estimate, in thousandths of a euro, of what was sent.
func (s Spending) Cost() int { return s.Segments * s.Price }

// Ahead is the estimate of what waits, one segment for each message.
func (s Spending) Ahead() int { return s.Waiting * s.Price }

// The reasons of what a budget holds.
var (
	errRequestBudget = Refused("the text budget of the request is spent")
	errDayBudget     = Refused("the text budget of the day is spent")
)

// ledgerAge is how old what this node knows of the others' messages may be.
const ledgerAge = time.Second

// ledgerForgets is how long an account nobody asks about is remembered.
const ledgerForgets = time.Minute

// ledger counts what this node sends between two readings of the database, so that a wave
// in which many messages leave at once stops where its budget does.
type ledger struct {
	mu       sync.Mutex
	accounts map[string]*account
	forgot   time.Time // when old accounts were last looked for
}

type account struct {
	limit, spent, flying int
	read                 time.Time
	from, until          time.Time // of a day
}

// charge is what one attempt is counted for until it lands. The zero charge is nothing.
type charge struct {
	accounts []*account
	segments int
}

// held is why a budget lets an attempt no further.
type held struct {
	reason  error
	request string
	day     time.Time
}

// afford counts a text for the accounts of d, or says which one holds it.
func (s *Service) afford(tx *db.Tx, d delivery, text string) (c charge, over *held, err error) {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	c.segments = Segments(text)
	day, err := s.ledger.day(tx, s.budget, d.territory)
	if err != nil {
		return charge{}, nil, err
	}
	if !d.urgent && day.full(c.segments) {
		return charge{}, &held{reason: errDayBudget, day: day.from}, nil
	}
	c.accounts = append(c.accounts, day)
	if d.request != "" {
		one, err := s.ledger.request(tx, s.budget, d)
		if err != nil {
			return charge{}, nil, err
		}
		if one.full(c.segments) {
			return charge{}, &held{reason: errRequestBudget, request: d.request}, nil
		}
		c.accounts = append(c.accounts, one)
	}
	for _, a := range c.accounts {
		a.spent, a.flying = a.spent+c.segments, a.flying+1
	}
	return c, nil, nil
}

func (a *account) full(segments int) bool { return a.limit > 0 && a.spent+segments > a.limit }

// land ends a charge: what was not billed is given back.
func (l *ledger) land(c charge, billed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range c.accounts {
		a.flying--
		if !billed {
			a.spent -= c.segments
		}
	}
}

// account returns one that is fresh, or false after making room for it to be read.
func (l *ledger) account(key string, now time.Time) (*account, bool) {
	if a, ok := l.accounts[key]; ok {
		return a, now.Sub(a.read) < ledgerAge && !now.Before(a.read) && (a.until.IsZero() || now.Before(a.until))
	}
	if now.Sub(l.forgot) > ledgerForgets {
		l.forgot = now
		maps.DeleteFunc(l.accounts, func(_ string, a *account) bool { return a.flying == 0 && now.Sub(a.read) > ledgerForgets })
	}
	if l.accounts == nil {
		l.accounts = map[string]*account{}
	}
	a := &account{}
	l.accounts[key] = a
	return a, false
}

// reads what the database knows: what flies from here may not be in it yet.
func (a *account) reads(spent int, now time.Time) {
	if a.flying == 0 || spent > a.spent {
		a.spent = spent
	}
	a.read = now
}

func (l *ledger) day(tx *db.Tx, budget BudgetOf, territory string) (*account, error) {
	now := tx.Now()
	a, fresh := l.account("day "+territory, now)
	if fresh {
		return a, nil
	}
	b, err := budget(tx, territory)
	if err != nil {
		return nil, err
	}
	if from, until := b.day(now); !from.Equal(a.from) {
		a = &account{from: from, until: until} // what flies lands on the day it left
		l.accounts["day "+territory] = a
	}
	spent, err := spentSince(tx, territory, a.from)
	if err != nil {
		return nil, err
	}
	a.limit = b.PerDay
	a.reads(spent, now)
	return a, nil
}

func (l *ledger) request(tx *db.Tx, budget BudgetOf, d delivery) (*account, error) {
	now := tx.Now()
	a, fresh := l.account("request "+d.request, now)
	if fresh {
		return a, nil
	}
	b, err := budget(tx, d.territory)
	if err != nil {
		return nil, err
	}
	spent, _, err := db.Find(tx, db.Value[int64], `SELECT COALESCE(SUM(segments), 0) FROM delivery WHERE request = $1 AND request <> ''`, d.request)
	if err != nil {
		return nil, err
	}
	a.limit = b.PerRequest
	a.reads(int(spent), now)
	return a, nil
}

// day returns when the day of a budget began and when it ends.
func (b Budget) day(now time.Time) (from, until time.Time) {
	zone := b.Zone
	if zone == nil {
		zone = civil.Paris()
	}
	day := civil.DayOf(now, zone)
	return day.Start(zone), day.End(zone)
}

func spentSince(tx *db.Tx, territory string, from time.Time) (int, error) {
	n, _, err := db.Find(tx, db.Value[int64], `SELECT COALESCE(SUM(segments), 0) FROM delivery WHERE territory = $1 AND charged > 0 AND charged >= $2`, territory, db.Ms(from))
	return int(n), err
}

// budgetReached tells the desk, once for a request and once a day, that text messages are held.
func (s *Service) budgetReached(tx *db.Tx, d delivery, over held) error {
	n, err := tx.Exec(`INSERT INTO budget_reached (territory, request, day, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		d.territory, over.request, db.Ms(over.day), db.Ms(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	desks, err := directory.StructuresIn(tx, d.territory, directory.CallDesk)
	if err != nil {
		return err
	}
	notice := Notice{Territory: d.territory, Topic: DayBudget, Urgent: true}
	if over.request != "" {
		notice.Topic, notice.Request = RequestBudget, over.request
		notice.Params, _ = decodeParams(d.params) // what cannot be read is left out of the sentence
	}
	var notices []Notice
	for _, desk := range desks {
		notice.Subject = Subject{Kind: Structure, ID: desk.ID}
		notices = append(notices, notice)
	}
	return s.Tell(tx, notices...)
}

// TextsOf is what the text messages about a request cost. It does not check who asks.
func (s *Service) TextsOf(tx *db.Tx, territory, request string) (out Spending, err error) {
	type count struct{ segments, waiting int }
	c, _, err := db.Find(tx, func(r db.Row) (c count, err error) { return c, r.Scan(&c.segments, &c.waiting) },
		`SELECT COALESCE(SUM(segments), 0), COALESCE(SUM(CASE WHEN channel = $2 AND state IN ($3, $4) THEN 1 ELSE 0 END), 0) FROM delivery WHERE request = $1 AND request <> ''`,
		request, SMSChannel, string(Queued), string(Held))
	if err != nil {
		return out, err
	}
	b, err := s.budget(tx, territory)
	return Spending{c.segments, c.waiting, b.Price}, err
}

// DayTexts is what the text messages of a territory cost since its day began, in segments.
type DayTexts struct {
	Budget
	Today int
}

// Used is the part of the day's budget that is spent; 0 without a budget.
func (d DayTexts) Used() float64 {
	if d.PerDay <= 0 {
		return 0
	}
	return float64(d.Today) / float64(d.PerDay)
}

// TextsToday reads the spending of a territory today. It does not check who asks.
func (s *Service) TextsToday(tx *db.Tx, territory string) (out DayTexts, err error) {
	if out.Budget, err = s.budget(tx, territory); err != nil {
		return out, err
	}
	from, _ := out.day(tx.Now())
	out.Today, err = spentSince(tx, territory, from)
	return out, err
}

// Texts is DayTexts with what the month cost, and how often a budget held some.
type Texts struct {
	DayTexts
	Month        int // segments, since the month began
	HeldRequests int // requests whose budget was reached this month
	DayHeld      bool
}

// Texts reads the spending of a territory. It does not check who asks.
func (s *Service) Texts(tx *db.Tx, territory string) (out Texts, err error) {
	if out.DayTexts, err = s.TextsToday(tx, territory); err != nil {
		return out, err
	}
	day, _ := out.day(tx.Now())
	month := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, day.Location())
	if out.Month, err = spentSince(tx, territory, month); err != nil {
		return out, err
	}
	type reached struct{ requests, today int }
	held, _, err := db.Find(tx, func(r db.Row) (h reached, err error) { return h, r.Scan(&h.requests, &h.today) },
		`SELECT COALESCE(SUM(CASE WHEN request <> '' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN request = '' AND day = $3 THEN 1 ELSE 0 END), 0)
		FROM budget_reached WHERE territory = $1 AND at >= $2`, territory, db.Ms(month), db.Ms(day))
	out.HeldRequests, out.DayHeld = held.requests, held.today > 0
	return out, err
}
