package request_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
)

var (
	paris  = civil.ZoneOf("91174")
	monday = time.Date(2026, 3, 16, 10, 20, 0, 0, paris.Loc)
)

func nurse(n int, change ...func(*request.Candidate)) request.Candidate {
	c := request.Candidate{Candidate: directory.Candidate{
		Subject: directory.Subject{Kind: directory.KindProfessional, ID: fmt.Sprintf("n%03d", n)}, Name: fmt.Sprintf("Nurse %d", n),
		Profession: nomenclature.Nurse, Covers: true, Reaches: true, Km: float64(n),
	}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func usual(c *request.Candidate)   { c.Usual = true }
func first(c *request.Candidate)   { c.First = true }
func leftOut(c *request.Candidate) { c.LeftOut = true }
func again(c *request.Candidate)   { c.Again = true }

// hurried is a need answered within d.
func hurried(n request.Need, d time.Duration) request.Need {
	n.RespondWithin = d
	return n
}

// needOf is a request of the urgency, asked on Monday at 10:20, whose care is wanted in start.
func needOf(u nomenclature.Urgency, start time.Duration) request.Need {
	t := request.DefaultTimes(u, territory.Defaults(), monday.Add(start), monday, paris)
	return request.Need{
		Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"}, Mode: nomenclature.HomeVisit, Urgency: u, Commune: "91174",
		StartAt: t.StartAt, StartBy: t.StartBy, RespondWithin: t.RespondWithin, Zone: paris,
	}
}

func names(p request.Plan) (out []string) {
	for i, w := range p.Waves {
		line := fmt.Sprintf("%d@%s:", i+1, w.At.Sub(monday))
		for _, j := range w.Who {
			line += " " + j.Subject.ID
		}
		out = append(out, line)
	}
	return out
}

func TestPlans(t *testing.T) {
	waves := territory.Defaults()
	waves.Waves = true
	waves.WaveSizes = []int{1, 2}
	inOrder := func(rank int) func(*request.Candidate) {
		return func(c *request.Candidate) { c.Line, c.LineMode, c.LineRank, c.Reaches = "l", rota.InOrder, rank, false }
	}
	together := func(rank int) func(*request.Candidate) {
		return func(c *request.Candidate) {
			c.Line, c.LineMode, c.LineRank, c.Reaches = "l", rota.Together, rank, false
		}
	}
	far := func(c *request.Candidate) { c.Reaches, c.Covers, c.Km = false, false, 60 }
	away := func(c *request.Candidate) {
		c.Absences = []directory.Absence{{From: monday.Add(-time.Hour), To: monday.Add(72 * time.Hour)}}
	}
	tests := []struct {
		name string
		need request.Need
		who  []request.Candidate
		s    territory.Settings
		want []string
	}{
		{"everyone at once when nobody is usual", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(2), nurse(1)}, territory.Defaults(), []string{"1@0s: n001 n002"}},
		{"usual first, the others at half of the delay", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(9, usual)}, territory.Defaults(), []string{"1@0s: n009", "2@1h0m0s: n001"}},
		{"as soon as possible in the day still leaves the usual team its window", needOf(nomenclature.U2, 0), []request.Candidate{nurse(1), nurse(9, usual)}, territory.Defaults(), []string{"1@0s: n009", "2@1h0m0s: n001"}},
		{"usual whatever the distance", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(9, usual, far), nurse(3, far)}, territory.Defaults(), []string{"1@0s: n009", "2@1h0m0s: n001"}},
		{"who carried the series renewed is alone before the usual team, wherever he works", needOf(nomenclature.U2, 3*time.Hour),
			[]request.Candidate{nurse(1), nurse(9, usual), nurse(7, first, far)}, territory.Defaults(), []string{"1@0s: n007", "2@1h0m0s: n009 n001"}},
		{"who carried the series is away: the usual team has its window", needOf(nomenclature.U2, 3*time.Hour),
			[]request.Candidate{nurse(1), nurse(9, usual), nurse(7, first, away)}, territory.Defaults(), []string{"1@0s: n009", "2@1h0m0s: n001"}},
		{"usual away: window skipped", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(9, usual, away)}, territory.Defaults(), []string{"1@0s: n001"}},
		{"no window for U0", needOf(nomenclature.U0, 0), []request.Candidate{nurse(1), nurse(9, usual)}, territory.Defaults(), []string{"1@0s: n009 n001"}},
		{"no window on short notice", needOf(nomenclature.U2, 90*time.Minute), []request.Candidate{nurse(1), nurse(9, usual)}, territory.Defaults(), []string{"1@0s: n009 n001"}},
		{"waves where the territory turns them on", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(2), nurse(3), nurse(4), nurse(5)}, waves,
			[]string{"1@0s: n001", "2@40m0s: n002 n003", "3@1h20m0s: n004 n005"}},
		{"left out while somebody else matches", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1, leftOut), nurse(2)}, territory.Defaults(), []string{"1@0s: n002"}},
		{"left out comes back when alone", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1, leftOut)}, territory.Defaults(), []string{"1@0s: n001"}},
		{"those asked before the need changed first, the others soon after", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(5, again), nurse(4, again)}, territory.Defaults(), []string{"1@0s: n004 n005", "2@5m0s: n001"}},
		{"with the usual team, even who is new in it", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(5, again), nurse(9, usual)}, territory.Defaults(), []string{"1@0s: n009 n005", "2@5m0s: n001"}},
		{"the usual team alone keeps its window", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(1), nurse(9, usual, again)}, territory.Defaults(), []string{"1@0s: n009", "2@1h0m0s: n001"}},
		{"nobody else matches the changed need", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(4, again)}, territory.Defaults(), []string{"1@0s: n004"}},
		{"everyone at once when a changed need is immediate", needOf(nomenclature.U0, 0), []request.Candidate{nurse(1), nurse(5, again)}, territory.Defaults(), []string{"1@0s: n005 n001"}},
		{"the others within the delay, however short", hurried(needOf(nomenclature.U1, 3*time.Hour), 4*time.Minute), []request.Candidate{nurse(1), nurse(5, again)}, territory.Defaults(), []string{"1@0s: n005", "2@2m0s: n001"}},
		{"line in order, one after another", withLine(needOf(nomenclature.U1, 0)), []request.Candidate{nurse(1, inOrder(2)), nurse(2, inOrder(1))}, territory.Defaults(), []string{"1@0s: n002", "2@5m0s: n001"}},
		{"line together", withLine(needOf(nomenclature.U1, 0)), []request.Candidate{nurse(1, together(2)), nurse(2, together(1))}, territory.Defaults(), []string{"1@0s: n002 n001"}},
		{"nobody", needOf(nomenclature.U2, 3*time.Hour), []request.Candidate{nurse(3, far)}, territory.Defaults(), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := names(request.MakePlan(tt.need, tt.who, tt.s, monday, monday))
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}

