package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
)

// LivePath is where live.js listens.
const LivePath = "/live"

// pingEvery keeps proxies from closing a quiet stream, and is the rhythm at which the
// session is looked at again.
const pingEvery = 25 * time.Second

const maxTopics = 50

// Live streams hints: the names of topics that changed, never data. It ends when the
// session is over, when the reader leaves, when the subscription's channel is closed,
// and when Stopping is closed.
type Live struct {
	Clock clock.Clock
	// Subscribe returns the hints about topics and how to stop them.
	Subscribe func(topics []string) (<-chan string, func())
	// Allowed tells whether the actor may know that topic changes.
	Allowed func(a actor.Actor, topic string) bool
	Resume  Resume
	// Anyone also lets those who are not signed in hear what Allowed grants to the zero actor.
	Anyone bool
	// Stopping may be nil. A server that waits for its streams would never stop.
	Stopping <-chan struct{}
}

// Handler answers GET /live?topics=a,b. Topics that are not allowed are left out in
// silence; when none is left the answer is « not found ».
func (l Live) Handler() http.Handler {
	if l.Anyone {
		return Handle(l.stream)
	}
	return RequireActor(Handle(l.stream))
}

func (l Live) stream(w http.ResponseWriter, r *http.Request) error {
	topics := l.allowed(r)
	if len(topics) == 0 {
		return fault.NotFound("page")
	}
	hints, stop := l.Subscribe(topics)
	defer stop()
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a stream outlives the limit of pages; not every writer knows it
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	send := func(line string) bool {
		if _, err := fmt.Fprint(w, line); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	if !send("retry: 2000\n\n") {
		return nil
	}
	tick := l.Clock.NewTimer(pingEvery)
	defer func() { tick.Stop() }()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-l.Stopping:
			return nil
		case topic, open := <-hints:
			if !open || !send("event: hint\ndata: "+topic+"\n\n") {
				return nil
			}
		case <-tick.C():
			if !l.signedIn(r) {
				send("event: over\ndata: \n\n")
				return nil
			}
			if !send(": ping\n\n") {
				return nil
			}
			tick = l.Clock.NewTimer(pingEvery)
		}
	}
}

func (l Live) allowed(r *http.Request) []string {
	a := Actor(r.Context())
	var topics []string
	for topic := range strings.SplitSeq(r.URL.Query().Get("topics"), ",") {
		if topic != "" && !strings.ContainsAny(topic, "\r\n") && len(topics) < maxTopics && l.Allowed(a, topic) {
			topics = append(topics, topic)
		}
	}
	return topics
}

// signedIn keeps a stream when we cannot know: only a session known to be over ends it.
func (l Live) signedIn(r *http.Request) bool {
	token := SessionToken(r)
	if token == "" && l.Anyone {
		return true
	}
	_, err := l.Resume(r.Context(), token, false)
	kind := fault.KindOf(err)
	return err == nil || kind != fault.KindUnauthenticated && kind != fault.KindNotFound && kind != fault.KindForbidden
}
