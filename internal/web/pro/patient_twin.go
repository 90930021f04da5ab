package pro

import (
	"context"

	"entractes/internal/web"
)

// twinOptions are the two answers, with the name and the birth date as they were typed.
func twinOptions(ctx context.Context, f *web.Form) []web.Option {
	p := web.P(ctx)
	typed := joinedBy(" ", f.Value("given_name"), f.Value("family_name"))
	var options []web.Option
	for _, answer := range twinAnswers {
		o := web.Option{Value: string(answer), Label: p.T("twin." + string(answer)), Detail: p.T("twin."+string(answer)+".what", "who", typed)}
		options = append(options, o)
	}
	return options
}