func withLine(n request.Need) request.Need {
	n.Line = "l"
	return n
}

func TestDeadlines(t *testing.T) {
	evening := time.Date(2026, 3, 16, 20, 0, 0, 0, paris.Loc)
	tests := []struct {
		name    string
		urgency nomenclature.Urgency
		at      time.Time
		start   time.Time
		replyBy time.Time
	}{
		{"U2 in the morning", nomenclature.U2, monday, time.Time{}, monday.Add(2 * time.Hour)},
		{"U0 in the evening", nomenclature.U0, evening, time.Time{}, evening.Add(10 * time.Minute)},
		{"U2 in the evening sleeps from 21:00 to 7:00", nomenclature.U2, evening, time.Time{}, time.Date(2026, 3, 17, 8, 0, 0, 0, paris.Loc)},
		{"U1 in the evening does not", nomenclature.U1, evening, time.Time{}, evening.Add(20 * time.Minute)},
		{"planned tomorrow at noon", nomenclature.Planned, monday, monday.Add(26 * time.Hour), time.Date(2026, 3, 17, 10, 20, 0, 0, paris.Loc)},
		{"planned for the night is answered before it", nomenclature.Planned, evening, evening.Add(9 * time.Hour), evening.Add(time.Hour)},
		{"asked in the night for the same night", nomenclature.Planned, evening.Add(2 * time.Hour), evening.Add(9 * time.Hour), evening.Add(9 * time.Hour)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := territory.Defaults()
			d := request.DefaultTimes(tt.urgency, s, tt.start, tt.at, paris)
			n := request.Need{Urgency: tt.urgency, StartAt: d.StartAt, StartBy: d.StartBy, RespondWithin: d.RespondWithin, Zone: paris}
			if got := request.ReplyBy(n, s, tt.at); !got.Equal(tt.replyBy) {
				t.Errorf("reply by %v, want %v", got.In(paris.Loc), tt.replyBy)
			}
		})
	}
}

