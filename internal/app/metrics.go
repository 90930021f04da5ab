package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"entractes/internal/base/clock"
	"entractes/internal/base/ident"
	"entractes/internal/care/reconcile"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/infra/trace"
	"entractes/internal/security/backup"
)

// meter counts what a house does for whoever operates it. Its labels are patterns of
// addresses, kinds of jobs, states and channels: nothing of a person is ever in one.
type meter struct {
	registry *prometheus.Registry
	clock    clock.Clock
	seconds  *prometheus.HistogramVec
}

func newMeter(h *House) *meter {
	m := &meter{registry: prometheus.NewRegistry(), clock: h.Clock, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "entractes_http_seconds", Help: "Time to answer a page, by the pattern of its address and the class of its status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"pattern", "status"})}
	m.registry.MustRegister(m.seconds, state{h}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// measured times the pages of a mux. Streams, which last as long as their reader, are counted and not timed.
func (m *meter) measured(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := m.clock.Now(), &statusSeen{ResponseWriter: w, status: http.StatusOK}
		ctx, end := trace.Start(trace.Join(r.Context(), r.Header.Get), r.Method)
		r = r.WithContext(ctx)
		pages.ServeHTTP(seen, r)
		trace.Name(ctx, r.Pattern)
		end(nil)
		took := m.clock.Now().Sub(began)
		if seen.Header().Get("Content-Type") == "text/event-stream" {
			took = 0
		}
		m.seconds.WithLabelValues(r.Pattern, strconv.Itoa(seen.status/100)+"xx").Observe(took.Seconds())
	})
}

// statusSeen remembers the status of an answer.
type statusSeen struct {
	http.ResponseWriter
	status int
}

func (s *statusSeen) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what can flush.
func (s *statusSeen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Metrics answers a Prometheus server. It belongs on an address that only it reaches.
func (h *House) Metrics() http.Handler {
	return promhttp.HandlerFor(h.meter.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// state reads what the database holds, each time it is asked.
type state struct{ h *House }

// gauges are what state tells, by name.
var gauges = map[string]*prometheus.Desc{
	"jobs":       describe("jobs", "Promises, by kind and state.", "kind", "state"),
	"late":       describe("job_late_seconds", "How late the most late waiting promise of a kind is.", "kind"),
	"unknown":    describe("jobs_without_handler", "Promises of a kind this node does not know.", "kind"),
	"requests":   describe("requests", "Requests that are not over, by territory and state.", "territory", "state"),
	"deliveries": describe("deliveries_hour", "Messages of the last hour, by channel and state.", "channel", "state"),
	"texts":      describe("text_segments_day", "Billed segments of text messages since the day began in a territory.", "territory"),
	"textshare":  describe("text_budget_used", "Part of the day’s text budget of a territory that is spent; 0 without a budget.", "territory"),
	"unsealed":   describe("audit_unsealed_seconds", "Age of the oldest audit line that waits for its seal."),
	"backup":     describe("backup_age_seconds", "Age of the last copy of the house; a copy that never was is as old as time."),
	"gaps":       describe("gaps", "Broken promises found by the last look, by kind; one is an alarm.", "kind"),
	"paused":     describe("queue_paused", "1 while this node takes no job, because its clock cannot be trusted."),
	"offset":     describe("clock_offset_seconds", "How far the database’s clock is ahead of this node’s."),
	"up":         describe("database_up", "1 when the database answered."),
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("entractes_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (state) Describe(out chan<- *prometheus.Desc) {
	for _, d := range gauges {
		out <- d
	}
}

// readWithin bounds one reading: a database that hangs must not hang its watcher.
const readWithin = 5 * time.Second

// Collect implements prometheus.Collector.
func (s state) Collect(out chan<- prometheus.Metric) {
	ctx, stop := context.WithTimeout(context.Background(), readWithin)
	defer stop()
	tell := func(gauge string, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(gauges[gauge], prometheus.GaugeValue, value, labels...)
	}
	counts := s.h.gaps.counts()
	for _, kind := range reconcile.Kinds {
		tell("gaps", float64(counts[kind]), string(kind))
	}
	tell("offset", s.h.DB.Offset().Seconds())
	tell("paused", map[bool]float64{true: 1}[s.h.Queue.Paused()])
	up := 1.0
	if err := s.read(ctx, tell); err != nil {
		s.h.Log.WarnContext(ctx, "the metrics are not whole", "err", err)
		up = 0
	}
	tell("up", up)
}

func (s state) read(ctx context.Context, tell func(gauge string, value float64, labels ...string)) error {
	now := s.h.DB.Now()
	jobs, err := s.h.Queue.Figures(ctx)
	if err != nil {
		return err
	}
	for _, f := range jobs {
		tell("jobs", float64(f.Count), f.Kind, string(f.State))
		if f.State == queue.Waiting {
			tell("late", max(0, now.Sub(f.Earliest).Seconds()), f.Kind)
		}
		if !f.Known {
			tell("unknown", float64(f.Count), f.Kind)
		}
	}
	return s.h.DB.View(ctx, func(tx *db.Tx) error {
		open := db.Args([]request.State{request.Draft, request.Searching, request.Accepted, request.Started, request.Suspended, request.Unfilled, request.Waitlisted})
		territories, err := db.All(tx, db.Value[string], `SELECT id FROM territory ORDER BY id`)
		if err != nil {
			return err
		}
		for _, of := range territories {
			err := counted(tx, tell, "requests", `SELECT territory, state, count(*) FROM request WHERE territory = $1 AND state IN `+db.In(2, len(open))+` GROUP BY territory, state`, append([]any{of}, open...)...)
			if err != nil {
				return err
			}
			texts, err := s.h.Notify.TextsToday(tx, of)
			if err != nil {
				return err
			}
			tell("texts", float64(texts.Today), of)
			tell("textshare", texts.Used(), of)
		}
		since := ident.Floor(now.Add(-time.Hour))
		if err := counted(tx, tell, "deliveries", `SELECT channel, state, count(*) FROM delivery WHERE id > $1 GROUP BY channel, state`, since); err != nil {
			return err
		}
		oldest, _, err := db.Find(tx, db.Value[int64], `SELECT COALESCE(min(at), 0) FROM audit WHERE seal = 0`)
		if err != nil {
			return err
		}
		age := 0.0
		if oldest > 0 {
			age = max(0, now.Sub(db.At(oldest)).Seconds())
		}
		tell("unsealed", age)
		last, _, err := backup.Last(tx)
		tell("backup", now.Sub(last.At).Seconds())
		return err
	})
}

// counted tells a count for each row of q: two labels and the count.
func counted(tx *db.Tx, tell func(gauge string, value float64, labels ...string), gauge, q string, args ...any) error {
	type count struct {
		first, second string
		n             int64
	}
	rows, err := db.All(tx, func(r db.Row) (c count, err error) { return c, r.Scan(&c.first, &c.second, &c.n) }, q, args...)
	for _, c := range rows {
		tell(gauge, float64(c.n), c.first, c.second)
	}
	return err
}

// serveMetrics answers on the address kept for it until ctx ends.
func (h *House) serveMetrics(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", h.Config.MetricsListen)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.Metrics())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: readWithin, ReadTimeout: readWithin, WriteTimeout: 4 * readWithin}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
