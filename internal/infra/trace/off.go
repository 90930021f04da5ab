//go:build !otel

package trace

import (
	"context"

	"entractes/internal/base/fault"
)

// Open sends the spans of this program to the collector at an address, "http://127.0.0.1:4318".
// This program was built without the tag otel: an address is refused with the code "trace.absent".
func Open(_ context.Context, collector string) (stop func(context.Context) error, err error) {
	if collector != "" {
		return nil, fault.Invalid("trace.absent", "trace-collector")
	}
	return func(context.Context) error { return nil }, nil
}

// Join returns ctx as a part of the trace that header tells of, when it tells of one.
func Join(ctx context.Context, _ func(header string) string) context.Context { return ctx }

// Start begins a step; end ends it with what became of it.
func Start(ctx context.Context, _ string) (_ context.Context, end func(err error)) {
	return ctx, func(error) {}
}

// Name gives the step under way the name that was not known when it began.
func Name(context.Context, string) {}
