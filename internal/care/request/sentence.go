package request

import (
	"strings"

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
	if r.Care.Days > 0 {
		s += " " + p.T("request.sentence.days", "n", r.Care.Days)
	} else if r.Care.Frequency != (nomenclature.Frequency{}) {
		s += ", " + p.T("request.sentence.open") // what is done once has no duration to give
	}
	from := p.T("request.sentence.from", "day", p.Day(r.StartAt, zone.Loc))
	if r.Care.Frequency == (nomenclature.Frequency{}) {
		return s + " [" + from + "]"
	}
	return s + " [" + passages(p, r.Care.Frequency) + ", " + from + "]"
}

// passages says how often somebody comes: « 1 passage par jour », « tous les 2 jours ».
func passages(p *i18n.Printer, f nomenclature.Frequency) string {
	switch {
	case f.PerDay > 0:
		return p.T("request.sentence.per_day", "n", f.PerDay)
	case f.PerWeek > 0:
		return p.T("request.sentence.per_week", "n", f.PerWeek)
	}
	return f.Label(p)
}

// FullSentence is Sentence with the free text before it, its segments separated by
// " // ", and the maternity block after it: for those who may read the motive.
func (r Request) FullSentence(p *i18n.Printer, d Details) string {
	s := r.Sentence(p)
	if d.Motive != "" {
		lines := strings.FieldsFunc(d.Motive, func(c rune) bool { return c == '\n' || c == '\r' })
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		s = strings.Join(lines, " // ") + " // " + s
	}
	if !d.Maternity.Empty() {
		s += ". " + d.Maternity.Sentence(p)
	}
	return s
}

// Sentence says the maternity block.
func (m *Maternity) Sentence(p *i18n.Printer) string {
	var parts []string
	if !m.Date.IsZero() {
		parts = append(parts, p.T("request.maternity.date", "day", p.DayYear(m.Date.Start(civil.Paris()), civil.Paris())))
	}
	if m.MotherAndBaby {
		parts = append(parts, p.T("request.maternity.mother_and_baby"))
	}
	if m.PostPartum {
		parts = append(parts, p.T("request.maternity.post_partum"))
	}
	return strings.Join(parts, ", ")
}
