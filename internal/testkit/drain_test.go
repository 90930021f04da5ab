package testkit_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// A node asked to stop tells its proxy first, goes on serving pages meanwhile, takes no new
// job, and ends when its time has passed.
func TestANodeDrainsBeforeItStops(t *testing.T) {
	h := testkit.Start(t, db.SQLite, func(c *config.Config) { c.Drain = 5 * time.Second })
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	h.Must(err)
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- h.Run(ctx, l, func() { close(ready) }) }()
	<-ready
	said := func(path string) (int, string) {
		t.Helper()
		answer, err := http.Get("http://" + l.Addr().String() + path)
		h.Must(err)
		text, err := io.ReadAll(answer.Body)
		h.Must(err)
		h.Must(answer.Body.Close())
		return answer.StatusCode, strings.TrimSpace(string(text))
	}
	if status, text := said("/readyz"); status != http.StatusOK {
		t.Fatalf("it is not ready: %d %s", status, text)
	}
	stop()
	for { // the order reaches it in its own time
		status, text := said("/readyz")
		if status == http.StatusServiceUnavailable {
			if text != "leaving" {
				t.Errorf("it says %q", text)
			}
			break
		}
	}
	if status, _ := said("/connexion"); status != http.StatusOK {
		t.Errorf("a page answers %d while it drains", status)
	}
	select {
	case err := <-ended:
		t.Fatalf("it ended before its time: %v", err)
	default:
	}
	for { // its timer may not have been set yet
		h.Clock.Advance(5 * time.Second)
		select {
		case err := <-ended:
			h.Must(err)
			return
		case <-time.After(time.Millisecond):
		}
	}
}
