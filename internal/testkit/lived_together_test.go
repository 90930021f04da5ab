package testkit_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// Requests live together through the clock change of March, random
// acts by random people at random hours, with the house asleep now and then; afterwards
// the tables are exactly what the acts say. HISTORIES=10000 lives as many (make soak).
func TestHistoriesLivedTogether(t *testing.T) {
	wanted, err := strconv.Atoi(cmp.Or(os.Getenv("HISTORIES"), "25"))
	if err != nil {
		t.Fatal(err)
	}
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		// The Friday before the last Sunday of March: night, holiday of none, 23 hours on Sunday.
		h.Until(time.Date(2026, time.March, 27, 8, 0, 0, 0, paris))
		w := newWorld(h)
		for w.asked < wanted {
			w.step()
		}
		for range 40 {
			w.step()
		}
		h.Forward(48 * time.Hour)
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error { return w.judge(t, tx) }))
		if gaps := look(t, h); len(gaps) > 0 {
			t.Errorf("promises were broken: %v", gaps)
		}
		t.Logf("%d requests, acts done: %v", w.asked, w.did)
	})
}

var paris = civil.ZoneOf("91174").Loc

// world is a small territory in which everybody does anything.
type world struct {
	h        *testkit.House
	rng      *rand.Rand
	asking   []*testkit.Person
	caring   []*testkit.Person
	desk     *testkit.Person
	line     rota.LineID
	patients []patient.ID
	open     []request.Request
	asked    int
	did      map[string]int
}

func newWorld(h *testkit.House) *world {
	w := &world{h: h, rng: rand.New(rand.NewPCG(2017, 1)), did: map[string]int{}}
	w.asking = []*testkit.Person{h.Ward("Maternité A"), h.Ward("Chirurgie B"), h.Doctor("Demandeuse")}
	for i := range 9 {
		w.caring = append(w.caring, h.Professional(testkit.Professional{Name: fmt.Sprintf("Infirmière %d", i), Wakes: i%2 == 0}))
	}
	for i := range 3 {
		w.caring = append(w.caring, h.Professional(testkit.Professional{Name: fmt.Sprintf("Kiné %d", i), Profession: "MK"}))
	}
	w.desk = h.Supervisor(actor.RoleSupervisorNurse)
	w.line = h.Line("Astreinte", nomenclature.Nurse, rota.InOrder, w.caring[:3]...)
	for i := range 20 {
		r := w.asking[i%3].Asks(func(a *request.Ask) { a.NewPatient.FamilyName = "Exemple " + string(rune('A'+i)) })
		w.patients = append(w.patients, r.Patient)
		w.open = append(w.open, r)
		if i%3 == 0 {
			h.Usual(r.Patient, w.caring[i%len(w.caring)])
		}
	}
	w.asked = len(w.open)
	return w
}

// step lets time pass, asks for something and lets a few people act on what is open.
func (w *world) step() {
	switch w.rng.IntN(12) {
	case 0: // the house is down for a while: what was due meanwhile is late
		w.h.Clock.Advance(time.Duration(5+w.rng.IntN(180)) * time.Minute)
		w.h.Settle()
	case 1:
		w.h.Forward(time.Duration(w.rng.IntN(9*60)) * time.Minute)
	default:
		w.h.Forward(time.Duration(w.rng.IntN(20)) * time.Minute)
	}
	w.ask()
	for range 8 {
		w.act()
	}
}

func (w *world) ask() {
	urgencies := []nomenclature.Urgency{nomenclature.U0, nomenclature.U1, nomenclature.U2, nomenclature.U3, nomenclature.U4, nomenclature.Planned}
	options := []func(*request.Ask){
		testkit.For(pick(w, w.patients)),
		func(a *request.Ask) {
			a.Urgency, a.Start = pick(w, urgencies), time.Time{}
			if a.Urgency == nomenclature.Planned {
				a.Start = w.tomorrow().Add(24 * time.Hour)
			}
			switch w.rng.IntN(6) {
			case 0:
				a.Profession, a.Acts = "MK", []nomenclature.ActCode{"MK01"}
			case 1:
				a.Care.Line = w.line
			}
		},
	}
	r, err := w.h.Requests.Trigger(pick(w, w.asking).Ctx(), testkit.Ask(w.h, options...))
	if fault.CodeOf(err) == "" {
		w.h.Must(err)
	}
	if err == nil {
		w.open, w.asked = append(w.open, r), w.asked+1
	}
}

// act lets somebody do something to one of the open requests; a refusal is part of life.
func (w *world) act() {
	i := w.rng.IntN(len(w.open))
	r := w.open[i]
	name := pick(w, acts)
	var err error
	switch name {
	case "accept", "decline":
		err = w.answer(r, name)
	case "ask again", "cancel", "waitlist", "error":
		err = w.asRequester(r, name)
	case "widen", "place":
		err = w.asDesk(r, name)
	default:
		err = w.asProvider(r, name)
	}
	if err == nil {
		w.did[name]++
	} else if fault.KindOf(err) == fault.KindInternal {
		w.h.T.Fatalf("%s broke the house: %v", name, err)
	}
	if w.rng.IntN(3) == 0 {
		w.h.Settle()
	}
	if w.over(r.ID) {
		w.open = slices.Delete(w.open, i, i+1)
	}
}

