package testkit_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
	"entractes/internal/web"
)

// How many acts a second a house keeps, sixteen people at once, with its access checks,
// matching, encryption, audit and messages. The floor, measured in the same run, is a bare
// loop that writes the same into another database: each transaction of the house that
// wrote, with its statements, sixteen at once, and nothing else.

// people is how many act at once.
const people = 16

// busy is a house at work, whose writings are kept.
type busy struct {
	*testkit.House
	engine db.Engine
	wards  []*testkit.Person
	nurses map[directory.Subject]*testkit.Person

	mu    sync.Mutex
	wrote [][]db.Written // by transaction
}

// openBusy builds the house, its queue at work, with so many nurses of the commune where its services ask.
func openBusy(b *testing.B, engine db.Engine, nurses int) *busy {
	b.Helper()
	x := &busy{engine: engine, nurses: map[directory.Subject]*testkit.Person{}}
	x.House = openReal(b, engine, swallow{})
	x.DB.Tap(func(all []db.Written) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.wrote = append(x.wrote, all)
	})
	x.Settlement()
	for i := range people {
		x.wards = append(x.wards, x.Ward(fmt.Sprintf("Maternité %d", i)))
	}
	for i := range nurses {
		p := x.Professional(testkit.Professional{Name: fmt.Sprintf("Numéro %d", i), Wakes: true})
		x.nurses[p.Subject] = p
	}
	runQueue(b, x.House.House)
	return x
}

// openReal builds a house on the real clock that hands its messages to c.
func openReal(b *testing.B, engine db.Engine, c notify.Channel) *testkit.House {
	b.Helper()
	built, err := app.Build(b.Context(), config.Config{
		Listen: "127.0.0.1:0", PublicURL: "https://house.example.org", Database: dbtest.Address(b, engine), MasterKey: filepath.Join(b.TempDir(), "master.key"),
	}, app.Options{
		Log: slog.New(slog.DiscardHandler), Auth: auth.Options{HashMemoryKiB: 64},
		Channels: []func(*app.House) notify.Channel{func(*app.House) notify.Channel { return c }},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := built.Close(); err != nil {
			b.Errorf("close the house: %v", err)
		}
	})
	return &testkit.House{T: b, House: built, Clock: clock.NewManual(clock.Real().Now())}
}

// swallow is a channel that takes everything at once.
type swallow struct{}

var _ notify.Channel = swallow{}

func (swallow) Name() string { return notify.SMSChannel }

func (swallow) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	return notify.Receipt{ProviderID: string(m.ID), Delivered: true}, nil
}

// atOnce does n acts, sixteen at once, and returns how long they took.
func atOnce(n int, do func(who, i int)) time.Duration {
	var next atomic.Int64
	var wg sync.WaitGroup
	begun := clock.Real().Now()
	for who := range people {
		wg.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				do(who, i)
			}
		})
	}
	wg.Wait()
	return clock.Real().Now().Sub(begun)
}

// measure does b.N acts and reports how many a second, how long the messages they gave rise
// to lasted after the last of them, and the same for the bare loop. The share is what is
// left, of the pace of the loop, to the house with everything it does: messages told.
func (x *busy) measure(b *testing.B, what string, do func(who, i int)) {
	b.Helper()
	x.calm(b)
	before := x.count()
	acts := atOnce(b.N, do)
	begun := clock.Real().Now()
	x.calm(b)
	late := clock.Real().Now().Sub(begun)
	floor := x.bareLoop(b, before)
	b.ReportMetric(float64(b.N)/acts.Seconds(), what+"/s")
	b.ReportMetric(late.Seconds(), "told-after-s")
	b.ReportMetric(float64(b.N)/(acts+late).Seconds(), "told/s")
	b.ReportMetric(float64(b.N)/floor.Seconds(), "floor/s")
	b.ReportMetric(floor.Seconds()/(acts+late).Seconds(), "share")
	b.ReportMetric(0, "ns/op")
}

func (x *busy) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.wrote)
}

