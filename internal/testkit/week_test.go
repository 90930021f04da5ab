package testkit_test

import (
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"entractes/internal/demo"
	"entractes/internal/infra/db"
)

// weekHours is how long people go on: WEEK_HOURS, or six hours; make soak lives a week.
func weekHours() int {
	if n, err := strconv.Atoi(os.Getenv("WEEK_HOURS")); err == nil {
		return n
	}
	return 6
}

// People go on asking and answering for days, the clock as fast as the machine, and some read
// their pages. At the end nothing is in the air that nobody will finish, and the process holds
// no more than it did half-way: no goroutine, no file, no memory, no promise.
func TestDaysThatLeaveNothingBehind(t *testing.T) {
	h := livedIn(t) // not beside others, whose goroutines and files would be counted
	site := h.Site()
	var readers []*http.Client
	for _, slug := range []string{"leonore", "maternite", "superviseuse"} {
		web := site.SignedIn(h.persona(t, slug))
		web.CheckRedirect = nil // the first page of some is another
		readers = append(readers, web)
	}
	people := demo.NewSimulator(h.Demo(), h.Clock, demo.Pace{Shortest: 6 * time.Minute, Longest: 14 * time.Minute, Look: 5 * time.Minute, Seed: 11})
	live := func(until time.Time) {
		reads := h.Clock.Now()
		for h.Clock.Now().Before(until) {
			next, err := people.Step(t.Context())
			h.Must(err)
			h.Until(next)
			if h.Clock.Now().After(reads) {
				reads = h.Clock.Now().Add(time.Hour)
				for _, web := range readers {
					readPage(t, web, site.URL+"/")
				}
			}
		}
	}
	half := time.Duration(weekHours()) * time.Hour / 2
	begun := asked(h)
	live(h.Clock.Now().Add(half))
	middle := held(h)
	live(h.Clock.Now().Add(half))
	end := held(h)
	t.Logf("%d requests; half-way %+v, at the end %+v", asked(h)-begun, middle, end)
	const few, memory = 8, 24 << 20
	if end.goroutines > middle.goroutines+few || end.files > middle.files+few || end.heap > middle.heap+memory || end.promises > 2*middle.promises+50 {
		t.Errorf("what the process holds has grown: half-way %+v, at the end %+v", middle, end)
	}
	gaps, err := h.Promises.Look(t.Context())
	h.Must(err)
	for _, g := range gaps {
		t.Errorf("a promise is broken: %+v", g)
	}
	noneOf(t, h.DB, map[string]string{
		"rounds with two winners": twoWinners, "requests whose acts do not lead to their state": astray,
		"jobs in nobody's hands":                      `SELECT count(*) FROM job WHERE state IN ('leased', 'dead')`,
		"messages that never finish leaving":          `SELECT count(*) FROM delivery WHERE state = 'sending'`,
		"rounds open under a request that is settled": `SELECT count(*) FROM request r JOIN dispatch d ON d.id = r.dispatch WHERE r.state <> 'searching' AND d.state = 'open'`,
		"offers pending in a round that is over":      `SELECT count(*) FROM offer o JOIN dispatch d ON d.id = o.dispatch WHERE o.state = 'pending' AND d.state <> 'open'`,
		"documents of a request that does not exist":  `SELECT count(*) FROM document d WHERE d.request <> '' AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = d.request)`,
	})
}

// holding is what a process holds.
type holding struct {
	goroutines, files int
	heap              uint64 // bytes
	promises          int64  // jobs that wait
}

func held(h *inhabited) (x holding) {
	h.T.Helper()
	http.DefaultClient.CloseIdleConnections()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	h.Must(err)
	x = holding{goroutines: runtime.NumGoroutine(), files: len(files), heap: m.HeapAlloc}
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		x.promises, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM job WHERE state = 'waiting'`)
		return err
	}))
	return x
}

func asked(h *inhabited) (n int64) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM request`)
		return err
	}))
	return n
}

func readPage(t *testing.T, web *http.Client, address string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := web.Do(r)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close() //nolint:errcheck // read to the end
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %d %v", address, answer.StatusCode, err)
	}
}