// acts are what may happen to a request; what moves a life forward is drawn more often.
var acts = []string{
	"accept", "accept", "accept", "accept", "decline", "decline", "contact", "start", "start", "visit", "visit", "report", "complete", "complete",
	"release", "hand back", "undo", "suspend", "resume", "resume", "cancel", "ask again", "ask again", "waitlist", "error", "widen", "place",
}

func (w *world) answer(r request.Request, name string) error {
	offers, err := w.offers(r.ID)
	if err != nil || len(offers) == 0 {
		return err
	}
	who := pick(w, w.caring)
	offer, asked := offers[who.Subject.ID]
	if !asked {
		return nil
	}
	if name == "accept" {
		_, err = w.h.Requests.Accept(who.Ctx(), offer, "")
	} else {
		_, err = w.h.Requests.Decline(who.Ctx(), offer, "")
	}
	return err
}

func (w *world) offers(id request.ID) (map[string]request.OfferID, error) {
	out := map[string]request.OfferID{}
	err := w.h.DB.View(w.h.T.Context(), func(tx *db.Tx) error {
		_, err := db.All(tx, func(row db.Row) (who string, err error) {
			var offer request.OfferID
			err = row.Scan(&who, &offer)
			out[who] = offer
			return who, err
		}, `SELECT o.recipient, o.id FROM offer o JOIN request r ON r.dispatch = o.dispatch WHERE r.id = $1`, string(id))
		return err
	})
	return out, err
}

func (w *world) asRequester(r request.Request, name string) (err error) {
	who := pick(w, w.asking).Ctx()
	switch name {
	case "ask again":
		_, err = w.h.Requests.Retry(who, r.ID, w.tomorrow())
	case "cancel":
		_, err = w.h.Requests.Cancel(who, r.ID, "patient_refuses")
	case "waitlist":
		_, err = w.h.Requests.Waitlist(who, r.ID)
	case "error":
		if w.rng.IntN(4) > 0 {
			return nil
		}
		_, err = w.h.Requests.MarkError(who, r.ID)
	}
	return err
}

func (w *world) asDesk(r request.Request, name string) (err error) {
	if name == "widen" {
		_, err = w.h.Requests.Widen(w.desk.Ctx(), r.ID)
		return err
	}
	placed := request.Placement{Person: pick(w, w.caring).Subject.ID}
	if w.rng.IntN(2) == 0 {
		placed = request.Placement{Outsider: request.Outsider{Name: "Dominique Exemple", Profession: nomenclature.Nurse, Phone: "+33639989999"}}
	}
	_, err = w.h.Requests.Place(w.desk.Ctx(), r.ID, placed)
	return err
}

func (w *world) asProvider(r request.Request, name string) (err error) {
	who := pick(w, w.caring).Ctx()
	if provider := w.provider(r.ID); provider != nil && w.rng.IntN(8) > 0 {
		who = provider.Ctx()
	}
	switch name {
	case "contact":
		_, err = w.h.Requests.Contact(who, r.ID, w.tomorrow())
	case "start":
		_, err = w.h.Requests.Start(who, r.ID)
	case "visit":
		_, err = w.h.Requests.Visit(who, r.ID, request.Passage{Outcome: request.VisitDone, Next: w.tomorrow()})
	case "report":
		_, err = w.h.Requests.Report(who, r.ID, "Rien à signaler")
	case "complete":
		_, err = w.h.Requests.Complete(who, r.ID, anyReason(w, nomenclature.CloseReasons))
	case "release":
		_, err = w.h.Requests.Release(who, r.ID, anyReason(w, nomenclature.ReleaseReasons))
	case "hand back":
		_, err = w.h.Requests.HandBack(who, r.ID, string(pick(w, request.HandBackReasons()).Code))
	case "undo":
		_, err = w.h.Requests.Undo(who, r.ID)
	case "suspend":
		_, err = w.h.Requests.Suspend(who, r.ID, anyReason(w, nomenclature.SuspendReasons))
	case "resume":
		_, err = w.h.Requests.Resume(who, r.ID, time.Time{})
	}
	return err
}

// provider is who carries a request; the desk for an outsider, nil for nobody.
func (w *world) provider(id request.ID) *testkit.Person {
	var kind, who string
	w.h.Must(w.h.DB.View(w.h.T.Context(), func(tx *db.Tx) error {
		_, err := db.One(tx, "none", func(row db.Row) (string, error) { return who, row.Scan(&kind, &who) }, `SELECT provider_kind, provider FROM request WHERE id = $1`, string(id))
		return err
	}))
	if kind == string(request.KindOutsider) {
		return w.desk
	}
	i := slices.IndexFunc(w.caring, func(p *testkit.Person) bool { return p.Subject.ID == who })
	if i < 0 {
		return nil
	}
	return w.caring[i]
}

func (w *world) over(id request.ID) bool {
	var state request.State
	w.h.Must(w.h.DB.View(w.h.T.Context(), func(tx *db.Tx) (err error) {
		state, err = db.One(tx, "none", db.Value[request.State], `SELECT state FROM request WHERE id = $1`, string(id))
		return err
	}))
	return state.Terminal()
}

// tomorrow is an hour at which care is usually given: asked for the night, a request that
// can wait would have to be answered in it.
func (w *world) tomorrow() time.Time {
	return civil.First(civil.DayOf(w.h.Clock.Now(), paris).Add(1), (8+w.rng.IntN(12))*60, paris)
}

func anyReason(w *world, list nomenclature.ReasonList) string {
	return string(pick(w, nomenclature.Reasons(list)).Code)
}

func pick[T any](w *world, from []T) T { return from[w.rng.IntN(len(from))] }
