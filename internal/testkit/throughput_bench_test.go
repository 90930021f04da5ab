package testkit_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
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

// at is how many people act at once in a benchmark of throughput.
const at = 16

// swallow is a channel that takes everything at once.
type swallow struct{ sent *atomic.Int64 }

var _ notify.Channel = swallow{}

func (swallow) Name() string { return notify.SMSChannel }

func (s swallow) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	s.sent.Add(1)
	return notify.Receipt{ProviderID: string(m.ID), Delivered: true}, nil
}

// busy is a running house in which many people ask and answer at once.
type busy struct {
	*testkit.House
	sent   atomic.Int64
	wards  []*testkit.Person
	nurses map[directory.Subject]*testkit.Person
}

// open builds the house, its queue at work, with so many nurses of the commune where
// wards ask from.
func openBusy(b *testing.B, engine db.Engine, nurses int) *busy {
	b.Helper()
	x := &busy{nurses: map[directory.Subject]*testkit.Person{}}
	built, err := app.Build(b.Context(), config.Config{
		Listen: "127.0.0.1:0", PublicURL: "https://house.example.org", Database: dbtest.Address(b, engine), MasterKey: filepath.Join(b.TempDir(), "master.key"),
	}, app.Options{
		Log: slog.New(slog.DiscardHandler), Auth: auth.Options{HashMemoryKiB: 64},
		Channels: []func(*app.House) notify.Channel{func(*app.House) notify.Channel { return swallow{&x.sent} }},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := built.Close(); err != nil {
			b.Errorf("close the house: %v", err)
		}
	})
	x.House = &testkit.House{T: b, House: built, Clock: clock.NewManual(clock.Real().Now())}
	x.Settlement()
	for i := range at {
		x.wards = append(x.wards, x.Ward(fmt.Sprintf("Maternité %d", i)))
	}
	for i := range nurses {
		p := x.Professional(testkit.Professional{Name: fmt.Sprintf("Numéro %d", i), Wakes: true})
		x.nurses[p.Subject] = p
	}
	runQueue(b, built)
	return x
}

// atOnce runs do n times, at people at once, and returns how long it took.
func atOnce(n int, do func(who, i int)) time.Duration {
	var next atomic.Int64
	var wg sync.WaitGroup
	begun := clock.Real().Now()
	for who := range at {
		wg.Go(func() {
			for {
				i := int(next.Add(1))
				if i > n {
					return
				}
				do(who, i)
			}
		})
	}
	wg.Wait()
	return clock.Real().Now().Sub(begun)
}

