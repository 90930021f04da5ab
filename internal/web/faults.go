package web

import (
	"context"

	"entractes/internal/base/fault"
)

// Fault returns the sentence of the first fault of field, to show beside it; "" when
// there is none.
func (f *Form) Fault(ctx context.Context, field string) string {
	for _, e := range f.faults {
		if e.Field == field {
			return P(ctx).Fault(e)
		}
	}
	return ""
}

// Faults returns every fault collected, in the order they were met.
func (f *Form) Faults() []*fault.Error { return f.faults }

// Sentence says err in the reader's language. An error that is not a fault says nothing of itself.
func Sentence(ctx context.Context, err error) string {
	faults := fault.Fields(err)
	if err == nil {
		return ""
	}
	if len(faults) == 0 {
		return P(ctx).T("fault.internal")
	}
	return P(ctx).Fault(faults[0])
}
