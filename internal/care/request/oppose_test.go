package request_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
)

// TestNobodyOpposedIsEverAsked: whatever else is true of somebody, of the usual team, on
// duty, alone, at night, a plan never asks whom the patient opposes, and says why.
func TestNobodyOpposedIsEverAsked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := needOf(rapid.SampledFrom([]nomenclature.Urgency{nomenclature.U0, nomenclature.U2, nomenclature.U4}).Draw(t, "urgency"), 5*time.Hour)
		if rapid.Bool().Draw(t, "line") {
			n.Line = "line"
		}
		var who []request.Candidate
		opposed := map[string]bool{}
		for i := range rapid.IntRange(1, 12).Draw(t, "people") {
			who = append(who, nurse(i, func(c *request.Candidate) {
				c.Opposed, c.Usual, c.LeftOut, c.Wakes = rapid.Bool().Draw(t, "opposed"), rapid.Bool().Draw(t, "usual"), rapid.Bool().Draw(t, "left"), true
				if n.Line != "" {
					c.Line, c.LineMode, c.LineRank = n.Line, rota.InOrder, i+1
				}
				opposed[c.Subject.ID] = c.Opposed
			}))
		}
		s := territory.Defaults()
		s.Waves = rapid.Bool().Draw(t, "waves")
		plan := request.MakePlan(n, who, s, monday, monday)
		for _, w := range plan.Waves {
			for _, j := range w.Who {
				if opposed[j.Subject.ID] {
					t.Fatalf("%s is asked", j.Subject.ID)
				}
			}
		}
		for _, j := range plan.Judged {
			if opposed[j.Subject.ID] != (j.Verdict == request.VerdictOpposed) {
				t.Fatalf("%s: %s", j.Subject.ID, j.Verdict)
			}
		}
	})
}
