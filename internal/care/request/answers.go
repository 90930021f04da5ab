package request

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
)

// Answers are what was said to the questions of the acts asked: by act, then by the code
// of the question. Each is written in one way: a number with a point, "1" for yes,
// 2026-03-16, 08:30, the code of a choice.
type Answers map[nomenclature.ActCode]map[string]string

// Limits of an answer.
const (
	maxAnswer     = 200
	maxLongAnswer = 1000
	maxNumber     = 100000
)

// asideFields are the questions of an act that the form asks elsewhere: in the maternity
// block, in the block of a journey, in the frequency, or with the documents.
var asideFields = []string{
	"due_date", "delivery_date", "parity", "delivery_mode", "multiple", "with_baby", "post_partum", "baby_weight",
	"origin", "destination", "service", "floor", "patient_weight", "oxygen", "stretcher", "isolation", "companion", "pickup_time", "transport_order",
	"per_day", "every_n_days",
}

// journeyActs begin so; elsewhere the floor and the weight of a patient are questions of their act.
const journeyActs = "TR"

// Questions lists what the form asks about an act.
func Questions(act nomenclature.ActCode) []nomenclature.ActField {
	a, _ := nomenclature.ActOf(act)
	return slices.DeleteFunc(slices.Clone(a.Fields), func(f nomenclature.ActField) bool {
		if f.Kind == nomenclature.FieldPhoto {
			return true
		}
		own := (f.Code == "floor" || f.Code == "patient_weight") && !strings.HasPrefix(string(act), journeyActs)
		return slices.Contains(asideFields, f.Code) && !own
	})
}

// AnswerField names the field of a form that holds an answer.
func AnswerField(act nomenclature.ActCode, question string) string {
	return "answers." + string(act) + "." + question
}

// Of returns one answer, "" when there is none.
func (a Answers) Of(act nomenclature.ActCode, question string) string { return a[act][question] }

// Set keeps an answer; an empty one is forgotten.
func (a Answers) Set(act nomenclature.ActCode, question, answer string) {
	if answer == "" {
		return
	}
	if a[act] == nil {
		a[act] = map[string]string{}
	}
	a[act][question] = answer
}

// About returns the answers about acts, without the others.
func (a Answers) About(acts []nomenclature.ActCode) Answers {
	kept := maps.Clone(a)
	maps.DeleteFunc(kept, func(act nomenclature.ActCode, _ map[string]string) bool { return !slices.Contains(acts, act) })
	return kept
}

// check returns every fault of the answers about acts, and of those that miss. motive
// is the free text, which may stand for the description that some acts want.
func (a Answers) check(acts []nomenclature.ActCode, motive string) (l fault.List) {
	for act, said := range a {
		if len(said) > 0 && !slices.Contains(acts, act) {
			l.Add(fault.Invalid("request.answer", "acts"))
			return l
		}
		for code := range said {
			if !slices.ContainsFunc(Questions(act), func(f nomenclature.ActField) bool { return f.Code == code }) {
				l.Add(fault.Invalid("request.answer", "acts"))
				return l
			}
		}
	}
	for _, act := range acts {
		for _, f := range Questions(act) {
			l.Add(checkAnswer(f, a.Of(act, f.Code), AnswerField(act, f.Code), motive))
		}
	}
	return l
}

func checkAnswer(f nomenclature.ActField, said, field, motive string) *fault.Error {
	if said == "" {
		if f.Required && motive == "" {
			return fault.Invalid("request.answer_needed", field)
		}
		return nil
	}
	ok := true
	switch f.Kind {
	case nomenclature.FieldText, nomenclature.FieldLong:
		longest := maxAnswer
		if f.Kind == nomenclature.FieldLong {
			longest = maxLongAnswer
		}
		if tooLong(said, longest) {
			return fault.Invalid("request.text_long", field, "n", longest)
		}
	case nomenclature.FieldNumber:
		x, err := strconv.ParseFloat(said, 64)
		ok = err == nil && x > 0 && x <= maxNumber
	case nomenclature.FieldBool:
		ok = said == "1"
	case nomenclature.FieldDate:
		_, err := civil.ParseDay(said)
		ok = err == nil
	case nomenclature.FieldTime:
		_, err := time.Parse("15:04", said)
		ok = err == nil
	case nomenclature.FieldChoice:
		ok = slices.ContainsFunc(f.Options, func(t nomenclature.Term) bool { return t.Code == said })
	case nomenclature.FieldSpecialty:
		_, ok = nomenclature.SpecialtyOf(said)
	default:
		ok = false
	}
	if !ok {
		return fault.Invalid("request.answer", field)
	}
	return nil
}

// tooLong counts characters; what a database could not hold is too long as well.
func tooLong(text string, most int) bool {
	return utf8.RuneCountInString(text) > most || !utf8.ValidString(text) || strings.ContainsRune(text, 0)
}

// Sentence says the answers about acts, each after its question; with several acts each
// one's come after its name.
func (a Answers) Sentence(p *i18n.Printer, acts []nomenclature.ActCode) string {
	var said []string
	for _, act := range acts {
		var parts []string
		for _, f := range Questions(act) {
			if text := a.Of(act, f.Code); text != "" {
				parts = append(parts, answerWords(p, f.Field, text))
			}
		}
		if len(parts) == 0 {
			continue
		}
		words := strings.Join(parts, ", ")
		if len(acts) > 1 {
			words = p.T("request.answer.of", "act", act.Label(p.Lang()), "said", words)
		}
		said = append(said, words)
	}
	return strings.Join(said, ". ")
}

func answerWords(p *i18n.Printer, f nomenclature.Field, said string) string {
	if f.Kind == nomenclature.FieldBool {
		return f.Label(p.Lang())
	}
	switch f.Kind {
	case nomenclature.FieldNumber:
		if x, err := strconv.ParseFloat(said, 64); err == nil {
			said = p.T("request.answer.number", "n", x)
		}
		if f.Unit != "" {
			said = p.T("request.answer.unit", "number", said, "unit", f.Unit)
		}
	case nomenclature.FieldDate:
		if d, err := civil.ParseDay(said); err == nil {
			said = p.DayYear(d.Start(civil.Paris()), civil.Paris())
		}
	case nomenclature.FieldChoice:
		for _, o := range f.Options {
			if o.Code == said {
				said = o.Label(p.Lang())
			}
		}
	case nomenclature.FieldSpecialty:
		if s, ok := nomenclature.SpecialtyOf(said); ok {
			said = s.Label(p.Lang())
		}
	case nomenclature.FieldLong:
		said = oneLine(said)
	}
	return p.T("request.answer.said", "question", f.Label(p.Lang()), "said", said)
}
