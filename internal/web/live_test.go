package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/web"
)

// stage is a live stream with its hints, its clock and its session in the test's hand.
type stage struct {
	*httptest.Server
	clock *clock.Manual
	hints chan string
	over  atomic.Bool
	stop  chan struct{}
	asked chan []string
	ended chan struct{}
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{clock: clock.NewManual(noon), hints: make(chan string), stop: make(chan struct{}), asked: make(chan []string, 8), ended: make(chan struct{}, 8)}
	resume := func(context.Context, string, bool) (actor.Actor, error) {
		if s.over.Load() {
			return actor.Actor{}, fault.Unauthenticated("unauthenticated")
		}
		return actor.Actor{Account: "a1", Person: "p1"}, nil
	}
	live := web.Live{
		Clock: s.clock, Resume: resume, Stopping: s.stop,
		Subscribe: func(topics []string) (<-chan string, func()) {
			s.asked <- topics
			return s.hints, func() { s.ended <- struct{}{} }
		},
		Allowed: func(a actor.Actor, topic string) bool {
			return topic == "person:"+a.Person || strings.HasPrefix(topic, "request:")
		},
	}
	s.Server = httptest.NewServer(web.Door(s.clock, resume, live.Handler()))
	t.Cleanup(s.Server.Close)
	return s
}

func (s *stage) listen(t *testing.T, topics string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+web.LivePath+"?topics="+topics, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: "camille"})
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer, bufio.NewScanner(answer.Body)
}

// line returns the next line that says something.
func line(lines *bufio.Scanner) string {
	for lines.Scan() {
		if lines.Text() != "" {
			return lines.Text()
		}
	}
	return "end"
}

func TestLivePassesHintsAboutWhatOneMayKnow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer, lines := s.listen(t, "person:p1,person:p2,request:7")
	if answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(answer.Status)
	}
	if got := strings.Join(<-s.asked, " "); got != "person:p1 request:7" {
		t.Errorf("subscribed to %s", got)
	}
	if got := line(lines); got != "retry: 2000" {
		t.Errorf("begins with %q", got)
	}
	s.hints <- "request:7"
	if a, b := line(lines), line(lines); a != "event: hint" || b != "data: request:7" {
		t.Errorf("got %q, %q", a, b)
	}
	close(s.stop)
	if got := line(lines); got != "end" {
		t.Errorf("after the house stopped: %q", got)
	}
	<-s.ended
}

func TestLiveEndsWithTheSession(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, lines := s.listen(t, "person:p1")
	<-s.asked
	line(lines)
	s.hints <- "person:p1" // the first timer is set once a hint has been taken
	line(lines)
	line(lines)
	s.clock.Advance(25 * time.Second)
	if got := line(lines); got != ": ping" {
		t.Errorf("after 25 s: %q", got)
	}
	s.hints <- "person:p1"
	line(lines)
	line(lines)
	s.over.Store(true)
	s.clock.Advance(25 * time.Second)
	if got := line(lines); got != "event: over" {
		t.Errorf("after the session: %q", got)
	}
	<-s.ended
}

func TestLiveNeedsATopic(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if answer, _ := s.listen(t, "person:p2,"); answer.StatusCode != http.StatusNotFound {
		t.Error(answer.Status)
	}
	s.over.Store(true)
	if answer, _ := s.listen(t, "person:p1"); answer.StatusCode != http.StatusSeeOther {
		t.Error(answer.Status)
	}
}
