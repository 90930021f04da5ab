package supervise_test

import (
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// views are what people watch. Each must cost the same in a young territory and in an old one.
var views = map[string]supervise.Query{
	"everything": {},
	"at risk":    {AtRisk: true},
	"in charge":  {States: []request.State{request.Accepted, request.Started, request.Suspended}},
	"completed":  {States: []request.State{request.Completed}},
	"rare":       {Profession: "MK", Commune: "91228"},
	"a ward":     {Service: "maternity"},
	"by name":    {Text: "Maternité"},
	"nobody’s":   {Owner: supervise.NoOwner},
	"mine":       {Owner: supervise.Mine},
	"archived":   {Archived: true},
}

// BenchmarkInbox reads the shared inbox of a ward that has asked a third of 100,000 requests.
func BenchmarkInbox(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		h := openHouse(b, dbtest.Open(b, engine, clock.NewManual(dbtest.Start)))
		h.history(100_000)
		ctx := h.as(ward)
		b.Run(string(engine), func(b *testing.B) {
			for b.Loop() {
				if _, err := h.console.ReadInbox(ctx, supervise.InboxAll); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkConsole reads a page of each view in a territory of 1,000 requests, then of
// 100,000, and reports how many times longer the second takes, by the fastest of each:
// the mean is that of the machine's neighbours.
func BenchmarkConsole(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		young := map[string]time.Duration{}
		for _, size := range []int{1_000, 100_000} {
			h := openHouse(b, dbtest.Open(b, engine, clock.NewManual(dbtest.Start)))
			h.history(size)
			h.owned()
			ctx := h.as(supervisor)
			for name, q := range views {
				b.Run(string(engine)+"/"+name+"/"+h.p.Number(size), func(b *testing.B) {
					fastest := time.Hour
					for b.Loop() {
						before := b.Elapsed()
						if _, err := h.console.Console(ctx, q); err != nil {
							b.Fatal(err)
						}
						fastest = min(fastest, b.Elapsed()-before)
					}
					b.ReportMetric(float64(fastest.Microseconds())/1000, "fastest-ms")
					if size > 1_000 {
						b.ReportMetric(float64(fastest)/float64(young[name]), "x-of-1000")
					} else {
						young[name] = fastest
					}
				})
			}
		}
	}
}