// A plan never names one person twice nor an ineligible one; its waves follow each
// other and begin before the deadline; everyone eligible is asked.
func TestPlanProperties(t *testing.T) {
	urgencies := []nomenclature.Urgency{nomenclature.U0, nomenclature.U1, nomenclature.U2, nomenclature.U3, nomenclature.U4, nomenclature.Planned}
	rapid.Check(t, func(t *rapid.T) {
		s := territory.Defaults()
		s.Waves = rapid.Bool().Draw(t, "waves")
		n := needOf(rapid.SampledFrom(urgencies).Draw(t, "urgency"), time.Duration(rapid.IntRange(0, 72).Draw(t, "hours"))*time.Hour)
		opened := monday.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minutes")) * time.Minute)
		var who []request.Candidate
		for range rapid.IntRange(0, 40).Draw(t, "people") {
			who = append(who, nurse(rapid.IntRange(0, 30).Draw(t, "id"), func(c *request.Candidate) {
				c.Usual, c.LeftOut = rapid.Bool().Draw(t, "usual"), rapid.Bool().Draw(t, "left")
				c.Reaches, c.Wakes = rapid.Bool().Draw(t, "reaches"), rapid.Bool().Draw(t, "wakes")
				if rapid.Bool().Draw(t, "busy") {
					c.BusyUntil = opened.Add(1000 * time.Hour)
				}
			}))
		}
		p := request.MakePlan(n, who, s, opened, opened)
		seen := map[directory.Subject]bool{}
		for i, w := range p.Waves {
			if len(w.Who) == 0 {
				t.Fatalf("wave %d is empty", i+1)
			}
			if w.At.Before(opened) || i > 0 && w.At.Before(p.Waves[i-1].At) {
				t.Fatalf("wave %d at %v does not follow", i+1, w.At)
			}
			for _, j := range w.Who {
				if seen[j.Subject] {
					t.Fatalf("%s is named twice", j.Subject.ID)
				}
				seen[j.Subject] = true
				if v := request.Judge(n, j.Candidate, s, opened); v != request.VerdictAsked || j.Wave != i+1 {
					t.Fatalf("%s is asked and %s", j.Subject.ID, v)
				}
			}
		}
		for _, j := range p.Judged {
			if !seen[j.Subject] && j.Verdict == request.VerdictAsked {
				t.Fatalf("%s is eligible and not asked", j.Subject.ID)
			}
		}
	})
}

