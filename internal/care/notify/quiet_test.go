package notify_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/care/notify"
)

// rest is from 10:22 to noon in Paris; the tests begin at 10:20.
var rest = []notify.Quiet{{Night: civil.Night{From: 10*60 + 22, To: 12 * 60}, Zone: "Europe/Paris"}}

// A send that fails just before quiet hours is not tried again during them, and neither is
// the next channel: both wait for their end, where one of them is enough once it is seen.
func TestQuietHoursHoldEveryTry(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		h.sms.answer = func(_ context.Context, _ notify.Message, n int) (notify.Receipt, error) {
			if n < 3 {
				return notify.Receipt{}, notify.Later(time.Minute, errors.New("the gateway says 429"))
			}
			return notify.Receipt{ProviderID: "p"}, nil
		}
		n := h.asked(s, false)
		n.Quiet = rest
		h.tell(n)
		h.forward(time.Minute + 59*time.Second)
		tried := len(h.sms.got())
		if tried == 0 {
			t.Fatal("nothing was tried before the quiet hours")
		}
		h.forward(97 * time.Minute) // until one minute before noon
		if len(h.sms.got()) != tried || len(h.mail.got()) != 0 {
			t.Errorf("during them %d texts and %d mails", len(h.sms.got())-tried, len(h.mail.got()))
		}
		h.forward(15 * time.Minute)
		h.expect(s, notify.Delivered, notify.Sent, notify.Sent)
	})
}

func TestNothingIsHeldWithoutQuietHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		s := h.person(1)
		n := h.asked(s, false)
		n.Quiet = []notify.Quiet{{Zone: "Europe/Paris"}, {Night: civil.Night{From: 600, To: 600}, Zone: "nowhere"}}
		h.tell(n)
		h.drain()
		h.expect(s, notify.Delivered, notify.Sent, notify.Held)
	})
}

// What leaves never falls into quiet hours that leave a moment, and never waits when it is
// not in them; two of them that cover the day do not hold anything for ever.
func TestLeaves(t *testing.T) {
	zones := []string{"Europe/Paris", "Indian/Reunion", "America/Martinique"}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 330*24*60).Draw(t, "minutes")) * time.Minute)
		var quiet []notify.Quiet
		for range rapid.IntRange(0, 2).Draw(t, "hours") {
			quiet = append(quiet, notify.Quiet{
				Night: civil.Night{From: rapid.IntRange(0, 47).Draw(t, "from") * 30, To: rapid.IntRange(0, 47).Draw(t, "to") * 30}, Zone: rapid.SampledFrom(zones).Draw(t, "zone"),
			})
		}
		leaves := notify.Leaves(at, quiet)
		within := func(t time.Time) bool {
			for _, q := range quiet {
				loc, _ := time.LoadLocation(q.Zone)
				if q.Contains(t, loc) {
					return true
				}
			}
			return false
		}
		if leaves.Before(at) || leaves.Sub(at) > 26*time.Hour && len(quiet) < 2 || leaves.Sub(at) > 49*time.Hour {
			t.Fatalf("due at %v, it leaves at %v", at, leaves)
		}
		if !within(at) && !leaves.Equal(at) {
			t.Fatalf("it waits from %v to %v for nothing", at, leaves)
		}
		open := false
		for m := range 48 {
			open = open || !within(at.Add(time.Duration(m)*time.Hour))
		}
		if open && within(leaves) {
			t.Fatalf("it leaves at %v, in quiet hours %v", leaves, quiet)
		}
	})
}
