package request_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"entractes/internal/care/request"
)

const lifePage = "../../../docs/life-of-a-request.md"

// The page on a request's life shows the table of moves, not a memory of it.
func TestLifeShowsTheTable(t *testing.T) {
	page, err := os.ReadFile(lifePage)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- states: begin -->\n", "<!-- states: end -->"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the page has lost its drawing")
	}
	want := before + begin + "\n" + drawing() + "\n" + table() + "\n" + end + after
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatal("the states of docs/life-of-a-request.md are not the table of moves: run go test ./internal/care/request -update")
	}
	if err := os.WriteFile(lifePage, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

// drawing shows what leads to another state. States come in the
// order of a life, so that one reached is reached from above.
func drawing() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	reached := map[request.State]bool{"": true}
	for _, from := range append([]request.State{""}, request.States...) {
		if !reached[from] {
			continue
		}
		acts := map[request.State][]string{}
		var order []request.State
		for _, m := range request.Moves {
			to := m.Target(from, from)
			if to == from || !slices.Contains(m.From, from) {
				continue
			}
			if acts[to] == nil {
				order = append(order, to)
			}
			acts[to], reached[to] = append(acts[to], string(m.Act)), true
		}
		for _, to := range order {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", node(from), node(to), strings.Join(acts[to], ", "))
		}
		if from.Terminal() && from != request.EnteredInError {
			fmt.Fprintf(&b, "    %s --> [*]\n", node(from))
		}
	}
	return b.String() + "```\n"
}

func node(s request.State) string {
	if s == "" {
		return "[*]"
	}
	return string(s)
}

// table shows every act, in the order of the table of moves.
func table() string {
	var b strings.Builder
	b.WriteString("| act | who | from | to |\n|---|---|---|---|\n")
	for _, m := range request.Moves {
		to := string(m.To)
		switch m.To {
		case request.Same:
			to = "the same"
		case request.Back:
			to = "where it came from"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Act, list(m.Who), list(m.From), to)
	}
	return b.String()
}

func list[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		if words[i] = string(w); w == "" {
			words[i] = "(new)"
		}
	}
	return strings.Join(words, ", ")
}
