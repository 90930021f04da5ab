package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// shift is somebody on duty from one moment after now to another.
type shift struct {
	who      *testkit.Person
	rank     int
	from, to time.Duration
}

// onDuty makes a physiotherapists' line with its shifts.
func onDuty(h *testkit.House, mode rota.Mode, shifts ...shift) rota.LineID {
	h.T.Helper()
	line := h.Line("Kiné d’astreinte", nomenclature.Physio, mode)
	now := h.Clock.Now()
	var all []rota.DutyShift
	for _, s := range shifts {
		all = append(all, rota.DutyShift{Line: line, Subject: s.who.Subject, Rank: s.rank, From: now.Add(s.from), To: now.Add(s.to)})
	}
	h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
		return rota.PutShifts(tx, line, now.Add(-24*time.Hour), now.Add(72*time.Hour), all)
	}))
	return line
}

// physios enrols physiotherapists of Corbeil-Essonnes.
func physios(h *testkit.House, names ...string) (all []*testkit.Person) {
	h.T.Helper()
	for _, n := range names {
		all = append(all, h.Professional(testkit.Professional{Name: n, Profession: nomenclature.Physio}))
	}
	return all
}

// ofLine asks a line for respiratory physiotherapy, with a reply delay.
func ofLine(line rota.LineID, u nomenclature.Urgency, within time.Duration) func(*request.Ask) {
	return func(a *request.Ask) {
		a.Profession, a.Acts, a.Care.Line, a.Urgency, a.RespondWithin = nomenclature.Physio, []nomenclature.ActCode{"MK05"}, line, u, within
		a.Start = time.Time{}
	}
}

// when tells how long after the trigger each was asked.
func when(h *testkit.House, supervisor *testkit.Person, r request.Request, people ...*testkit.Person) []time.Duration {
	h.T.Helper()
	asked := h.Asked(supervisor, r)
	var out []time.Duration
	for _, p := range people {
		if at := asked[p.Subject].Asked; at.IsZero() {
			out = append(out, -1)
		} else {
			out = append(out, at.Sub(r.Triggered))
		}
	}
	return out
}

func same(t *testing.T, what string, got []time.Duration, want ...time.Duration) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: asked after %v, want %v (-1 is never)", what, got, want)
			return
		}
	}
}

// All together, those who come on duty during the round are asked when they do; those who
// left were asked and may still say yes.
func TestDutyChangesDuringARoundTogether(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorDoctor)
		p := physios(h, "Un", "Deux", "Trois", "Quatre")
		line := onDuty(h, rota.Together, shift{p[0], 1, -time.Hour, 8 * time.Minute}, shift{p[1], 2, -time.Hour, time.Hour},
			shift{p[2], 1, 8 * time.Minute, time.Hour}, shift{p[3], 1, 30 * time.Minute, time.Hour})
		r := ward.Asks(ofLine(line, nomenclature.U1, 20*time.Minute))
		h.Forward(19 * time.Minute)
		same(t, "all together", when(h, supervisor, r, p...), 0, 0, 8*time.Minute, -1)
		if got := p[0].Accepts(r); got.State != request.Accepted {
			t.Errorf("who was on duty may not say yes any more: %s", got.State)
		}
		h.Forward(2 * time.Hour)
		if p[3].OfferOn(r) != "" {
			t.Error("somebody is asked after the end")
		}
	})
}

// In order, each has the shorter of five minutes and of his part of the delay; whoever left
// duty before his turn is passed over, whoever came takes his rank.
func TestDutyChangesDuringARoundInOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorDoctor)
		p := physios(h, "Un", "Deux", "Trois", "Quatre", "Cinq")
		line := onDuty(h, rota.InOrder, shift{p[0], 1, -time.Hour, 4 * time.Minute}, shift{p[1], 2, -time.Hour, 4 * time.Minute},
			shift{p[2], 3, 4 * time.Minute, 2 * time.Hour}, shift{p[3], 4, 4 * time.Minute, 2 * time.Hour}, shift{p[4], 5, 25 * time.Minute, 2 * time.Hour})
		r := ward.Asks(ofLine(line, nomenclature.U1, 40*time.Minute))
		h.Forward(39 * time.Minute)
		same(t, "in order", when(h, supervisor, r, p...), 0, -1, 5*time.Minute, 10*time.Minute, 25*time.Minute)

		h.Until(r.ReplyBy)
		again := onDuty(h, rota.InOrder, shift{p[0], 1, -time.Hour, time.Hour}, shift{p[1], 2, -time.Hour, time.Hour}, shift{p[2], 3, -time.Hour, time.Hour})
		r = ward.Asks(ofLine(again, nomenclature.U1, 12*time.Minute))
		h.Forward(11 * time.Minute)
		same(t, "a delay of twelve minutes", when(h, supervisor, r, p[:3]...), 0, 4*time.Minute, 8*time.Minute)

		// A refusal gives its turn to the next one at once.
		r = ward.Asks(ofLine(again, nomenclature.U1, 12*time.Minute))
		h.Forward(time.Minute)
		p[0].Declines(r)
		p[1].Declines(r)
		same(t, "refusals", when(h, supervisor, r, p[:3]...), 0, time.Minute, time.Minute)
		p[2].Declines(r)
		if sh := ward.Sees(r); sh.State != request.Unfilled || sh.Reason != string(nomenclature.AllDeclined) {
			t.Errorf("after three refusals the request is %s because %s", sh.State, sh.Reason)
		}
	})
}

