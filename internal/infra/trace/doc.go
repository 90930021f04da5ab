// Package trace tells an OpenTelemetry collector how long the steps of the house take: pages,
// jobs and transactions. It does so in programs built with the tag otel and started with the
// address of a collector; elsewhere every function does nothing and costs nothing.
//
// A span holds the pattern of an address, the kind of a job, the code of a fault: nothing
// of a person, no identifier, no text of an error. What the house does for its own upkeep is
// not told apart: a collector samples.
package trace
