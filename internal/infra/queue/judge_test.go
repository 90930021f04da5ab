package queue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestJudge(t *testing.T) {
	now := time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC)
	p := Policy{Max: 3, Backoff: func(n int) time.Duration { return time.Duration(n) * time.Minute }}.orDefault()
	short := p
	short.Deadline = func(j Job) time.Time { return j.Due.Add(90 * time.Second) }
	broken := errors.New("broken")
	for _, c := range []struct {
		name    string
		policy  Policy
		attempt int
		err     error
		want    verdict
	}{
		{"done", p, 1, nil, verdict{}},
		{"snooze", p, 3, Snooze(time.Hour), verdict{state: Waiting, due: now.Add(time.Hour)}},
		{"cancel, wrapped", p, 1, fmt.Errorf("send: %w", Cancel("taken")), verdict{state: Cancelled, due: now, reason: "taken"}},
		{"discard", p, 1, Discard("no phone"), verdict{state: Discarded, due: now, reason: "no phone"}},
		{"first failure", p, 1, broken, verdict{state: Waiting, due: now.Add(45 * time.Second), reason: "broken", failed: true}},
		{"second failure", p, 2, broken, verdict{state: Waiting, due: now.Add(90 * time.Second), reason: "broken", failed: true}},
		{"last failure", p, 3, broken, verdict{state: Dead, reason: "broken", failed: true}},
		{"unreadable", p, 1, Job{args: "{"}.Args(new(int)), verdict{state: Dead, reason: "arguments of  job : unexpected end of JSON input", failed: true}},
		{"within the deadline", short, 1, broken, verdict{state: Waiting, due: now.Add(45 * time.Second), reason: "broken", failed: true}},
		{"at the deadline", short, 2, errors.New("slow"), verdict{state: Waiting, due: now.Add(90 * time.Second), reason: "slow", failed: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.policy.judge(Job{Attempt: c.attempt, Due: now}, c.err, now, 0.5); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if got := short.judge(Job{Attempt: 2, Due: now}, broken, now.Add(time.Second), 0.5); got.state != Dead || got.reason != "no time left to try again: broken" {
		t.Errorf("a retry after the deadline: %+v", got)
	}
}

func TestBackoffGrowsWithinItsBounds(t *testing.T) {
	p := DefaultPolicy
	total := time.Duration(0)
	for n := 1; n < p.Max; n++ {
		most := p.Backoff(n)
		if low, high := p.wait(n, 0), p.wait(n, 0.999999); low != most/2 || high < low || high > most {
			t.Errorf("attempt %d waits %v to %v, want %v to %v", n, low, high, most/2, most)
		}
		total += most
	}
	if total > 20*time.Minute || total < 10*time.Minute {
		t.Errorf("the default policy tries for %v at most", total)
	}
	if inTxPolicy.Backoff(1000) != 10*time.Minute {
		t.Error("the backoff overflows")
	}
}

func TestCleanKeepsWhatBothEnginesStore(t *testing.T) {
	for _, s := range []string{"", "a\x00b", "\xff\xfe", strings.Repeat("é", 2000), strings.Repeat("a", maxReason)} {
		got := clean(s)
		if !utf8.ValidString(got) || strings.Contains(got, "\x00") || len(got) > maxReason+len("…") {
			t.Errorf("clean(%.10q…) = %.10q…, %d bytes", s, got, len(got))
		}
	}
}
