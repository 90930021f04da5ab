package pro

import (
	"context"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// questions are what some acts ask, act by act.
type questions struct{ acts []actQuestions }

type actQuestions struct {
	code  nomenclature.ActCode
	label string
	list  []question
}

// question is one of them, with what was answered.
type question struct {
	nomenclature.ActField
	name, label  string
	value, fault string
	options      []web.Option
}

func questionsOf(ctx context.Context, n need, acts []nomenclature.ActCode) (q questions) {
	lang := web.P(ctx).Lang()
	for _, act := range acts {
		asked := actQuestions{code: act, label: act.Label(lang)}
		for _, field := range request.Questions(act) {
			name := n.name(request.AnswerField(act, field.Code))
			asked.list = append(asked.list, question{
				ActField: field, name: name, label: field.Label(lang), value: n.f.Value(name), fault: n.f.Fault(ctx, name), options: choicesOf(field, lang),
			})
		}
		if len(asked.list) > 0 {
			q.acts = append(q.acts, asked)
		}
	}
	return q
}

// specialised is the profession of the register whose specialties are proposed: doctors.
const specialised = "10"

func choicesOf(field nomenclature.ActField, lang string) (list []web.Option) {
	for _, o := range field.Options {
		list = append(list, web.Option{Value: o.Code, Label: o.Label(lang)})
	}
	if field.Kind == nomenclature.FieldSpecialty {
		for _, s := range nomenclature.Specialties(specialised) {
			list = append(list, web.Option{Value: s.Code, Label: s.Label(lang)})
		}
	}
	return list
}

// kind is the type of the field in the page.
func (q question) kind() string {
	switch q.Kind {
	case nomenclature.FieldDate:
		return "date"
	case nomenclature.FieldTime:
		return "time"
	}
	return ""
}

func birthWays(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{{Value: string(request.Vaginal), Label: t("request.maternity.vaginal")}, {Value: string(request.Caesarean), Label: t("request.maternity.caesarean")}}
}

func positions(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{{Value: string(request.Lying), Label: t("ask.transport.lying")}, {Value: string(request.Seated), Label: t("ask.transport.seated")}}
}
