package request_test

import (
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

// corners are instants around which time is not ordinary: the changes of clocks, leap days,
// the ends of years, the public holidays that some places only have.
var corners = []time.Time{
	time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC), time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC),
	time.Date(2027, 10, 31, 1, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC),
	time.Date(2026, 4, 3, 8, 0, 0, 0, time.UTC), time.Date(2026, 12, 26, 8, 0, 0, 0, time.UTC), time.Date(2026, 12, 20, 8, 0, 0, 0, time.UTC),
}

// places are Corbeil-Essonnes, Strasbourg, Saint-Denis of Réunion, Fort-de-France and Papeete.
var places = []string{"91174", "67482", "97411", "97209", "98735"}

// drawnPlan is a plan of a request asked somewhere, near a corner, and what it was made from.
type drawnPlan struct {
	n      request.Need
	s      territory.Settings
	opened time.Time
	request.Plan
}

func drawPlan(t *rapid.T) drawnPlan {
	d := drawnPlan{s: territory.Defaults()}
	d.s.Waves = rapid.Bool().Draw(t, "waves")
	d.s.Night = rapid.SampledFrom([]civil.Night{civil.DefaultNight, {From: 22 * 60, To: 6 * 60}, {From: 60, To: 4 * 60}, {From: 2 * 60, To: 3 * 60}, {From: 20 * 60, To: 9*60 + 30}}).Draw(t, "night")
	zone := civil.ZoneOf(rapid.SampledFrom(places).Draw(t, "place"))
	d.opened = rapid.SampledFrom(corners).Draw(t, "corner").Add(time.Duration(rapid.IntRange(-36*60, 36*60).Draw(t, "minutes")) * time.Minute)
	u := rapid.SampledFrom([]nomenclature.Urgency{nomenclature.U0, nomenclature.U1, nomenclature.U2, nomenclature.U3, nomenclature.U4, nomenclature.Planned}).Draw(t, "urgency")
	start := d.opened.Add(time.Duration(rapid.IntRange(0, 96*60).Draw(t, "wanted")) * time.Minute)
	times := request.DefaultTimes(u, d.s, start, d.opened, zone)
	d.n = request.Need{
		Profession: nomenclature.Nurse, Mode: nomenclature.HomeVisit, Urgency: u, StartAt: times.StartAt, StartBy: times.StartBy, RespondWithin: times.RespondWithin, Zone: zone,
	}
	line := rapid.Bool().Draw(t, "line")
	if line {
		d.n.Line = "l"
	}
	var who []request.Candidate
	for i := range rapid.IntRange(1, 30).Draw(t, "people") {
		who = append(who, nurse(i, func(c *request.Candidate) {
			c.Usual, c.Wakes = !line && i < 3 && rapid.Bool().Draw(t, "usual"), rapid.Bool().Draw(t, "wakes")
			if line {
				c.Line, c.LineMode, c.LineRank = "l", rota.InOrder, i
			}
		}))
	}
	d.Plan = request.MakePlan(d.n, who, d.s, d.opened, d.opened)
	return d
}

// asleep tells whether the territory sleeps at t; the instant at which a night begins is still awake.
func (d drawnPlan) asleep(t time.Time) bool {
	return d.s.Night.Contains(t, d.n.Zone.Loc) && d.s.Night.Contains(t.Add(-time.Millisecond), d.n.Zone.Loc)
}

func immediateOf(u nomenclature.Urgency) bool { return u == nomenclature.U0 || u == nomenclature.U1 }