// BenchmarkCreateByHTTP sends the form of a request, sixteen services at once, to a house
// that keeps its promises meanwhile.
func BenchmarkCreateByHTTP(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, asked := range []int{1, 50} {
			b.Run(fmt.Sprintf("%s/%d", engine, asked), func(b *testing.B) {
				x := openBusy(b, engine, asked)
				site := x.served()
				create := func(who, i int) {
					form := askForm(i)
					answer, err := site.clients[who].PostForm(site.url+"/demandes/nouvelle", form)
					if err != nil {
						b.Error(err)
						return
					}
					body, _ := io.ReadAll(answer.Body)
					_ = answer.Body.Close()
					if answer.StatusCode != http.StatusSeeOther {
						b.Errorf("status %d: %s", answer.StatusCode, body)
					}
				}
				atOnce(100, create)
				b.ResetTimer()
				took := atOnce(b.N, create)
				b.ReportMetric(float64(b.N)/took.Seconds(), "creates/s")
				begun := clock.Real().Now()
				calmDown(b, x.House.House, x.wards[0], request.Request{})
				b.ReportMetric(clock.Real().Now().Sub(begun).Seconds(), "late-s")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

type served struct {
	url     string
	clients []*http.Client
}

func (x *busy) served() served {
	x.T.Helper()
	stopping := make(chan struct{})
	server := httptest.NewServer(x.Handler(stopping))
	x.T.Cleanup(server.Close)
	x.T.Cleanup(func() { close(stopping) })
	s := served{url: server.URL}
	at, err := url.Parse(server.URL)
	x.Must(err)
	for _, w := range x.wards {
		token, err := x.Auth.OpenSession(x.As(actor.System("bench")), auth.AccountID(w.Account), auth.Visitor{Agent: "bench"})
		x.Must(err)
		jar := jarOf(at, token)
		s.clients = append(s.clients, &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 4}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
	}
	return s
}

type oneCookie struct{ c *http.Cookie }

func (oneCookie) SetCookies(*url.URL, []*http.Cookie) {}
func (o oneCookie) Cookies(*url.URL) []*http.Cookie   { return []*http.Cookie{o.c} }

func jarOf(_ *url.URL, token string) http.CookieJar {
	return oneCookie{&http.Cookie{Name: "session", Value: token}}
}

func askForm(i int) url.Values {
	return url.Values{
		"_cle": {web.NewKey()}, "patient": {"new"}, "family_name": {"Exemple"}, "given_name": {fmt.Sprintf("Alix %s", letters(i))}, "birth_date": {"1960-05-02"}, "sex": {"female"},
		"commune": {"Corbeil-Essonnes"}, "street": {"22 rue des Exemples"}, "phone": {fmt.Sprintf("06 39 98 %02d %02d", i/100%100, i%100)}, "profession": {"IDE"}, "acts_IDE": {"IDE01"}, "mode_IDE": {"VISITE"},
		"often": {"usual"}, "during": {"3"}, "from": {"soon"}, "urgency": {"U0"}, "my_phone": {"01 99 00 00 01"}, "consent": {"1"}, "action": {"trigger"}, "prescription": {"with_patient"}, "twin": {string(request.TwinOther)},
	}
}

func letters(i int) string {
	var s strings.Builder
	for ; i > 0; i /= 26 {
		s.WriteByte(byte('a' + i%26))
	}
	return s.String()
}

// BenchmarkWholeLives lives requests that fifty people are asked about: trigger, accept,
// start, report; everything said to everybody.
func BenchmarkWholeLives(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
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
			atOnce(32, live)
			b.ResetTimer()
			took := atOnce(b.N, live)
			b.ReportMetric(float64(b.N)/took.Seconds(), "lives/s")
			begun := clock.Real().Now()
			calmDown(b, x.House.House, x.wards[0], request.Request{})
			b.ReportMetric(clock.Real().Now().Sub(begun).Seconds(), "late-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkAccept accepts requests that fifty people were asked about.
func BenchmarkAccept(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(engine), func(b *testing.B) {
			x := openBusy(b, engine, 50)
			type asked struct {
				nurse *testkit.Person
				offer request.OfferID
			}
			all := make([]asked, b.N+1)
			atOnce(b.N, func(who, i int) {
				_, nurse, offer := x.ask(b, who, i)
				all[i] = asked{nurse, offer}
			})
			calmDown(b, x.House.House, x.wards[0], request.Request{})
			b.ResetTimer()
			took := atOnce(b.N, func(_, i int) {
				_, err := x.Requests.Accept(all[i].nurse.Ctx(), all[i].offer, "")
				x.ok(b, err)
			})
			b.ReportMetric(float64(b.N)/took.Seconds(), "accepts/s")
			begun := clock.Real().Now()
			calmDown(b, x.House.House, x.wards[0], request.Request{})
			b.ReportMetric(clock.Real().Now().Sub(begun).Seconds(), "late-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func (x *busy) ok(b *testing.B, err error) {
	if err != nil {
		b.Error(err)
	}
}

// ask triggers a request and returns one of those asked with his offer.
func (x *busy) ask(b *testing.B, who, i int) (request.Request, *testkit.Person, request.OfferID) {
	a := request.Ask{
		Once: ident.New[string](clock.Real().Now()), NewPatient: testkit.PatientIn(testkit.CorbeilEssonnes, "Exemple "+letters(i)), Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"},
		Mode: nomenclature.HomeVisit, Urgency: nomenclature.U0,
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}, Prescription: request.PrescriptionWithPatient}, Consent: true, Twin: request.TwinOther,
	}
	a.NewPatient.Phone = directory.Phone(fmt.Sprintf("+3363998%04d", i%10_000))
	r, err := x.Requests.Trigger(x.wards[who].Ctx(), a)
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
