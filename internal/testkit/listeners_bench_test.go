package testkit_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
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
	stopping := make(chan struct{})
	server := httptest.NewServer(h.Handler(stopping))
	b.Cleanup(server.Close)
	b.Cleanup(func() { close(stopping) })
	token, err := h.Auth.OpenSession(h.As(actor.System("bench")), supervisor.Account, auth.Visitor{Agent: "bench"})
	h.Must(err)
	told := make(chan time.Time, listeners)
	for range listeners {
		listen(b, server.Listener.Addr().String(), token, told)
	}
	bare := plainScreens(b, told)
	var took, floor []time.Duration
	i := 0
	for b.Loop() {
		var commit time.Time
		a := testkit.Ask(h)
		a.Once, a.NewPatient.Phone = fmt.Sprintf("bench-%d-%d", i, clock.Real().Now().UnixNano()), "+33639981234"
		i++
		h.Must(h.DB.Update(ward.Ctx(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { commit = clock.Real().Now() })
			_, err := h.Requests.TriggerIn(tx, a)
			return err
		}))
		took = append(took, lastTold(told).Sub(commit))
		begun := clock.Real().Now()
		bare()
		floor = append(floor, lastTold(told).Sub(begun))
		<-clock.Real().NewTimer(200 * time.Millisecond).C() // hints that come together are one
	}
	report(b, "", took)
	report(b, "floor-", floor)
	b.ReportMetric(ms(quantile(took, 0.5))/ms(quantile(floor, 0.5)), "ratio")
	b.ReportMetric(0, "ns/op")
}

func lastTold(told <-chan time.Time) (last time.Time) {
	for range listeners {
		if at := <-told; at.After(last) {
			last = at
		}
	}
	return last
}

// listen opens one stream of hints and says each time that one comes.
func listen(b *testing.B, address, token string, told chan<- time.Time) {
	b.Helper()
	conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /live?topics=desk:%s HTTP/1.1\r\nHost: house\r\nCookie: session=%s\r\n\r\n", testkit.Territory, token); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "retry:") {
	}
	go func() {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "event: hint") {
				told <- clock.Real().Now()
			}
		}
	}()
}

// plainScreens opens as many connections to a plain listener; what it returns writes a line to each.
func plainScreens(b *testing.B, told chan<- time.Time) func() {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	ends := make([]net.Conn, 0, listeners)
	for range listeners {
		conn, err := (&net.Dialer{}).DialContext(b.Context(), "tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		end, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = end.Close() })
		ends = append(ends, end)
		go func() {
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				if strings.HasPrefix(lines.Text(), "event: hint") {
					told <- clock.Real().Now()
				}
			}
		}()
	}
	return func() {
		for _, end := range ends {
			if _, err := fmt.Fprintf(end, "event: hint\ndata: desk:%s\n\n", testkit.Territory); err != nil {
				b.Error(err)
			}
		}
	}
}
