package demo

import (
	"context"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
)

// Pace is how lively a simulator is; the zero Pace is that of the demonstration.
type Pace struct {
	// Shortest and Longest bound the time between two requests.
	Shortest, Longest time.Duration
	// Look is how often it looks for requests that others made.
	Look time.Duration
	// Seed makes the choices; the instant of the start when zero.
	Seed uint64
}

// Simulator is the people of the demonstration going on beside a house that runs.
type Simulator struct {
	h     House
	clock clock.Clock
	pace  Pace
	life  *life
	asks  time.Time // when the next request is made
	looks time.Time // when it looks around again
	tidy  time.Time // when phones forget their oldest messages
}

// NewSimulator returns a simulator on the clock of the house. Call Run, or Step by hand.
func NewSimulator(h House, c clock.Clock, p Pace) *Simulator {
	if p.Shortest <= 0 {
		p.Shortest = time.Minute
	}
	if p.Longest < p.Shortest {
		p.Longest = max(3*time.Minute, p.Shortest)
	}
	if p.Look <= 0 {
		p.Look = 15 * time.Second
	}
	return &Simulator{h: h, clock: c, pace: p}
}

// Run lives until ctx ends. What goes wrong is written in the log and never stops the house.
func (s *Simulator) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		next, err := s.Step(ctx)
		if err != nil && ctx.Err() == nil {
			s.h.Log.WarnContext(ctx, "the simulator stumbled", "err", err)
			next = s.clock.Now().Add(s.pace.Look)
		}
		t := s.clock.NewTimer(next.Sub(s.clock.Now()))
		select {
		case <-ctx.Done():
		case <-t.C():
		}
		t.Stop()
	}
	return nil
}

// Step does what is due at the clock's now and returns when to come back.
func (s *Simulator) Step(ctx context.Context) (next time.Time, err error) {
	defer fault.Wrap(&err, "simulate")
	ctx = as(ctx)
	now := s.clock.Now()
	if s.life == nil {
		if err := s.wake(ctx, now); err != nil {
			return now, err
		}
	}
	if !now.Before(s.looks) {
		s.looks = now.Add(s.pace.Look)
		if err := s.life.adopt(ctx); err != nil {
			return now, err
		}
	}
	if !now.Before(s.tidy) {
		s.tidy = now.Add(time.Hour)
		if err := tidyPhones(ctx, s.h); err != nil {
			return now, err
		}
	}
	if !now.Before(s.asks) {
		s.asks = now.Add(s.pace.Shortest + time.Duration(s.life.d.Float64()*float64(s.pace.Longest-s.pace.Shortest)))
		if err := s.life.tolerate(ctx, s.life.ask(ctx, s.life.someNeed(now))); err != nil {
			return now, err
		}
	}
	if err := s.life.work(ctx); err != nil {
		return now, err
	}
	next = s.asks
	if s.looks.Before(next) {
		next = s.looks
	}
	if at, ok := s.life.agenda.next(); ok && at.Before(next) {
		next = at
	}
	return next, nil
}

// wake reads the cast and prolongs the duty lines.
func (s *Simulator) wake(ctx context.Context, now time.Time) error {
	if s.pace.Seed == 0 {
		s.pace.Seed = uint64(now.UnixNano()) // after 1970
	}
	if err := s.h.DB.Update(ctx, prolong); err != nil {
		return err
	}
	l, err := newLife(ctx, s.h, s.pace.Seed)
	if err != nil {
		return err
	}
	l.real = true
	s.life, s.asks, s.tidy = l, now.Add(s.pace.Shortest/2), now.Add(10*time.Minute)
	return nil
}

// tidyPhones lets each phone keep its latest messages only.
func tidyPhones(ctx context.Context, h House) error {
	return h.DB.Update(ctx, func(tx *db.Tx) error {
		all, err := fakephone.Targets(tx)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t.Count <= fakephone.Kept {
				continue
			}
			if err := fakephone.Forget(tx, t.Target); err != nil {
				return err
			}
		}
		return nil
	})
}
