package notify

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	now := time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC)
	soon, never := now.Add(3*time.Second), time.Time{}
	trouble, unknown := errors.New("500"), UnknownOutcome(errors.New("no answer"))
	for name, c := range map[string]struct {
		a    attempt
		r    Receipt
		err  error
		want verdict
	}{
		"taken":                    {attempt{number: 1}, Receipt{}, nil, verdict{state: Sent}},
		"delivered":                {attempt{number: 1}, Receipt{Delivered: true}, nil, verdict{state: Delivered}},
		"refused":                  {attempt{number: 1}, Receipt{}, Refused("no"), verdict{state: Failed}},
		"temporary":                {attempt{1, 0, false, true, never}, Receipt{}, trouble, verdict{state: Queued, wait: 500 * time.Millisecond, temporary: true}},
		"temporary, calm, third":   {attempt{3, 0, false, false, never}, Receipt{}, trouble, verdict{state: Queued, wait: 30 * time.Second, temporary: true}},
		"temporary, deadline near": {attempt{4, 0, false, true, soon}, Receipt{}, trouble, verdict{state: Failed, wait: 4 * time.Second, temporary: true}},
		"temporary, no deadline":   {attempt{attemptsWithoutDeadline, 0, false, true, never}, Receipt{}, trouble, verdict{state: Failed, wait: 15 * time.Second, temporary: true}},
		"asked to rest": {
			attempt{1, 0, false, true, never}, Receipt{}, Later(time.Minute, trouble),
			verdict{state: Queued, wait: time.Minute, rest: time.Minute, temporary: true},
		},
		"unknown, mail":           {attempt{1, 0, true, false, never}, Receipt{}, unknown, verdict{state: Queued, wait: 7500 * time.Millisecond, unknown: true, temporary: true}},
		"unknown, text":           {attempt{1, 0, false, false, never}, Receipt{}, unknown, verdict{state: Unknown, unknown: true, temporary: true}},
		"unknown, urgent text":    {attempt{1, 0, false, true, never}, Receipt{}, unknown, verdict{state: Queued, wait: 500 * time.Millisecond, unknown: true, temporary: true}},
		"unknown twice":           {attempt{2, 1, false, true, never}, Receipt{}, unknown, verdict{state: Unknown, unknown: true, temporary: true}},
		"out of time":             {attempt{1, 0, false, false, never}, Receipt{}, context.DeadlineExceeded, verdict{state: Unknown, unknown: true, temporary: true}},
		"failed after an unknown": {attempt{4, 1, false, true, soon}, Receipt{}, trouble, verdict{state: Unknown, wait: 4 * time.Second, temporary: true}},
	} {
		got := judge(c.a, c.r, c.err, now, 0)
		got.reason = ""
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := judge(attempt{number: 1}, Receipt{}, errors.New(strings.Repeat("é", 1000)), now, 0); len([]rune(got.reason)) != 200 {
		t.Errorf("a reason of %d characters", len([]rune(got.reason)))
	}
}

func TestBackoffGrowsSpreadsAndIsBounded(t *testing.T) {
	for n := range 200 {
		for _, urgent := range []bool{false, true} {
			least, most := backoff(n, urgent, 0), backoff(n, urgent, 0.999999)
			if least < 500*time.Millisecond || most > 5*time.Minute || most <= least {
				t.Errorf("attempt %d waits from %s to %s", n, least, most)
			}
		}
	}
}

func TestAChannelInTroubleRests(t *testing.T) {
	now := time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC)
	trouble := verdict{state: Queued, temporary: true}
	var r rest
	for range brokenAfter - 1 {
		r = r.after(trouble, now)
	}
	if r.until.After(now) {
		t.Error("a few failures are not a broken gateway")
	}
	r = r.after(verdict{state: Failed}, now)
	if r.failures != brokenAfter-1 {
		t.Error("a refused number says nothing about the gateway")
	}
	pauses := []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}
	for _, want := range pauses {
		if r = r.after(trouble, now); r.until.Sub(now) != want {
			t.Errorf("it rests %s, want %s", r.until.Sub(now), want)
		}
		now = r.until
	}
	if r = r.after(verdict{state: Sent}, now); r != (rest{}) {
		t.Error("it works again")
	}
}
