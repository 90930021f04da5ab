package request_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/request"
	"entractes/internal/infra/db/dbtest"
)

func TestReadOnly(t *testing.T) {
	month := 30 * 24 * time.Hour
	now := clock.NewManual(dbtest.Start).Now()
	for _, s := range request.States {
		for _, c := range []struct {
			since time.Time
			over  bool
		}{{now.Add(-month), true}, {now.Add(-month + time.Millisecond), false}, {now, false}, {time.Time{}, false}} {
			if got := request.ReadOnly(s, c.since, now, month); got != (c.over && s == request.Unfilled) {
				t.Errorf("%s since %v: %v", s, c.since, got)
			}
		}
		all := request.ActsAllowed(s, request.Requester, request.Supervisor, request.Provider)
		if left := request.ActsLeft(all, false); !slices.Equal(left, all) {
			t.Errorf("%s: %v became %v", s, all, left)
		}
	}
	got := request.ActsLeft(request.ActsAllowed(request.Unfilled, request.Requester, request.Supervisor), true)
	if !slices.Equal(got, []request.Act{request.ActCancel, request.ActMarkError}) {
		t.Errorf("what can only be read may still %v", got)
	}
}
