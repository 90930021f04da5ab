package testkit_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// Five hundred people accept at once: exactly one wins, the others read that it is taken.
func TestOneWinnerOfFiveHundred(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		people := make([]*testkit.Person, 500)
		for i := range people {
			people[i] = h.Nurse(fmt.Sprintf("Numéro %d", i))
		}
		r := ward.Asks()
		offers := h.Offers(r)
		var won, taken atomic.Int64
		start := make(chan struct{})
		var wg sync.WaitGroup
		for _, p := range people {
			wg.Go(func() {
				<-start
				switch _, err := h.Requests.Accept(p.Ctx(), offers[p.Subject], ""); {
				case err == nil:
					won.Add(1)
				case fault.CodeOf(err) == "request.taken":
					taken.Add(1)
				default:
					t.Errorf("unexpected: %v", err)
				}
			})
		}
		close(start)
		wg.Wait()
		if won.Load() != 1 || taken.Load() != 499 {
			t.Errorf("%d won and %d read that it is taken", won.Load(), taken.Load())
		}
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM offer WHERE request = $1 AND state = 'accepted'`, string(r.ID))
			if n != 1 {
				t.Errorf("%d offers are accepted", n)
			}
			return err
		}))
	})
}

// history drives one random request through random acts and hours.
type history struct {
	h       *testkit.House
	ward    *testkit.Person
	nurses  []*testkit.Person
	request request.Request
}

func (x *history) act(t *rapid.T) {
	who := x.nurses[rapid.IntRange(0, len(x.nurses)-1).Draw(t, "who")]
	ctx, id := who.Ctx(), x.request.ID
	offer := request.OfferID("")
	if sh, err := x.h.Requests.Show(ctx, id); err == nil {
		offer = sh.Relation.Offer
	}
	var err error
	switch rapid.SampledFrom([]string{"accept", "decline", "release", "start", "visit", "report", "complete", "cancel", "retry", "wait"}).Draw(t, "act") {
	case "accept":
		_, err = x.h.Requests.Accept(ctx, offer, "")
	case "decline":
		_, err = x.h.Requests.Decline(ctx, offer, "")
	case "release":
		_, err = x.h.Requests.Release(ctx, id, string(nomenclature.Reasons(nomenclature.ReleaseReasons)[0].Code))
	case "start":
		_, err = x.h.Requests.Start(ctx, id)
	case "visit":
		_, err = x.h.Requests.Visit(ctx, id, request.Passage{Outcome: request.VisitDone})
	case "report":
		_, err = x.h.Requests.Report(ctx, id, "Rien à signaler")
	case "complete":
		_, err = x.h.Requests.Complete(ctx, id, string(nomenclature.Reasons(nomenclature.CloseReasons)[0].Code))
	case "cancel":
		_, err = x.h.Requests.Cancel(x.ward.Ctx(), id, string(nomenclature.Reasons(nomenclature.CancelReasons)[0].Code))
	case "retry":
		_, err = x.h.Requests.Retry(x.ward.Ctx(), id, time.Time{})
	case "wait":
		x.h.Forward(time.Duration(rapid.IntRange(1, 180).Draw(t, "minutes")) * time.Minute)
	}
	if fault.KindOf(err) == fault.KindInternal && err != nil {
		t.Fatalf("a random act broke the house: %v", err)
	}
}

// Whatever the history: no solicitation leaves after its round is closed, an offer has
// one winner a round, the state is what the acts say, and nobody reads the patient who may not.
func TestRandomHistories(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		x := &history{h: h, ward: h.Ward("Maternité A")}
		for i := range 4 {
			x.nurses = append(x.nurses, h.Nurse(fmt.Sprintf("Numéro %d", i)))
		}
		first := x.ward.Asks()
		h.Usual(first.Patient, x.nurses[0])
		rapid.Check(t, func(t *rapid.T) {
			x.request = x.ward.Asks(testkit.For(first.Patient))
			for range rapid.IntRange(1, 12).Draw(t, "acts") {
				x.act(t)
				if rapid.Bool().Draw(t, "settle") {
					h.Settle()
				}
			}
			h.Settle()
			x.check(t)
			_, _ = h.Requests.Cancel(x.ward.Ctx(), x.request.ID, string(nomenclature.Reasons(nomenclature.CancelReasons)[0].Code))
		})
		x.noLateSolicitation(t)
	})
}

func (x *history) check(t *rapid.T) {
	sh, err := x.h.Requests.Show(x.ward.Ctx(), x.request.ID)
	if err != nil {
		t.Fatal(err)
	}
	state := request.State("")
	for _, a := range sh.Timeline {
		if a.From != state {
			t.Fatalf("act %s leaves %q, the acts before it lead to %q", a.Act, a.From, state)
		}
		state = a.To
	}
	if state != sh.State {
		t.Fatalf("the acts lead to %q, the request is %q", state, sh.State)
	}
	for i, nurse := range x.nurses {
		seen, err := x.h.Requests.Show(nurse.Ctx(), x.request.ID)
		if err != nil {
			continue
		}
		carries := sh.Provider.ID == nurse.Subject.ID && (sh.State.InCharge() || sh.State == request.Completed || sh.State == request.Cancelled)
		team := i == 0 && (sh.State.InCharge() || sh.State == request.Completed)
		if (seen.Patient != nil) != (carries || team) {
			t.Fatalf("nurse %d reads the patient: %v, while the request is %s", i, seen.Patient != nil, sh.State)
		}
	}
}

func (x *history) noLateSolicitation(t *testing.T) {
	x.h.Must(x.h.DB.View(t.Context(), func(tx *db.Tx) error {
		late, err := db.All(tx, db.Value[string], `SELECT f.text FROM fake_message f JOIN delivery v ON v.id = f.id JOIN dispatch d ON d.id = v.dispatch
			WHERE v.solicits = $1 AND d.closed > 0 AND f.at > d.closed`, true)
		if len(late) > 0 {
			t.Errorf("%d solicitations left after their round was closed: %s", len(late), late[0])
		}
		twice, err2 := db.All(tx, db.Value[string], `SELECT dispatch FROM offer WHERE state = 'accepted' GROUP BY dispatch HAVING count(*) > 1`)
		if len(twice) > 0 {
			t.Errorf("%d rounds have two winners", len(twice))
		}
		sent, err3 := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM fake_message`)
		if sent == 0 {
			t.Error("nothing was sent at all: the test proves nothing")
		}
		if err == nil {
			err = err2
		}
		if err == nil {
			err = err3
		}
		return err
	}))
}

// A name typed in a request is nowhere in what leaves the house, whoever it is told to.
func TestNothingNominativeEverLeaves(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks(func(a *request.Ask) {
			a.NewPatient.FamilyName, a.Details.Motive = "Quetzalcóatl", "Zymbraïne intraveineuse"
		})
		nurse.Accepts(r)
		nurse.Starts(r)
		nurse.Reports(r, "Xylophage vu")
		nurse.Completes(r)
		h.Must(h.DB.View(h.As(actor.System("test")), func(tx *db.Tx) error {
			all, err := fakephone.Latest(tx, 100)
			for _, m := range all {
				for _, secret := range []string{"Quetzal", "Zymbra", "Xylophage"} {
					if strings.Contains(m.Title+m.Text+m.Link, secret) {
						t.Errorf("%s left the house: %s", secret, m.Text)
					}
				}
			}
			if len(all) == 0 {
				t.Error("nothing left at all")
			}
			return err
		}))
	})
}
