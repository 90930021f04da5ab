package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// livingIn asks for a patient of a commune.
func livingIn(commune territory.CommuneCode) func(*request.Ask) {
	return func(a *request.Ask) { a.NewPatient = testkit.PatientIn(commune, "Exemple") }
}

// rule changes the rules of the territory of the house.
func rule(h *testkit.House, pairs ...string) {
	h.T.Helper()
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	_, err := h.Territories.Save(h.As(actor.System("test")), testkit.Territory, territory.Edit{Values: values})
	h.Must(err)
}

// since are the messages that a phone received from an instant on.
func since(p *testkit.Person, t time.Time) (out []fakephone.Message) {
	for _, m := range p.Phones() {
		if !m.At.Before(t) {
			out = append(out, m)
		}
	}
	return out
}

// sent are the instants at which something left for a person, by any channel, from an instant on.
func sent(h *testkit.House, p *testkit.Person, t time.Time) (out []time.Time) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		all, err := db.All(tx, db.Value[int64], `SELECT sent FROM delivery WHERE subject = $1 AND sent >= $2 ORDER BY sent`, p.Subject.ID, db.Ms(t))
		for _, ms := range all {
			out = append(out, db.At(ms))
		}
		return err
	}))
	return out
}

// Wherever the patient lives, and whatever the clocks do that night: what can wait is asked
// in the evening and read in the morning, nothing rings in the night of that place, the
// deadline leaves the whole delay awake, and the search ends with its reason; what cannot
// wait reaches at once those who accept to be woken, and them only.
func TestNightsEverywhere(t *testing.T) {
	for _, place := range []struct {
		code     territory.CommuneCode
		evenings []string // by the clocks of the place
	}{
		{"91174", []string{"2026-03-28 20:30", "2026-10-24 20:30", "2027-03-28 02:30", "2027-10-31 02:30", "2028-02-28 20:59", "2028-02-29 22:00"}},
		{"67482", []string{"2026-04-02 23:00", "2026-12-25 20:00"}},
		{"97411", []string{"2026-03-28 22:10", "2026-12-19 20:00"}},
		{"97209", []string{"2026-05-21 20:15", "2026-10-25 03:00"}},
	} {
		t.Run(string(place.code), func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, h *testkit.House) {
				zone := civil.ZoneOf(string(place.code))
				ward := h.Ward("Maternité A")
				sleeper := h.Professional(testkit.Professional{Name: "Dort", Commune: string(place.code)})
				waker := h.Professional(testkit.Professional{Name: "Veille", Commune: string(place.code), Wakes: true})
				for _, text := range place.evenings {
					at, err := time.ParseInLocation("2006-01-02 15:04", text, zone.Loc)
					h.Must(err)
					h.Until(at)
					r := ward.Asks(livingIn(place.code), testkit.Urgency(nomenclature.U2))
					h.Until(r.ReplyBy.Add(-time.Minute))
					morning := at
					if end, night := civil.NightEnd(at, civil.DefaultNight, zone.Loc); night {
						morning = end
					}
					for _, p := range []*testkit.Person{sleeper, waker} {
						rang := since(p, at)
						if len(rang) == 0 || !rang[0].At.Equal(morning) {
							t.Errorf("%s: asked at %s, %s first hears at %v, want %v", text, at, p.Name, rang, morning)
						}
					}
					if awake := civil.Awake(at, r.ReplyBy, civil.DefaultNight, zone.Loc); awake != 2*time.Hour {
						t.Errorf("%s: they have %v awake", text, awake)
					}
					h.Until(r.ReplyBy)
					if sh := ward.Sees(r); sh.State != request.Unfilled || sh.Reason != string(nomenclature.NoAnswer) {
						t.Errorf("%s: the request is %s because %s", text, sh.State, sh.Reason)
					}
					h.Forward(30 * time.Minute)
					for _, p := range []*testkit.Person{sleeper, waker, ward} {
						for _, m := range since(p, at) {
							if civil.DefaultNight.Contains(m.At, zone.Loc) {
								t.Errorf("%s: %s is woken at %v by %q", text, p.Name, m.At.In(zone.Loc), m.Title)
							}
						}
					}
				}
				night := civil.DayOf(h.Clock.Now(), zone.Loc).Add(1)
				at := civil.First(night, 3*60, zone.Loc)
				h.Until(at)
				urgent := ward.Asks(livingIn(place.code), testkit.Urgency(nomenclature.U1))
				h.Until(urgent.ReplyBy)
				if len(since(sleeper, at)) != 0 || len(since(waker, at)) == 0 || !since(waker, at)[0].At.Equal(at) {
					t.Errorf("at three, who sleeps hears %v and who accepts it %v", since(sleeper, at), since(waker, at))
				}
			})
		})
	}
}

