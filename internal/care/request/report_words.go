package request

import (
	"strings"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
)

// Said is one part of a report in words.
type Said struct {
	Section Section
	Label   string
	Text    string
}

// Said tells the parts of a report beside its text and its vitals, in the order of the
// template; hours are those of loc.
func (c CareReport) Said(p *i18n.Printer, loc *time.Location) []Said {
	words := map[Section]string{
		SectionActs:      c.acts(p),
		SectionWound:     c.Wound.Sentence(p),
		SectionTolerance: c.tolerance(p.Lang()),
		SectionAdverse:   c.Adverse,
		SectionWarn:      c.warned(p),
	}
	if !c.Seen.IsZero() {
		words[SectionSeen] = p.DayYear(c.Seen, loc) + " " + p.Hour(c.Seen, loc)
	}
	if !c.Next.IsZero() {
		words[SectionNext] = p.DayYear(c.Next, loc) + " " + p.Hour(c.Next, loc)
	}
	if c.Alert {
		words[SectionAlert] = p.T("request.report.alert.yes")
	}
	var out []Said
	for _, s := range sections {
		if text := words[s.Section]; text != "" {
			out = append(out, Said{s.Section, p.T("request.report." + string(s.Section)), text})
		}
	}
	return out
}

func (c CareReport) acts(p *i18n.Printer) string {
	var labels []string
	for _, a := range c.Acts {
		labels = append(labels, a.Label(p.Lang()))
	}
	return strings.Join(labels, " / ")
}

func (c CareReport) tolerance(lang string) string {
	t, _ := nomenclature.ToleranceOf(c.Tolerance)
	return t.Label(lang)
}

func (c CareReport) warned(p *i18n.Printer) string {
	var words []string
	for _, w := range c.Warn {
		words = append(words, p.T("request.report.warn."+string(w)))
	}
	return p.Join(words)
}

// Sentence says the state of a wound: its stage, its aspect, its size in millimetres.
func (w *Wound) Sentence(p *i18n.Printer) string {
	if w.Empty() {
		return ""
	}
	var parts []string
	if t, ok := nomenclature.WoundStageOf(w.Stage); ok {
		parts = append(parts, t.Label(p.Lang()))
	}
	if t, ok := nomenclature.WoundAspectOf(w.Aspect); ok {
		parts = append(parts, t.Label(p.Lang()))
	}
	switch {
	case w.Length > 0 && w.Width > 0:
		parts = append(parts, p.T("request.report.wound.size", "length", w.Length, "width", w.Width))
	case w.Length+w.Width > 0:
		parts = append(parts, p.T("request.report.wound.length", "length", w.Length+w.Width))
	}
	if w.Depth > 0 {
		parts = append(parts, p.T("request.report.wound.depth", "depth", w.Depth))
	}
	return strings.Join(parts, " · ")
}
