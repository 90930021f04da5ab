//go:build !otel

package trace_test

import (
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/infra/trace"
)

// A program built without spans does not let its operator believe that it sends them.
func TestACollectorIsRefusedWithoutTheTag(t *testing.T) {
	if _, err := trace.Open(t.Context(), "http://127.0.0.1:4318"); fault.CodeOf(err) != "trace.absent" {
		t.Errorf("%v", err)
	}
	stop, err := trace.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}
