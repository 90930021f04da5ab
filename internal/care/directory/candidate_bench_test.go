package directory_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// BenchmarkCandidates asks for the nurses, physiotherapists and doctors of communes of Essonne, where the
// professionals of the directory live as the population of France does, half of them with a radius.
func BenchmarkCandidates(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		for _, n := range []int{1_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", engine, n), func(b *testing.B) {
				d := dbtest.Open(b, engine, clock.NewManual(dbtest.Start))
				populate(b, d, n)
				asked := territory.CommunesOf(func(c territory.Commune) bool { return c.Departement == "91" })
				professions := []nomenclature.ProfessionCode{nomenclature.Nurse, nomenclature.Physio, nomenclature.GP}
				found, i := 0, 0
				for b.Loop() {
					q := directory.Query{Territory: "essonne", Profession: professions[i%3], Commune: asked[i%len(asked)].Code}
					if err := d.View(b.Context(), func(tx *db.Tx) error {
						list, err := directory.Candidates(tx, q)
						found += len(list)
						return err
					}); err != nil {
						b.Fatal(err)
					}
					i++
				}
				b.ReportMetric(float64(found)/float64(i), "found/op")
			})
		}
	}
}

// populate adds n professionals, each serving his commune and five around it or reaching 5 to 20 km.
func populate(b *testing.B, d *db.DB, n int) {
	b.Helper()
	places := weighted()
	r := rand.New(rand.NewPCG(1, 2))
	professions := []nomenclature.ProfessionCode{nomenclature.Nurse, nomenclature.Nurse, nomenclature.Physio, nomenclature.GP, nomenclature.Midwife, nomenclature.Pharmacist}
	windows := []civil.Window{{Days: civil.Weekdays, From: 480, To: 720}, {Days: civil.EveryDay, From: 840, To: 1140}}
	start := time.Now()
	for first := 0; first < n; first += 2000 {
		err := d.Update(b.Context(), func(tx *db.Tx) error {
			for i := first; i < min(n, first+2000); i++ {
				at := r.IntN(len(places) - 6)
				p := nurse("p"+strconv.Itoa(i), "Nom "+strconv.Itoa(i), func(p *directory.Professional) {
					p.Commune, p.Profession, p.Windows = places[at].Code, professions[i%len(professions)], windows
				})
				if i%2 == 0 {
					p.Radius = float64(5 + r.IntN(16))
				} else {
					for _, c := range places[at : at+6] {
						p.Communes = append(p.Communes, c.Code)
					}
				}
				if _, err := directory.AddProfessional(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	// What autovacuum does within a minute of such an import.
	if err := d.Update(b.Context(), func(tx *db.Tx) error {
		for _, table := range []string{"professional", "structure", "coverage", "availability"} {
			if _, err := tx.Exec("ANALYZE " + table); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d professionals written in %s", n, time.Since(start).Round(time.Millisecond))
}

// weighted lists the communes of France, each once for 1,000 inhabitants, neighbours by code together.
func weighted() []territory.Commune {
	var places []territory.Commune
	for _, c := range territory.CommunesOf(func(c territory.Commune) bool { return c.Parent == "" }) {
		for range 1 + c.Population/1000 {
			places = append(places, c)
		}
	}
	return places
}
