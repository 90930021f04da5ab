package queue

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// outcome is an intention of a handler, returned as its error. What an InTx handler
// wrote is kept: an intention is not a failure.
type outcome struct {
	state  State
	after  time.Duration
	reason string
}

func (o *outcome) Error() string {
	if o.state == Waiting {
		return "snoozed for " + o.after.String()
	}
	return string(o.state) + ": " + o.reason
}

// Snooze asks to be called again after d, at least one millisecond. It is no failed attempt.
func Snooze(d time.Duration) error {
	return &outcome{state: Waiting, after: max(d, time.Millisecond)}
}

// Cancel ends the job: what it was promised for is gone.
func Cancel(reason string) error { return &outcome{state: Cancelled, reason: reason} }

// Discard ends the job: it is not worth doing.
func Discard(reason string) error { return &outcome{state: Discarded, reason: reason} }

// unreadable marks arguments that cannot be decoded.
type unreadable struct{ cause error }

func (u *unreadable) Error() string { return u.cause.Error() }
func (u *unreadable) Unwrap() error { return u.cause }

// verdict is what becomes of a job after an attempt.
type verdict struct {
	state  State // "" when done
	due    time.Time
	reason string
	failed bool
}

// judge decides what becomes of j after an attempt that ended with err at now.
// spread, in [0, 1), is the jitter.
func (p Policy) judge(j Job, err error, now time.Time, spread float64) verdict {
	if err == nil {
		return verdict{}
	}
	if o, ok := errors.AsType[*outcome](err); ok {
		return verdict{state: o.state, due: now.Add(o.after), reason: o.reason}
	}
	reason := clean(err.Error())
	if _, ok := errors.AsType[*unreadable](err); ok {
		return verdict{state: Dead, reason: reason, failed: true}
	}
	if j.Attempt >= p.Max {
		return verdict{state: Dead, reason: reason, failed: true}
	}
	due := now.Add(p.wait(j.Attempt, spread))
	if p.Deadline != nil {
		if end := p.Deadline(j); !end.IsZero() && due.After(end) {
			return verdict{state: Dead, reason: clean("no time left to try again: " + reason), failed: true}
		}
	}
	return verdict{state: Waiting, due: due, reason: reason, failed: true}
}

// maxReason bounds what is kept of an error, in bytes.
const maxReason = 1000

// clean makes text that both engines store.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= maxReason {
		return s
	}
	cut := maxReason
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// protect calls fn and turns a panic into an error.
func protect(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v at %s", p, origin())
		}
	}()
	return fn()
}