func TestSentences(t *testing.T) {
	r := request.Request{
		Mode: nomenclature.HomeVisit, Acts: []nomenclature.ActCode{"IDE01", "IDE10"}, Commune: "91174", StartAt: monday.AddDate(0, 0, 1),
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}},
	}
	got := r.Sentence(french)
	want := "Visite à domicile, Injection sous-cutanée (s/c) ou intramusculaire (IM) / Retrait d’agrafes ou de fils (≤ 10, > 10) pendant 3\u00a0j [1\u00a0passage par jour, à partir du mardi 17 mars]"
	if plain(got) != plain(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r.Care.Days = 0
	if got := r.Sentence(french); !contains(got, "durée non précisée") {
		t.Errorf("a duration of 0 days reads %q", got)
	}
	full := r.FullSentence(french, request.Details{Motive: "SUITE CESARIENNE\nA UNE SAGE-FEMME", Maternity: &request.Maternity{PostPartum: true}})
	if !contains(full, "SUITE CESARIENNE // A UNE SAGE-FEMME // Visite à domicile") || !contains(full, "Post-partum") {
		t.Errorf("got %s", full)
	}
}

// Who released or declined comes back when nobody else matches, whatever else keeps people
// from being asked: somebody who does not match is never preferred to him, nor counted.
func TestLeftOutHoldsWithEveryOtherRule(t *testing.T) {
	capped := territory.Defaults()
	capped.AlertsCapOn = true
	inNetwork := needOf(nomenclature.U2, 3*time.Hour)
	inNetwork.Networks = []string{"CPTS"}
	in := func(c *request.Candidate) { c.Networks = []string{"cpts"} }
	barred := func(c *request.Candidate) { c.Barred = true }
	enough := func(c *request.Candidate) { c.Alerts = 6 }
	replaces := func(c *request.Candidate) { c.Usual, c.Replaces = true, "Nurse 9" }
	line := func(rank int) func(*request.Candidate) {
		return func(c *request.Candidate) { c.Line, c.LineMode, c.LineRank = "l", rota.InOrder, rank }
	}
	plain := needOf(nomenclature.U2, 3*time.Hour)
	for _, tt := range []struct {
		name string
		need request.Need
		s    territory.Settings
		who  []request.Candidate
		want []string
	}{
		{"a network: the other member first", inNetwork, capped, []request.Candidate{nurse(1, in, leftOut), nurse(2, in), nurse(3)}, []string{"1@0s: n002"}},
		{"a network: those outside of it are nobody else", inNetwork, capped, []request.Candidate{nurse(1, in, leftOut), nurse(3)}, []string{"1@0s: n001"}},
		{"a border: those beyond it are nobody else", plain, capped, []request.Candidate{nurse(1, leftOut), nurse(3, barred)}, []string{"1@0s: n001"}},
		{"a cap: those who had enough are nobody else", plain, capped, []request.Candidate{nurse(1, leftOut), nurse(3, enough)}, []string{"1@0s: n001"}},
		{"a cap: who had enough does not come back", plain, capped, []request.Candidate{nurse(1, leftOut, enough)}, nil},
		{"a replacement who released, others first", plain, capped, []request.Candidate{nurse(1, replaces, leftOut), nurse(2)}, []string{"1@0s: n002"}},
		{"a replacement who released, alone", plain, capped, []request.Candidate{nurse(1, replaces, leftOut)}, []string{"1@0s: n001"}},
		{"a replacement for another who released", plain, capped, []request.Candidate{nurse(1, usual, leftOut), nurse(2, replaces), nurse(3)}, []string{"1@0s: n002", "2@1h0m0s: n003"}},
		{"a line: the next in turn", withLine(needOf(nomenclature.U1, 0)), capped, []request.Candidate{nurse(1, line(1), leftOut), nurse(2, line(2)), nurse(3, line(3))}, []string{"1@0s: n002", "2@5m0s: n003"}},
		{"a line: all of them again", withLine(needOf(nomenclature.U1, 0)), capped, []request.Candidate{nurse(1, line(1), leftOut), nurse(2, line(2), leftOut)}, []string{"1@0s: n001", "2@5m0s: n002"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := names(request.MakePlan(tt.need, tt.who, tt.s, monday, monday)); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}
