package request

import (
	"fmt"
	"strings"
)

// Draw renders the table of moves, one line for each state and act: what doc.go and
// the documentation of a request's life show.
func Draw() string {
	var b strings.Builder
	for _, from := range append([]State{""}, States...) {
		for _, m := range Moves {
			for _, f := range m.From {
				if f == from {
					b.WriteString(m.line(from) + "\n")
				}
			}
		}
	}
	return b.String()
}

func (m Move) line(from State) string {
	name, act, to := string(from), string(m.Act), string(m.Target(from, "where it came from"))
	if from == "" {
		name = "(new)"
	}
	who := make([]string, len(m.Who))
	for i, p := range m.Who {
		who[i] = string(p)
	}
	return fmt.Sprintf("%s ─ %s → %s   %s", name, act, to, strings.Join(who, ", "))
}
