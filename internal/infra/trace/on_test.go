//go:build otel

package trace_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	span "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"entractes/internal/base/fault"
	"entractes/internal/infra/trace"
)

// A collector of the standard receives the steps, inside one another and inside the trace of
// who called, and no word of an error.
func TestACollectorIsTold(t *testing.T) {
	var mu sync.Mutex
	spans := map[string]*span.Span{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		var told collector.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &told); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, of := range told.GetResourceSpans() {
			for _, in := range of.GetScopeSpans() {
				for _, s := range in.GetSpans() {
					spans[s.GetName()] = s
				}
			}
		}
	}))
	defer server.Close()
	stop, err := trace.Open(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	headers := http.Header{"Traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
	ctx, page := trace.Start(trace.Join(t.Context(), headers.Get), "GET")
	trace.Name(ctx, "GET /demandes/{id}")
	_, act := trace.Start(ctx, "db.update")
	act(fault.Conflict("request.taken").Because(io.ErrUnexpectedEOF))
	page(nil)
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	outer, inner := spans["GET /demandes/{id}"], spans["db.update"]
	if outer == nil || inner == nil {
		t.Fatalf("told: %v", spans)
	}
	if string(inner.GetParentSpanId()) != string(outer.GetSpanId()) || outer.GetTraceId()[0] != 0x0a || outer.GetParentSpanId()[0] != 0xb7 {
		t.Errorf("the steps do not stand in one another: %v %v", outer, inner)
	}
	if text := inner.String(); !strings.Contains(text, "request.taken") || strings.Contains(text, "EOF") {
		t.Errorf("%s", text)
	}
}