// A line in order asked in the evening for what can wait goes on in the morning.
func TestDutyLineSleepsForWhatCanWait(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorDoctor)
		p := physios(h, "Un", "Deux", "Trois")
		h.Until(time.Date(2026, 3, 16, 20, 57, 0, 0, civil.Paris()))
		line := onDuty(h, rota.InOrder, shift{p[0], 1, -time.Hour, 48 * time.Hour}, shift{p[1], 2, -time.Hour, 48 * time.Hour}, shift{p[2], 3, -time.Hour, 48 * time.Hour})
		r := ward.Asks(ofLine(line, nomenclature.U2, 2*time.Hour))
		h.Forward(12 * time.Hour)
		night := 10 * time.Hour
		same(t, "over a night", when(h, supervisor, r, p...), 0, night+5*time.Minute, night+10*time.Minute)
	})
}

// At night what cannot wait wakes those who accept it and those on duty, whatever line they
// are on duty on; on a public holiday, those on duty and those whose hours say so.
func TestWhoIsOnDutyIsReached(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorDoctor)
		hours := []civil.Window{{Days: civil.Weekdays | civil.NoHolidays, From: 8 * 60, To: 19 * 60}}
		on := h.Professional(testkit.Professional{Name: "Astreinte", Profession: nomenclature.Physio, Windows: hours})
		off := h.Professional(testkit.Professional{Name: "Repos", Profession: nomenclature.Physio, Windows: hours})
		wakes := h.Professional(testkit.Professional{Name: "Réveil", Profession: nomenclature.Physio, Wakes: true})
		feast := h.Professional(testkit.Professional{Name: "Fête", Profession: nomenclature.Physio, Windows: []civil.Window{{Days: civil.Holidays, From: 8 * 60, To: 12 * 60}}})
		urgent := func(a *request.Ask) {
			a.Profession, a.Acts, a.Urgency, a.Start = nomenclature.Physio, []nomenclature.ActCode{"MK05"}, nomenclature.U1, time.Time{}
		}
		h.Until(time.Date(2026, 3, 17, 3, 0, 0, 0, civil.Paris()))
		onDuty(h, rota.Together, shift{on, 1, -time.Hour, time.Hour})
		asked := h.Asked(supervisor, ward.Asks(urgent))
		if len(asked) != 2 || asked[on.Subject].Asked.IsZero() || asked[wakes.Subject].Asked.IsZero() {
			t.Errorf("at three in the morning: %v", asked)
		}

		h.Until(time.Date(2026, 7, 14, 10, 0, 0, 0, civil.Paris())) // a Tuesday
		onDuty(h, rota.Together, shift{on, 1, -time.Hour, time.Hour})
		r := ward.Asks(urgent)
		asked = h.Asked(supervisor, r)
		if len(asked) != 3 || !asked[off.Subject].Asked.IsZero() || asked[on.Subject].Asked.IsZero() || asked[feast.Subject].Asked.IsZero() {
			t.Errorf("on the 14th of July: %v", asked)
		}
		if why := verdicts(supervisor, r)[off.Subject]; why != request.Verdict(directory.AvailableOutsideHours) {
			t.Errorf("who rests is %q", why)
		}
	})
}

// A line answers for its communes only.
func TestDutyLineElsewhere(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, one := h.Ward("Maternité A"), physios(h, "Un")[0]
		line := onDuty(h, rota.Together, shift{one, 1, -time.Hour, time.Hour})
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
			l, err := rota.Line(tx, line)
			if err != nil {
				return err
			}
			l.Communes = append(l.Communes, testkit.Commune(h, "Massy").Code)
			_, err = rota.PutLine(tx, l)
			return err
		}))
		r := ward.Asks(ofLine(line, nomenclature.U1, 20*time.Minute))
		if sh := ward.Sees(r); sh.State != request.Unfilled || one.OfferOn(r) != "" {
			t.Errorf("a line of Massy is asked for Corbeil-Essonnes: %s", sh.State)
		}
	})
}