// A message that fails in the evening, or that nobody has seen, is not tried again in the
// night: the next channel waits for the morning too.
func TestNothingIsTriedAgainAtNight(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		at := time.Date(2026, 3, 16, 20, 55, 0, 0, civil.Paris())
		h.Until(at)
		ward.Asks(testkit.Urgency(nomenclature.U2))
		h.Forward(9 * time.Hour)
		if rang := sent(h, nurse, at); len(rang) != 1 || !rang[0].Equal(at) {
			t.Errorf("before the night and during it: %v", rang)
		}
		h.Forward(90 * time.Minute)
		if rang := sent(h, nurse, at); len(rang) != 2 || rang[1].In(civil.Paris()).Hour() != 7 {
			t.Errorf("in the morning: %v", rang)
		}
	})
}

// Quiet hours govern alerts and not matching: who rests at noon is asked at noon, reads it
// in his lists, and hears of it at two; what cannot wait passes him by, since he would not hear.
func TestQuietHoursOfAPerson(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		rests := h.Professional(testkit.Professional{Name: "Sieste", Quiet: civil.Night{From: 12 * 60, To: 14 * 60}})
		other := h.Nurse("Autre")
		noon := time.Date(2026, 3, 16, 12, 30, 0, 0, civil.Paris())
		h.Until(noon)
		r := ward.Asks(testkit.Urgency(nomenclature.U3))
		if asked := h.Asked(supervisor, r); len(asked) != 2 {
			t.Fatalf("asked at noon: %v", asked)
		}
		home, err := h.Requests.Home(rests.Ctx())
		h.Must(err)
		if len(home.Waiting) != 1 || len(since(rests, noon)) != 0 || len(since(other, noon)) == 0 {
			t.Errorf("at noon: %d in his list, %d messages, %d for the other", len(home.Waiting), len(since(rests, noon)), len(since(other, noon)))
		}
		urgent := ward.Asks(testkit.Urgency(nomenclature.U1))
		if asked := h.Asked(supervisor, urgent); len(asked) != 1 || verdicts(supervisor, urgent)[rests.Subject] != request.VerdictAsleep {
			t.Errorf("what cannot wait asks %v", asked)
		}
		h.Forward(2 * time.Hour)
		if rang := since(rests, noon); len(rang) == 0 || rang[0].At.In(civil.Paris()).Hour() != 14 {
			t.Errorf("after his rest: %v", rang)
		}
		// What he is told otherwise respects them as well.
		other.Accepts(r)
		h.Until(noon.AddDate(0, 0, 1))
		h.Usual(r.Patient, rests)
		other.Starts(r)
		other.Reports(r, "Tout va bien")
		if rang := since(rests, noon.AddDate(0, 0, 1)); len(rang) != 0 || rests.Told(notify.RequestReport) != 1 {
			t.Errorf("told at noon: %v", rang)
		}
	})
}

// At night the circle of a patient is told in the morning of what could not wait.
func TestTheCircleSleeps(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, gp := h.Ward("Maternité A"), h.Doctor("Traitant")
		waker := h.Professional(testkit.Professional{Name: "Veille", Wakes: true})
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, gp)
		at := time.Date(2026, 3, 17, 3, 0, 0, 0, civil.Paris())
		h.Until(at)
		r := ward.Asks(testkit.For(first.Patient), testkit.Urgency(nomenclature.U1))
		waker.Accepts(r)
		h.Forward(2 * time.Hour)
		if len(since(ward, at)) == 0 || len(since(gp, at)) != 0 {
			t.Errorf("in the night the ward hears %v and the doctor %v", since(ward, at), since(gp, at))
		}
		h.Forward(3 * time.Hour)
		if rang := since(gp, at); len(rang) == 0 || rang[0].At.In(civil.Paris()).Hour() != 7 {
			t.Errorf("in the morning the doctor hears %v", rang)
		}
	})
}