// The night of the territory counts in nothing for what can wait: no wave opens and no
// deadline falls while it sleeps, the whole delay asked for is awake, and every wave leaves
// somebody time to answer; what cannot wait takes no notice of it.
func TestNightsCountInNothingThatCanWait(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawPlan(t)
		care := d.n.StartAt
		if !care.After(d.opened) {
			care = d.n.StartBy
		}
		if d.ReplyBy.After(care) && care.After(d.opened) {
			t.Fatalf("the deadline %v is after the care %v", d.ReplyBy, care)
		}
		for i, w := range d.Waves {
			if i > 0 && !w.At.Before(d.ReplyBy) {
				t.Fatalf("wave %d opens at %v, the deadline is %v", i+1, w.At, d.ReplyBy)
			}
		}
		if immediateOf(d.n.Urgency) {
			if want := d.opened.Add(d.n.RespondWithin); !d.ReplyBy.Equal(want) && !d.ReplyBy.Equal(care) {
				t.Fatalf("%s is due at %v, want %v", d.n.Urgency, d.ReplyBy, want)
			}
			return
		}
		want := d.n.RespondWithin
		if care.After(d.opened) {
			want = min(want, civil.Awake(d.opened, care, d.s.Night, d.n.Zone.Loc))
		}
		if awake := civil.Awake(d.opened, d.ReplyBy, d.s.Night, d.n.Zone.Loc); awake != want {
			t.Fatalf("people have %v awake to answer, want %v", awake, want)
		}
		if d.asleep(d.ReplyBy) && !d.ReplyBy.Equal(care) {
			t.Fatalf("it expires at %v, while the territory sleeps", d.ReplyBy.In(d.n.Zone.Loc))
		}
		for i, w := range d.Waves {
			if i > 0 && d.asleep(w.At) {
				t.Fatalf("wave %d opens at %v, while the territory sleeps", i+1, w.At.In(d.n.Zone.Loc))
			}
		}
		if civil.Awake(d.opened, care, d.s.Night, d.n.Zone.Loc) == 0 && !d.ShortNotice {
			t.Fatal("nobody is awake before the care, and the desk is not told")
		}
	})
}

// What cannot wait wakes nobody who sleeps: neither in the night of the territory nor in
// one's own quiet hours, save those on duty and those who accept it.
func TestNobodyIsWoken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawPlan(t)
		c := nurse(1, func(c *request.Candidate) {
			c.Wakes, c.OnDuty = rapid.Bool().Draw(t, "accepts"), rapid.Bool().Draw(t, "duty")
			c.Quiet = rapid.SampledFrom([]civil.Night{{}, {From: 12 * 60, To: 14 * 60}, {From: 20 * 60, To: 8 * 60}}).Draw(t, "quiet")
			c.Commune = territory.CommuneCode(rapid.SampledFrom(places).Draw(t, "works"))
		})
		d.n.Line = ""
		sleeps := d.s.Night.Contains(d.opened, d.n.Zone.Loc) || c.Quiet.Contains(d.opened, civil.ZoneOf(string(c.Commune)).Loc)
		asked := request.Judge(d.n, c, d.s, d.opened) == request.VerdictAsked
		want := !immediateOf(d.n.Urgency) || !sleeps || c.Wakes || c.OnDuty
		if asked != want {
			t.Fatalf("%s at %v: asked %v, sleeps %v, accepts %v, on duty %v", d.n.Urgency, d.opened, asked, sleeps, c.Wakes, c.OnDuty)
		}
	})
}

// A cap holds back what can wait from whoever had enough, and nothing else.
func TestCap(t *testing.T) {
	s := territory.Defaults()
	s.AlertsCapOn, s.AlertsCap = true, 3
	off := territory.Defaults()
	off.AlertsCap = 3
	enough := func(n int) func(*request.Candidate) { return func(c *request.Candidate) { c.Alerts = n } }
	onLine := func(c *request.Candidate) { c.Line, c.LineMode = "l", rota.Together }
	for _, tt := range []struct {
		name string
		n    request.Need
		c    request.Candidate
		s    territory.Settings
		want request.Verdict
	}{
		{"under it", needOf(nomenclature.U2, 3*time.Hour), nurse(1, enough(2)), s, request.VerdictAsked},
		{"at it", needOf(nomenclature.U2, 3*time.Hour), nurse(1, enough(3)), s, request.VerdictCapped},
		{"the territory has none", needOf(nomenclature.U2, 3*time.Hour), nurse(1, enough(30)), off, request.VerdictAsked},
		{"at once", needOf(nomenclature.U0, 0), nurse(1, enough(30)), s, request.VerdictAsked},
		{"within hours", needOf(nomenclature.U1, 0), nurse(1, enough(30)), s, request.VerdictAsked},
		{"planned", needOf(nomenclature.Planned, 48*time.Hour), nurse(1, enough(3)), s, request.VerdictCapped},
		{"the usual team", needOf(nomenclature.U2, 3*time.Hour), nurse(1, enough(30), usual), s, request.VerdictAsked},
		{"a duty line", withLine(needOf(nomenclature.U2, 3*time.Hour)), nurse(1, enough(30), onLine), s, request.VerdictAsked},
		{"away before capped", needOf(nomenclature.U2, 3*time.Hour), nurse(1, enough(30), func(c *request.Candidate) { c.BusyUntil = monday.Add(99 * time.Hour) }), s, request.Verdict(directory.AvailableBusy)},
	} {
		if got := request.Judge(tt.n, tt.c, tt.s, monday); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
