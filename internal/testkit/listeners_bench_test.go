package testkit_test

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// listeners is how many screens show the console of one territory.
const listeners = 5_000

// BenchmarkListeners asks for care while five thousand screens listen to the console of the
// territory, each by a connection of its own, and reports when the last of them is told, from
// the commit. The floor writes the same line to as many connections in a plain loop. Target: 500 ms.
func BenchmarkListeners(b *testing.B) {
	h := openReal(b, db.SQLite, swallow{})
	h.Settlement()
	ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
	site := h.Site()
	at, err := url.Parse(site.URL)
	h.Must(err)
	session := site.SignedIn(supervisor).Jar.Cookies(at)[0]
	told := make(chan heard, listeners)
	floor := plainScreens(b, told)
	for i := range listeners {
		listen(b, at.Host, session.String(), i, told)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		var commit time.Time
		a := askIn(testkit.CorbeilEssonnes, i)
		h.Must(h.DB.Update(ward.Ctx(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { commit = clock.Real().Now() })
			_, err := h.Requests.TriggerIn(tx, a)
			return err
		}))
		took = append(took, lastTold(b, told).Sub(commit))
	}
	report(b, "", took)
	report(b, "floor-", floor)
	b.ReportMetric(ms(quantile(took, 0.5))/ms(quantile(floor, 0.5)), "ratio")
	b.ReportMetric(0, "ns/op")
}

// heard is one screen that was told.
type heard struct {
	screen int
	at     time.Time
}

// lastTold waits until every screen has been told, then until nobody is told any more: an act
// may give two hints, and those that come together are one.
func lastTold(b *testing.B, told <-chan heard) (last time.Time) {
	b.Helper()
	screens := map[int]bool{}
	quiet := clock.Real().NewTimer(10 * time.Second)
	for {
		select {
		case h := <-told:
			if !screens[h.screen] {
				screens[h.screen], last = true, h.at
			}
			if len(screens) == listeners {
				quiet.Stop()
				quiet = clock.Real().NewTimer(200 * time.Millisecond)
			}
		case <-quiet.C():
			if len(screens) < listeners {
				b.Fatalf("%d screens were not told", listeners-len(screens))
			}
			return last
		}
	}
}

// listen opens one stream of hints.
func listen(b *testing.B, address, cookie string, i int, told chan<- heard) {
	b.Helper()
	conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /live?topics=desk:%s HTTP/1.1\r\nHost: house\r\nCookie: %s\r\n\r\n", testkit.Territory, cookie); err != nil {
		b.Fatal(err)
	}
	go hear(conn, i, told)
}

// plainScreens opens as many connections to a plain listener, writes a line to each of them
// twenty times, and returns when the last was told.
func plainScreens(b *testing.B, told chan heard) (took []time.Duration) {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // nobody comes any more
	ends := make([]net.Conn, 0, listeners)
	for i := range listeners {
		conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close() //nolint:errcheck // the last line was read
		end, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		defer end.Close() //nolint:errcheck // the last line was written
		ends = append(ends, end)
		go hear(conn, i, told)
	}
	for range 20 {
		begun := clock.Real().Now()
		for _, end := range ends {
			if _, err := fmt.Fprintf(end, "event: hint\ndata: desk:%s\n\n", testkit.Territory); err != nil {
				b.Error(err)
			}
		}
		took = append(took, lastTold(b, told).Sub(begun))
	}
	return took
}

// hear says each time that a hint comes.
func hear(conn net.Conn, i int, told chan<- heard) {
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event: hint") {
			told <- heard{i, clock.Real().Now()}
		}
	}
}