// Where the territory says so, a person is asked so many times a day and no more: he is
// left in peace with that reason, save by his own patients and what cannot wait, and the
// count begins again the next day. Everybody reads his count, everywhere.
func TestDailyCap(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, supervisor := h.Ward("Maternité A"), h.Nurse("Un"), h.Supervisor(actor.RoleSupervisorNurse)
		known := ward.Asks()
		ward.Cancels(known)
		h.Usual(known.Patient, nurse)
		for range 2 {
			ward.Asks(testkit.Urgency(nomenclature.U3))
		}
		alerts := func() request.Alerts {
			a, err := h.Requests.AlertsOf(nurse.Ctx(), nurse.Subject)
			h.Must(err)
			return a
		}
		if a := alerts(); a != (request.Alerts{Today: 3}) {
			t.Errorf("without a limit: %+v", a)
		}
		rule(h, "alerts.cap_on", "true", "alerts.cap", "4")
		h.Nurse("Deux")
		fourth, fifth := ward.Asks(testkit.Urgency(nomenclature.U3)), ward.Asks(testkit.Urgency(nomenclature.U3))
		if nurse.OfferOn(fourth) == "" || nurse.OfferOn(fifth) != "" || verdicts(supervisor, fifth)[nurse.Subject] != request.VerdictCapped {
			t.Errorf("the fourth asks her %q, the fifth %q because %v", nurse.OfferOn(fourth), nurse.OfferOn(fifth), verdicts(supervisor, fifth))
		}
		if a := alerts(); a != (request.Alerts{Today: 4, Cap: 4}) {
			t.Errorf("with a limit: %+v", a)
		}
		preview, err := h.Requests.Preview(ward.Ctx(), testkit.Ask(h, testkit.Urgency(nomenclature.U3)))
		h.Must(err)
		if preview.NotAsked[request.VerdictCapped] != 1 {
			t.Errorf("before it is sent: %v", preview.NotAsked)
		}
		if r := ward.Asks(testkit.Urgency(nomenclature.U1)); nurse.OfferOn(r) == "" {
			t.Error("what cannot wait is held back")
		}
		if r := ward.Asks(testkit.For(known.Patient), testkit.Urgency(nomenclature.U3)); nurse.OfferOn(r) == "" {
			t.Error("her own patient is held back")
		}
		// What is asked in the evening rings tomorrow, and counts for tomorrow.
		h.Until(time.Date(2026, 3, 16, 22, 0, 0, 0, civil.Paris()))
		for i := range 5 {
			r := ward.Asks(testkit.Urgency(nomenclature.U3))
			if asked := h.Offers(r)[nurse.Subject] != ""; asked != (i < 4) { // unread: what was read does not ring
				t.Errorf("in the evening, request %d asks her: %v", i+1, asked)
			}
		}
		h.Until(time.Date(2026, 3, 17, 7, 5, 0, 0, civil.Paris()))
		if a := alerts(); a != (request.Alerts{Today: 4, Cap: 4}) {
			t.Errorf("the next morning: %+v", a)
		}
	})
}

// When everyone asked rests until after the deadline, the desk is told at once: nothing
// expires unseen. One who would hear in time is enough.
func TestTheDeskKnowsThatNobodyWillHear(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		h.Professional(testkit.Professional{Name: "Sieste", Quiet: civil.Night{From: 12 * 60, To: 16 * 60}})
		h.Until(time.Date(2026, 3, 16, 12, 30, 0, 0, civil.Paris()))
		later := func(a *request.Ask) { a.Urgency, a.Start = nomenclature.U2, h.Clock.Now().Add(6*time.Hour) }
		ward.Asks(later)
		if h.DeskTold(notify.RequestShort) != 1 {
			t.Fatal("nobody will hear in two hours, and the desk does not know")
		}
		h.Nurse("Autre")
		ward.Asks(later)
		if h.DeskTold(notify.RequestShort) != 1 {
			t.Error("somebody hears, and the desk is told all the same")
		}
	})
}