// bareLoop writes what the house wrote since a moment into a database that holds what it had written before.
func (x *busy) bareLoop(b *testing.B, since int) time.Duration {
	b.Helper()
	d := dbtest.Open(b, x.engine, clock.Real())
	write := func(all []db.Written) error {
		return d.Update(context.Background(), func(tx *db.Tx) error {
			for _, w := range all {
				if err := tx.Write(w.Text, w.Args...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, all := range x.wrote[:since] {
		x.ok(b, write(all))
	}
	line := newLine()
	timed := x.wrote[since:]
	return atOnce(len(timed), func(_, i int) {
		if write(timed[i-1]) != nil { // it stands on one that was before it
			line.await(i)
			x.ok(b, write(timed[i-1]))
		}
		line.done(i)
	})
}

// line knows which of things done at once are done.
type line struct {
	mu    sync.Mutex
	moved *sync.Cond
	next  int // all before are done
	ended map[int]bool
}

func newLine() *line {
	l := &line{next: 1, ended: map[int]bool{}}
	l.moved = sync.NewCond(&l.mu)
	return l
}

func (l *line) done(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.ended[i] = true; l.ended[l.next]; l.next++ {
		delete(l.ended, l.next)
	}
	l.moved.Broadcast()
}

// await returns once everything before i is done.
func (l *line) await(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.next < i {
		l.moved.Wait()
	}
}

// calm waits until nothing that is due is left.
func (x *busy) calm(b *testing.B) {
	b.Helper()
	calmDown(b, x.House.House, 20*time.Millisecond)
}

func (x *busy) ok(b *testing.B, err error) {
	if err != nil {
		b.Error(err)
	}
}

func eachEngine(b *testing.B, do func(b *testing.B, engine db.Engine)) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) { do(b, engine) })
	}
}

// BenchmarkCreateByHTTP1 sends the form of requests about which one person is asked. Target: 1,000 a second.
func BenchmarkCreateByHTTP1(b *testing.B) { createByHTTP(b, 1) }

// BenchmarkCreateByHTTP50 is the same with fifty people asked. Target: 200 a second.
func BenchmarkCreateByHTTP50(b *testing.B) { createByHTTP(b, 50) }

func createByHTTP(b *testing.B, asked int) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		x := openBusy(b, engine, asked)
		site := x.Site()
		clients := make([]*http.Client, len(x.wards))
		for i, w := range x.wards {
			clients[i] = site.SignedIn(w)
		}
		create := func(who, i int) {
			answer, err := clients[who].PostForm(site.URL+"/demandes/nouvelle", askForm(i))
			if err != nil {
				b.Error(err)
				return
			}
			defer answer.Body.Close() //nolint:errcheck // read to the end
			if body, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusSeeOther {
				b.Errorf("status %d: %s", answer.StatusCode, body)
			}
		}
		atOnce(4*people, create)
		x.measure(b, "creates", create)
	})
}

func askForm(i int) url.Values {
	return url.Values{
		"_cle": {web.NewKey()}, "patient": {"new"}, "family_name": {"Exemple"}, "given_name": {"Alix " + letters(i)}, "birth_date": {"1960-05-02"}, "sex": {"female"},
		"commune": {"Corbeil-Essonnes"}, "street": {"22 rue des Exemples"}, "phone": {phoneOf(i)}, "profession": {"IDE"}, "acts_IDE": {"IDE01"}, "mode_IDE": {"VISITE"},
		"often": {"usual"}, "during": {"3"}, "from": {"soon"}, "urgency": {"U0"}, "my_phone": {"01 99 00 00 01"}, "consent": {"1"}, "action": {"trigger"},
		"prescription": {"with_patient"}, "twin": {string(request.TwinOther)},
	}
}

// phoneOf is one of the ten thousand mobile numbers kept for fiction.
func phoneOf(i int) string { return fmt.Sprintf("+3363998%04d", i%10_000) }

// letters makes a number a part of a name.
func letters(i int) string {
	var s strings.Builder
	for ; i > 0; i /= 26 {
		s.WriteByte(byte('a' + i%26))
	}
	return s.String()
}

// BenchmarkAccept accepts requests about which fifty people were asked. Target: half the pace of the loop.
func BenchmarkAccept(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		x := openBusy(b, engine, 50)
		offers := make([]request.OfferID, b.N+1)
		nurses := make([]*testkit.Person, b.N+1)
		atOnce(b.N, func(who, i int) { _, nurses[i], offers[i] = x.ask(b, who, i) })
		x.measure(b, "accepts", func(_, i int) {
			_, err := x.Requests.Accept(nurses[i].Ctx(), offers[i], "")
			x.ok(b, err)
		})
	})
}

// BenchmarkWholeLife lives requests about which fifty people are asked: triggered, accepted,
// started, reported. Target: half the pace of the loop.
func BenchmarkWholeLife(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		x := openBusy(b, engine, 50)
		live := func(who, i int) {
			r, nurse, offer := x.ask(b, who, i)
			_, err := x.Requests.Accept(nurse.Ctx(), offer, "")
			x.ok(b, err)
			_, err = x.Requests.Start(nurse.Ctx(), r.ID)
			x.ok(b, err)
			_, err = x.Requests.Report(nurse.Ctx(), r.ID, "Rien à signaler")
			x.ok(b, err)
		}
		atOnce(people, live)
		x.measure(b, "lives", live)
	})
}

// ask triggers a request and returns one of those asked with his offer.
func (x *busy) ask(b *testing.B, who, i int) (request.Request, *testkit.Person, request.OfferID) {
	patient := testkit.PatientIn(testkit.CorbeilEssonnes, "Exemple "+letters(i))
	patient.Phone = directory.Phone(phoneOf(i))
	r, err := x.Requests.Trigger(x.wards[who].Ctx(), request.Ask{
		Once: ident.New[string](clock.Real().Now()), NewPatient: patient, Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"},
		Mode: nomenclature.HomeVisit, Urgency: nomenclature.U0, Consent: true, Twin: request.TwinOther,
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}, Prescription: request.PrescriptionWithPatient},
	})
	x.ok(b, err)
	var offer request.OfferID
	var to directory.Subject
	x.ok(b, x.DB.View(context.Background(), func(tx *db.Tx) error {
		_, err := db.All(tx, func(row db.Row) (bool, error) { return true, row.Scan(&offer, &to.Kind, &to.ID) },
			`SELECT id, recipient_kind, recipient FROM offer WHERE dispatch = $1 LIMIT 1`, string(r.Dispatch))
		return err
	}))
	return r, x.nurses[to], offer
}
