package testkit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/demo"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// What people do all day must cost the same in a département and in a country, in the first
// year and in the tenth: each figure of a large house stands beside that of a small one,
// made by the same functions in the same run.

// BenchmarkTriggerAmong triggers requests in communes drawn one as often as another, among the
// professionals of one département, then of the whole country, a hundred times more for a hundred
// times the people. Targets: p99 ≤ 25 ms, ≤ 1.5 times the small one.
func BenchmarkTriggerAmong(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		small := time.Duration(0)
		for _, size := range []demo.Load{{Professionals: 1_000, Departement: "45"}, {Professionals: 100_000}} {
			b.Run(strconv.Itoa(size.Professionals), func(b *testing.B) {
				h := openReal(b, engine, swallow{})
				size.Seed = 1
				h.Must(demo.Fill(b.Context(), h.Demo(), size))
				wards := wardsOf(h)
				places := communesOf(size.Departement)
				r := rand.New(rand.NewPCG(1, 2))
				asked := 0
				trigger := func() time.Duration {
					a := askIn(places[r.IntN(len(places))], r.IntN(1_000_000))
					who := wards[r.IntN(len(wards))]
					begun := clock.Real().Now()
					done, err := h.Requests.Trigger(actor.With(b.Context(), who), a)
					took := clock.Real().Now().Sub(begun)
					h.Must(err)
					asked += len(h.Offers(done))
					return took
				}
				for range 50 {
					trigger()
				}
				asked = 0
				var took []time.Duration
				for b.Loop() {
					took = append(took, trigger())
				}
				report(b, "", took)
				b.ReportMetric(float64(asked)/float64(len(took)), "asked")
				b.ReportMetric(0, "ns/op")
				if small == 0 {
					small = quantile(took, 0.5)
				}
				b.ReportMetric(float64(quantile(took, 0.5))/float64(small), "x-of-small")
			})
		}
	})
}

// askIn is a usual request for somebody new of a commune.
func askIn(c territory.CommuneCode, i int) request.Ask {
	p := testkit.PatientIn(c, "Exemple "+letters(i))
	p.Phone = directory.Phone(phoneOf(i))
	return request.Ask{
		Once: ident.New[string](clock.Real().Now()), NewPatient: p, Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"},
		Mode: nomenclature.HomeVisit, Urgency: nomenclature.U2, Consent: true, Twin: request.TwinOther,
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}, Prescription: request.PrescriptionWithPatient},
	}
}

// communesOf lists the communes of a département, or of the country.
func communesOf(departement string) (codes []territory.CommuneCode) {
	for _, c := range territory.CommunesOf(func(c territory.Commune) bool {
		return c.Parent == "" && (departement == "" || c.Departement == departement)
	}) {
		codes = append(codes, c.Code)
	}
	return codes
}

// wardsOf are the users of the services that ask in the territory of a Load.
func wardsOf(h *testkit.House) (out []actor.Actor) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		for i := range 40 {
			a, err := auth.AccountByLogin(tx, fmt.Sprintf("%s.service%d", demo.Measures, i+1))
			if err != nil {
				return err
			}
			out = append(out, a.Actor())
		}
		return nil
	}))
	return out
}

// oldRequests is how many requests the old territory has: BENCH_REQUESTS, or so many.
func oldRequests() int {
	if n, err := strconv.Atoi(os.Getenv("BENCH_REQUESTS")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkOldTerritory reads what people keep open all day in a territory of a thousand
// requests, then in an old one. Target: within twice the time.
func BenchmarkOldTerritory(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		small := map[string]time.Duration{}
		for _, n := range []int{1_000, oldRequests()} {
			h := openReal(b, engine, swallow{})
			h.Must(demo.Fill(b.Context(), h.Demo(), demo.Load{Professionals: 1_000, Departement: "45", Requests: n, Seed: 1}))
			for _, p := range pagesOf(h) {
				b.Run(p.name+"/"+strconv.Itoa(n), func(b *testing.B) {
					var took []time.Duration
					for range 5 {
						h.Must(p.read())
					}
					for b.Loop() {
						begun := clock.Real().Now()
						h.Must(p.read())
						took = append(took, clock.Real().Now().Sub(begun))
					}
					report(b, "", took)
					b.ReportMetric(0, "ns/op")
					if n == 1_000 {
						small[p.name] = quantile(took, 0.5)
					}
					b.ReportMetric(float64(quantile(took, 0.5))/float64(small[p.name]), "x-of-small")
				})
			}
		}
	})
}

// reading is something that somebody reads.
type reading struct {
	name string
	read func() error
}

// pagesOf are the readings of a territory, which has some hundred requests alive.
func pagesOf(h *testkit.House) []reading {
	h.T.Helper()
	wards := wardsOf(h)
	ward := actor.With(context.Background(), wards[0])
	supervisor := h.SupervisorOf(demo.Measures, actor.RoleSupervisorNurse).Ctx()
	places := communesOf("45")
	for i := range 300 {
		_, err := h.Requests.Trigger(actor.With(context.Background(), wards[i%len(wards)]), askIn(places[i%len(places)], i))
		h.Must(err)
	}
	var files []patient.ID
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		files, err = db.All(tx, db.Value[patient.ID], `SELECT patient FROM request WHERE service = $1 AND service <> '' ORDER BY created DESC LIMIT 20`, wards[0].Structure)
		return err
	}))
	next := 0
	return []reading{
		{"console", func() error { _, err := h.Supervise.Console(supervisor, supervise.Query{}); return err }},
		{"console-ended", func() error {
			_, err := h.Supervise.Console(supervisor, supervise.Query{States: []request.State{request.Completed}, Archived: true})
			return err
		}},
		{"patient-file", func() error {
			next++
			_, err := h.Requests.PatientFile(ward, files[next%len(files)])
			return err
		}},
		{"inbox-of-service", func() error { _, err := h.Supervise.ReadInbox(ward, supervise.InboxAll); return err }},
	}
}
