package demo

import (
	"context"
	"errors"
	"math"
	"runtime"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// Past is how a history is lived.
type Past struct {
	Seed uint64
	Size Size
	// Fixtures replays the known requests of the real console on the last working day.
	Fixtures bool
	// Progress is told how far the clock has come, from 0 to 1. It may be nil.
	Progress func(part float64)
}

// Live moves clk, the clock of the house, from where it stands to until; people ask,
// answer and care on the way, and every promise is kept at its time.
func Live(ctx context.Context, h House, clk *clock.Manual, until time.Time, p Past) (err error) {
	defer fault.Wrap(&err, "live the history of the demonstration")
	p.Size = p.Size.orDefault()
	l, err := newLife(as(ctx), h, p.Seed)
	if err != nil {
		return err
	}
	stop := keepPromises(ctx, h)
	defer func() { err = errors.Join(err, stop()) }()
	if start := until.Add(-farthest); !p.Fixtures && clk.Now().Before(start) {
		if err := forward(ctx, h, clk, start); err != nil {
			return err
		}
	}
	from := clk.Now()
	if err := h.DB.Update(as(ctx), prolong); err != nil {
		return err
	}
	l.fill(from, until, p.Size.PerDay)
	if p.Fixtures {
		l.planFixtures(until)
		l.planStoryline(until)
		l.planApplications(until)
	}
	l.agenda.add(until.Add(-recentNews), l.readAll)
	l.agenda.add(until.Add(-recentWatch), l.watch)
	if err := l.adopt(as(ctx)); err != nil {
		return err
	}
	for {
		next, ok := l.agenda.next()
		if !ok || next.After(until) {
			break
		}
		if err := forward(ctx, h, clk, next); err != nil {
			return err
		}
		if err := l.work(as(ctx)); err != nil {
			return err
		}
		if p.Progress != nil {
			p.Progress(float64(clk.Now().Sub(from)) / float64(until.Sub(from)))
		}
	}
	if p.Progress != nil {
		p.Progress(1)
	}
	return forward(ctx, h, clk, until)
}

// keepPromises lets the queue work beside: many promises share one writing to disk. The
// function returned ends it.
func keepPromises(ctx context.Context, h House) (stop func() error) {
	ctx, cancel := context.WithCancel(as(ctx))
	ended := make(chan error, 1)
	go func() { ended <- h.Queue.Run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// forward moves the clock to t, stopping at each promise on the way to keep it on time.
func forward(ctx context.Context, h House, clk *clock.Manual, t time.Time) error {
	for {
		if err := drain(ctx, h); err != nil {
			return err
		}
		due, ok, err := h.Queue.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || due.After(t) {
			break
		}
		if due.After(clk.Now()) {
			clk.Set(due)
		}
	}
	if t.After(clk.Now()) {
		clk.Set(t)
	}
	return drain(ctx, h)
}

// drain keeps every promise due now, and waits for those the queue has just taken: the
// clock must not move while one is in its hands.
func drain(ctx context.Context, h House) error {
	for {
		if err := h.Queue.Drain(as(ctx)); err != nil {
			return err
		}
		var leased int64
		err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
			leased, err = db.One(tx, "demo.nobody", db.Value[int64], `SELECT count(*) FROM job WHERE state = 'leased'`)
			return err
		})
		if err != nil || leased == 0 {
			return err
		}
		runtime.Gosched()
	}
}

// crowd is how many requests there are at each hour of a day, in proportion.
var crowd = [24]float64{1, .6, .5, .4, .4, .5, 1, 3, 8, 12, 13, 12, 7, 8, 11, 12, 11, 10, 8, 5, 3.5, 2.5, 2, 1.5}

// fill writes the usual requests between two instants.
func (l *life) fill(from, until time.Time, perDay int) {
	total := 0.0
	for _, c := range crowd {
		total += c
	}
	for day := civil.DayOf(from, zone()); day.Start(zone()).Before(until); day = day.Add(1) {
		n := float64(perDay)
		if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
			n *= 0.6
		}
		for hour, c := range crowd {
			expected := n * c / total
			count := int(math.Floor(expected))
			if l.d.chance(expected - math.Floor(expected)) {
				count++
			}
			for range count {
				at := civil.First(day, hour*60+l.d.IntN(60), zone()).Add(time.Duration(l.d.IntN(60)) * time.Second)
				if at.After(from) && at.Before(until) {
					l.agenda.add(at, func(ctx context.Context) error { return l.ask(ctx, l.someNeed(at)) })
				}
			}
		}
	}
}

// History is how long the past of a new demonstration is.
const History = 14 * 24 * time.Hour

// CatchUpAfter is how long a demonstration may have been stopped before the time passed
// is lived before it is served again.
const CatchUpAfter = 3 * time.Hour

// farthest is how much of the time passed is lived: before it nothing happened, as in August.
const farthest = 3 * 24 * time.Hour

// LastAct is when somebody last did something; the zero time in an empty house.
func LastAct(ctx context.Context, h House) (last time.Time, err error) {
	err = h.DB.View(ctx, func(tx *db.Tx) error {
		ms, _, err := db.Find(tx, db.Value[int64], `SELECT COALESCE(MAX(at), 0) FROM request_act`)
		last = db.At(ms)
		return err
	})
	return last, err
}
