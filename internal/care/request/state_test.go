package request_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"entractes/internal/care/request"
)

var update = flag.Bool("update", false, "rewrite the drawings made from the table of moves")

// The drawing of doc.go is the table, not a memory of it.
func TestDocShowsTheTable(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var drawn strings.Builder
	for line := range strings.Lines(request.Draw()) {
		drawn.WriteString("//\t" + line)
	}
	before, rest, ok := strings.Cut(string(doc), "//\t")
	_, after, ok2 := strings.Cut(rest, "//\n// The drawing ends here.")
	if !ok || !ok2 {
		t.Fatal("doc.go has lost its drawing")
	}
	want := before + drawn.String() + "//\n// The drawing ends here." + after
	if want == string(doc) {
		return
	}
	if !*update {
		t.Fatal("the drawing of doc.go is not the table of moves: run go test ./internal/care/request -update")
	}
	if err := os.WriteFile("doc.go", []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryStateIsReachedAndNoneIsStuck(t *testing.T) {
	reached := map[request.State]bool{"": true}
	for changed := true; changed; {
		changed = false
		for _, m := range request.Moves {
			for _, from := range m.From {
				to := m.Target(from, from)
				if reached[from] && !reached[to] {
					reached[to], changed = true, true
				}
			}
		}
	}
	for _, s := range request.States {
		if !reached[s] {
			t.Errorf("no act leads to %s", s)
		}
		if s.Terminal() {
			continue
		}
		if !slices.ContainsFunc(request.Moves, func(m request.Move) bool {
			return slices.Contains(m.From, s) && m.Target(s, s) != s
		}) {
			t.Errorf("nothing leads out of %s", s)
		}
	}
}

// No state is a trap: from each state that is reached, the acts also lead on to an end.
func TestEveryStateLeadsToAnEnd(t *testing.T) {
	ends := map[request.State]bool{request.Completed: true, request.Cancelled: true, request.EnteredInError: true}
	parties := []request.Party{request.Requester, request.Operator, request.Supervisor, request.Recipient, request.Colleague, request.Provider, request.System}
	reached := []request.State{request.Draft}
	for i := 0; i < len(reached); i++ {
		for _, act := range request.ActsAllowed(reached[i], parties...) {
			m, _ := request.MoveOf(act)
			if to := m.Target(reached[i], reached[i]); !slices.Contains(reached, to) {
				reached = append(reached, to)
			}
		}
	}
	for _, s := range reached {
		if !ends[s] && !request.Allowed(s, request.ActCancel, request.Requester) {
			t.Errorf("a requester cannot leave %s", s)
		}
	}
	for _, want := range []request.State{request.Searching, request.Accepted, request.Started, request.Unfilled, request.Completed, request.Cancelled} {
		if !slices.Contains(reached, want) {
			t.Errorf("%s is not reached", want)
		}
	}
}

func TestNobodyElseMayAct(t *testing.T) {
	for _, m := range request.Moves {
		for _, from := range request.States {
			if request.Allowed(from, m.Act) {
				t.Errorf("%s from %s is allowed to somebody without a quality", m.Act, from)
			}
		}
	}
}

func TestTerminalStatesTakeNoActButReportAndError(t *testing.T) {
	for _, m := range request.Moves {
		for _, from := range m.From {
			if from.Terminal() && m.Act != request.ActMarkError && m.Act != request.ActReport {
				t.Errorf("%s moves a request that has ended", m.Act)
			}
		}
	}
}
