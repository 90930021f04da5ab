// Package fault is the one type of error that leaves a use case. It has three
// readers: the program reads the kind, the integrator reads the code, the person
// reads the sentence found in the catalogue under "fault." + code. The cause stays
// wrapped for the log and is never shown.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind tells a program what it may do about the error.
type Kind int

// The kinds. Unknown errors are Internal: they say nothing to the outside.
const (
	KindInternal        Kind = iota // our fault; logged, retried by jobs
	KindInvalid                     // what was sent cannot be accepted; Field says where
	KindUnauthenticated             // nobody is signed in
	KindForbidden                   // known to the person, and not allowed
	KindNotFound                    // does not exist, or is not his to see: the two are never told apart
	KindConflict                    // somebody or something was faster
	KindTooMany                     // slow down
	KindUnavailable                 // a part we need does not answer; try again
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_many", "unavailable"}

// String returns the stable English name of the kind, for logs and APIs.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[KindInternal]
	}
	return kindNames[k]
}

// Error is one refusal. Values fill the placeholders of its sentence, as key, value pairs.
type Error struct {
	Kind   Kind
	Code   string
	Field  string
	Values []any
	cause  error
}

// Error is for logs, never for people.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String() + ": " + e.Code)
	if e.Field != "" {
		b.WriteString(" (" + e.Field + ")")
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e that carries its cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// At returns a copy of e that names the field at fault.
func (e *Error) At(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Invalid refuses what was sent in field.
func Invalid(code, field string, values ...any) *Error {
	return &Error{Kind: KindInvalid, Code: code, Field: field, Values: values}
}

// Unauthenticated asks to sign in.
func Unauthenticated(code string, values ...any) *Error {
	return &Error{Kind: KindUnauthenticated, Code: code, Values: values}
}

// Forbidden refuses an act on something the person is known to see.
func Forbidden(code string, values ...any) *Error {
	return &Error{Kind: KindForbidden, Code: code, Values: values}
}

// NotFound also means "not yours to see": a difference would be an answer.
func NotFound(code string, values ...any) *Error {
	return &Error{Kind: KindNotFound, Code: code, Values: values}
}

// Conflict says that the state met is not the one expected.
func Conflict(code string, values ...any) *Error {
	return &Error{Kind: KindConflict, Code: code, Values: values}
}

// TooMany asks to slow down.
func TooMany(code string, values ...any) *Error {
	return &Error{Kind: KindTooMany, Code: code, Values: values}
}

// Unavailable says that a needed part does not answer now.
func Unavailable(code string, values ...any) *Error {
	return &Error{Kind: KindUnavailable, Code: code, Values: values}
}

// Internal hides cause behind the sentence of our own faults.
func Internal(cause error) *Error {
	return &Error{Kind: KindInternal, Code: "internal", cause: cause}
}

// Wrap adds context to *err once, at the top of the function that knows the
// arguments: defer fault.Wrap(&err, "accept offer %s", id). It does nothing when
// *err is nil, and keeps kind, code and field readable through errors.As.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}

// KindOf reads the kind of err; KindInternal for errors that are not faults.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	if l, ok := errors.AsType[List](err); ok && len(l) > 0 {
		return l[0].Kind
	}
	return KindInternal
}

// CodeOf reads the stable code of err; "internal" for errors that are not faults.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	if l, ok := errors.AsType[List](err); ok && len(l) > 0 {
		return l[0].Code
	}
	return "internal"
}

// List holds every fault of one form, so that a person corrects them all at once.
type List []*Error

// Error is for logs.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, e := range l {
		parts[i] = e.Error()
	}
	return strings.Join(parts, "; ")
}

// Add appends e, ignoring nil.
func (l *List) Add(e *Error) {
	if e != nil {
		*l = append(*l, e)
	}
}

// Err returns nil when the list is empty: a nil List in an error would not be nil.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Fields lists the faults of err, one or many; nil when err carries none.
func Fields(err error) []*Error {
	if l, ok := errors.AsType[List](err); ok {
		return l
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []*Error{e}
	}
	return nil
}
