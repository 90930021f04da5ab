//go:build otel

package trace

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"entractes/internal/base/fault"
)

// Open sends the spans of this program to the collector at an address, "http://127.0.0.1:4318",
// by OTLP over HTTP, until stop, which sends what is left. Without an address nothing is sent.
// The standard variables OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS are read.
func Open(ctx context.Context, collector string) (stop func(context.Context) error, err error) {
	if collector == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(collector+"/v1/traces"))
	if err != nil {
		return nil, fault.Invalid("trace.collector", "trace-collector").Because(err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "entractes"))))
	otel.SetTracerProvider(provider)
	return provider.Shutdown, nil
}

// header reads what a caller says of its trace.
type header func(string) string

// Get implements propagation.TextMapCarrier.
func (h header) Get(key string) string { return h(key) }

// Set implements propagation.TextMapCarrier; nothing is ever written to who calls.
func (header) Set(string, string) {}

// Keys implements propagation.TextMapCarrier.
func (header) Keys() []string { return nil }

// Join returns ctx as a part of the trace that header tells of, when it tells of one.
func Join(ctx context.Context, of func(header string) string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, header(of))
}

// Start begins a step; end ends it with what became of it: the kind and the code of a fault, never its text.
func Start(ctx context.Context, name string) (_ context.Context, end func(err error)) {
	ctx, span := otel.Tracer("entractes").Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.SetAttributes(attribute.String("fault.kind", fault.KindOf(err).String()), attribute.String("fault.code", fault.CodeOf(err)))
			if fault.KindOf(err) == fault.KindInternal || fault.KindOf(err) == fault.KindUnavailable {
				span.SetStatus(codes.Error, fault.CodeOf(err))
			}
		}
		span.End()
	}
}

// Name gives the step under way the name that was not known when it began.
func Name(ctx context.Context, name string) { trace.SpanFromContext(ctx).SetName(name) }
