package request

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
)

// Sentence renders the structured care in one line (EA-055): the mode, the acts
// separated by " / ", the duration, then how often and from when. It holds nothing
// nominative and no free text, so people asked may read it.
//
//	Visite, injection s/c / retrait d’agrafes pendant 3 j [1 passage par jour, à partir du jeudi 7 septembre]
func (r Request) Sentence(p *i18n.Printer) string {
	zone := civil.ZoneOf(string(r.Commune))
	parts := []string{r.Mode.Label(p.Lang())}
	var acts []string
	for _, a := range r.Acts {
		acts = append(acts, a.Label(p.Lang()))
	}
	if len(acts) > 0 {
		parts = append(parts, strings.Join(acts, " / "))
	}
	s := strings.Join(parts, ", ")
	if len(r.Acts) == 0 {
		return s
	}
	if until := r.Care.length(p); until != "" {
		s += until
	}
	from := p.T("request.sentence.from", "day", p.Day(r.StartAt, zone.Loc))
	if how := r.Care.passages(p); how != "" {
		from = how + ", " + from
	}
	return s + " [" + from + "]"
}

// Rhythm says how often and how long, in a few words: « 1 passage par jour pendant 15 j ».
func (r Request) Rhythm(p *i18n.Printer) string {
	return strings.TrimPrefix(strings.TrimSpace(r.Care.passages(p)+r.Care.length(p)), ", ")
}

// length says how long: « pendant 15 j », « , jusqu’à l’accouchement », « , durée non
// précisée »; nothing for what is done once, which has no duration to give.
func (c Care) length(p *i18n.Printer) string {
	s := ""
	if c.Days > 0 {
		s = " " + p.T("request.sentence.days", "n", c.Days)
	}
	if end, ok := endOf(c.End); ok {
		return s + ", " + lowered(end.Label(p.Lang()))
	}
	if s == "" && c.Frequency.Repeats() {
		return ", " + p.T("request.sentence.open")
	}
	return s
}

// endOf returns what ends the care besides a number of days; false when nothing was said.
func endOf(code string) (nomenclature.Term, bool) {
	for _, t := range nomenclature.EndCriteria() {
		if t.Code == code && code != openEnd {
			return t, true
		}
	}
	return nomenclature.Term{}, false
}

// openEnd is the criterion that says nothing more than a duration of 0.
const openEnd = "undetermined"

// EndCriteria lists what may end the care besides a number of days.
func EndCriteria() []nomenclature.Term {
	return slices.DeleteFunc(nomenclature.EndCriteria(), func(t nomenclature.Term) bool { return t.Code == openEnd })
}

// lowered makes words of a sentence.
func lowered(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:size]) + s[size:]
}

// passages says how often somebody comes: « 1 passage par jour », « tous les 2 jours »,
// « 1 passage le lundi et le jeudi, le matin »; nothing for what is done once at any moment.
func (c Care) passages(p *i18n.Printer) string {
	f := c.Frequency
	switch {
	case f == nomenclature.Frequency{}:
		return ""
	case f.PerDay > 0:
		return f.When(p, p.T("request.sentence.per_day", "n", f.PerDay))
	case f.PerWeek > 0:
		return f.When(p, p.T("request.sentence.per_week", "n", f.PerWeek))
	case f.EveryDays == 0:
		return f.When(p, p.T("request.sentence.passages", "n", 1))
	}
	return f.Label(p)
}

// FullSentence is Sentence with the free text before it, its segments separated by
// " // ", and the blocks after it: for those who may read the motive.
func (r Request) FullSentence(p *i18n.Printer, d Details) string {
	s := r.Sentence(p)
	if d.Motive != "" {
		s = oneLine(d.Motive) + " // " + s
	}
	for _, b := range d.Blocks(p, r.Acts) {
		s += ". " + b
	}
	return s
}

// oneLine joins the lines of a text with " // ".
func oneLine(text string) string {
	var lines []string
	for line := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " // ")
}

// sameBlocks tells whether nothing differs of what is written besides the motive. A block
// in which nothing was said is none; whether a birth is still expected follows its date.
func (d Details) sameBlocks(o Details) bool {
	if d.Maternity.Empty() != o.Maternity.Empty() || d.Transport.Empty() != o.Transport.Empty() {
		return false
	}
	if !d.Maternity.Empty() {
		a, b := *d.Maternity, *o.Maternity
		a.Expected = b.Expected
		if a != b {
			return false
		}
	}
	return (d.Transport.Empty() || *d.Transport == *o.Transport) && maps.EqualFunc(d.Answers, o.Answers, maps.Equal)
}

// Blocks says, one by one, what was written besides the motive about acts.
func (d Details) Blocks(p *i18n.Printer, acts []nomenclature.ActCode) (out []string) {
	if said := d.Answers.Sentence(p, acts); said != "" {
		out = append(out, said)
	}
	if !d.Maternity.Empty() {
		out = append(out, d.Maternity.Sentence(p))
	}
	if !d.Transport.Empty() {
		out = append(out, d.Transport.Sentence(p))
	}
	return out
}
