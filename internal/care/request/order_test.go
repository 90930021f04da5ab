package request_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/care/directory"
	"entractes/internal/care/request"
)

func line(state request.State, mandatory, carried bool) request.Request {
	r := request.Request{State: state, Mandatory: mandatory}
	if carried {
		r.Provider = request.Who{Subject: directory.Subject{Kind: directory.KindProfessional, ID: "n001"}}
	}
	return r
}

func TestReady(t *testing.T) {
	for _, c := range []struct {
		name              string
		lines             []request.Request
		ready, incomplete bool
	}{
		{"nothing", nil, false, false},
		{"one is searched", []request.Request{line(request.Accepted, true, true), line(request.Searching, true, false)}, false, false},
		{"all are carried", []request.Request{line(request.Accepted, true, true), line(request.Started, true, true)}, true, false},
		{"what is optional does not count", []request.Request{line(request.Accepted, true, true), line(request.Unfilled, false, false)}, true, false},
		{"a mandatory one found nobody", []request.Request{line(request.Accepted, true, true), line(request.Unfilled, true, false)}, false, true},
		{"a mandatory one waits", []request.Request{line(request.Waitlisted, true, false)}, false, true},
		{"what is cancelled is not wanted any more", []request.Request{line(request.Accepted, true, true), line(request.Cancelled, true, false)}, true, false},
		{"what is not sent yet is not awaited", []request.Request{line(request.Accepted, true, true), line(request.Draft, true, false)}, true, false},
		{"all are cancelled", []request.Request{line(request.Cancelled, true, false)}, false, false},
		{"suspended and carried", []request.Request{line(request.Suspended, true, true)}, true, false},
		{"suspended in its search", []request.Request{line(request.Suspended, true, false)}, false, false},
		{"ended", []request.Request{line(request.Completed, true, true)}, true, false},
		{"nothing is mandatory", []request.Request{line(request.Accepted, false, true)}, false, false},
	} {
		if ready, incomplete := request.Ready(c.lines), request.Incomplete(c.lines); ready != c.ready || incomplete != c.incomplete {
			t.Errorf("%s: ready %t, incomplete %t", c.name, ready, incomplete)
		}
	}
}

// Whatever the lines, an order that is ready is not incomplete, and an optional line changes neither.
func TestReadyAndIncompleteNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.Custom(func(t *rapid.T) request.Request {
			return line(rapid.SampledFrom(request.States).Draw(t, "state"), rapid.Bool().Draw(t, "mandatory"), rapid.Bool().Draw(t, "carried"))
		})
		lines := rapid.SliceOfN(one, 0, 6).Draw(t, "lines")
		ready, incomplete := request.Ready(lines), request.Incomplete(lines)
		if ready && incomplete {
			t.Fatalf("ready and incomplete: %+v", lines)
		}
		optional := one.Draw(t, "more")
		optional.Mandatory = false
		if more := slices.Concat(lines, []request.Request{optional}); request.Ready(more) != ready || request.Incomplete(more) != incomplete {
			t.Fatalf("an optional line changes the order: %+v", more)
		}
	})
}
