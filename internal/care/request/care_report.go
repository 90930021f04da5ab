package request

import (
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
)

// CareReport is what a care report (CR) says. Its text may stand alone; everything else
// is said when there is something to say.
type CareReport struct {
	Text string `json:"text"`
	// Seen is when the patient was seen; zero when the report does not say.
	Seen      time.Time              `json:"seen,omitzero"`
	Acts      []nomenclature.ActCode `json:"acts,omitempty"`
	Vitals    []nomenclature.Reading `json:"vitals,omitempty"`
	Wound     *Wound                 `json:"wound,omitempty"`
	Tolerance string                 `json:"tolerance,omitempty"`
	Adverse   string                 `json:"adverse,omitempty"`
	// Next is the next visit: only care that has begun has one.
	Next time.Time `json:"next,omitzero"`
	// Warn lists who has to be warned; Alert tells them at once, day and night.
	Warn  []Warned `json:"warn,omitempty"`
	Alert bool     `json:"alert,omitempty"`
}

// Wound is the state of a wound. Sizes are in millimetres; zero is not measured.
type Wound struct {
	Stage  string `json:"stage,omitempty"`
	Aspect string `json:"aspect,omitempty"`
	Length int    `json:"length,omitempty"`
	Width  int    `json:"width,omitempty"`
	Depth  int    `json:"depth,omitempty"`
}

// Empty tells whether nothing of the wound was said.
func (w *Wound) Empty() bool { return w == nil || *w == Wound{} }

// Warned is somebody whom a report asks to warn.
type Warned string

// Who may have to be warned.
const (
	WarnGP        Warned = "gp"
	WarnRequester Warned = "requester"
)

// Section is one part of a report.
type Section string

// The parts of a report.
const (
	SectionText      Section = "text"
	SectionSeen      Section = "seen"
	SectionActs      Section = "acts"
	SectionVitals    Section = "vitals"
	SectionWound     Section = "wound"
	SectionTolerance Section = "tolerance"
	SectionAdverse   Section = "adverse"
	SectionNext      Section = "next"
	SectionWarn      Section = "warn"
	SectionAlert     Section = "alert"
)

// sections is the template of a report: its parts in order, and for which request each is asked.
var sections = []struct {
	Section Section
	Asked   func(r Request) bool
}{
	{SectionText, always},
	{SectionSeen, always},
	{SectionActs, func(r Request) bool { return len(r.Acts) > 0 }},
	{SectionVitals, always},
	{SectionWound, func(r Request) bool { return nomenclature.ConcernsWound(r.Acts) }},
	{SectionTolerance, always},
	{SectionAdverse, always},
	{SectionNext, func(r Request) bool { return r.State == Started }},
	{SectionWarn, always},
	{SectionAlert, always},
}

func always(Request) bool { return true }

// Sections lists the parts that a report of r has, in order.
func (r Request) Sections() []Section {
	var out []Section
	for _, s := range sections {
		if s.Asked(r) {
			out = append(out, s.Section)
		}
	}
	return out
}

// maxSize bounds a size of a wound, in millimetres; maxAdverse the words on an adverse event, in bytes.
const (
	maxSize    = 500
	maxAdverse = 2000
)

// check returns every fault of a report written at now for a request, each with its field.
func (c CareReport) check(r Request, now time.Time) error {
	var l fault.List
	l = append(l, fault.Fields(checkText(c.Text, "report"))...)
	if c.Seen.After(now.Add(time.Minute)) {
		l.Add(fault.Invalid("request.visit_future", "at"))
	}
	if slices.ContainsFunc(c.Acts, func(a nomenclature.ActCode) bool { return !slices.Contains(r.Acts, a) }) {
		l.Add(fault.Invalid("request.act_unknown", "acts"))
	}
	l = append(l, nomenclature.CheckReadings(c.Vitals)...)
	l = append(l, c.Wound.check()...)
	if _, ok := nomenclature.ToleranceOf(c.Tolerance); c.Tolerance != "" && !ok {
		l.Add(fault.Invalid("request.tolerance", "tolerance"))
	}
	if len(c.Adverse) > maxAdverse {
		l.Add(fault.Invalid("request.note_long", "adverse", "n", maxAdverse))
	}
	if !c.Next.IsZero() && r.State != Started {
		l.Add(fault.Invalid("request.report_next", "next"))
	} else {
		l = append(l, fault.Fields(checkNext(c.Next, now))...)
	}
	if slices.ContainsFunc(c.Warn, func(w Warned) bool { return w != WarnGP && w != WarnRequester }) {
		l.Add(fault.Invalid("request.warn", "warn"))
	}
	return l.Err()
}

func (w *Wound) check() (l fault.List) {
	if w.Empty() {
		return nil
	}
	if _, ok := nomenclature.WoundStageOf(w.Stage); w.Stage != "" && !ok {
		l.Add(fault.Invalid("request.wound_stage", "wound_stage"))
	}
	if _, ok := nomenclature.WoundAspectOf(w.Aspect); w.Aspect != "" && !ok {
		l.Add(fault.Invalid("request.wound_aspect", "wound_aspect"))
	}
	for field, mm := range map[string]int{"wound_length": w.Length, "wound_width": w.Width, "wound_depth": w.Depth} {
		if mm < 0 || mm > maxSize {
			l.Add(fault.Invalid("request.wound_size", field, "n", maxSize))
		}
	}
	return l
}

// tidy rounds the values, and forgets what says nothing.
func (c CareReport) tidy() CareReport {
	c.Vitals = rounded(c.Vitals)
	if c.Wound.Empty() {
		c.Wound = nil
	}
	return c
}

func rounded(list []nomenclature.Reading) []nomenclature.Reading {
	out := slices.Clone(list)
	for i := range out {
		out[i] = out[i].Rounded()
	}
	return out
}
