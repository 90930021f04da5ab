package pro

import (
	"math"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// readVitals reads the measures of a form: what is empty was not measured. The plausible
// ranges are the use case's.
func readVitals(f *web.Form) []nomenclature.Reading {
	var out []nomenclature.Reading
	for _, v := range nomenclature.Vitals() {
		if f.Value(v.Code.Field()) == "" {
			continue
		}
		value := f.Decimal(v.Code.Field(), -math.MaxFloat64, math.MaxFloat64)
		out = append(out, nomenclature.Reading{Code: v.Code, Value: value, Unit: or(f.Value(unitField(v.Code)), v.Base().Unit)})
	}
	return out
}

// unitField is where a form sends the unit of a measure that has several.
func unitField(c nomenclature.VitalCode) string { return c.Field() + "_unit" }

// measured tells whether a form holds a measure, right or wrong.
func measured(f *web.Form) bool {
	for _, v := range nomenclature.Vitals() {
		if f.Value(v.Code.Field()) != "" {
			return true
		}
	}
	return false
}

func unitOptions(v nomenclature.Vital) []web.Option {
	var out []web.Option
	for _, s := range v.Scales {
		out = append(out, web.Option{Value: s.Unit, Label: s.Unit})
	}
	return out
}

// adult tells whether the usual ranges, which are those of an adult, apply to the patient.
func (v requestView) adult() bool {
	if v.Patient == nil || v.Patient.Identity.BirthDate.IsZero() {
		return true
	}
	return v.Patient.Identity.BirthDate.YearsUntil(civil.DayOf(v.Now, v.loc)) >= 18
}

// side is where a reading stands beside the usual range.
func (v requestView) side(r nomenclature.Reading) nomenclature.Side {
	if !v.adult() {
		return ""
	}
	return r.Usual()
}

// reading is a value with its sign when it is unusual.
func (v requestView) reading(r nomenclature.Reading) templ.Component {
	text := r.Text(v.p)
	switch v.side(r) {
	case nomenclature.Above:
		return valueCell(text, web.Pill{Label: v.p.T("pro.vitals.high"), Tone: web.Wait, Icon: "chevron-up"})
	case nomenclature.Below:
		return valueCell(text, web.Pill{Label: v.p.T("pro.vitals.low"), Tone: web.Wait, Icon: "chevron-down"})
	}
	return textCell(text)
}

// trend draws a measure that was taken twice or more.
func (v requestView) trend(t request.Trend) web.Trend {
	base := t.Vital.Base()
	out := web.Trend{}
	if base.HasUsual && v.adult() {
		out.Low, out.High = base.Low, base.High
	}
	var words []string
	for _, p := range t.Points {
		text := v.p.T("pro.vitals.point", "value", p.Reading.Text(v.p), "at", moment(v.p, p.At, v.Now, v.loc))
		words = append(words, text)
		out.Points = append(out.Points, web.TrendPoint{At: float64(p.At.UnixMilli()), Value: p.Reading.InBase(), Text: text, Out: v.side(p.Reading) != ""})
	}
	out.Label = v.p.T("pro.vitals.trend", "what", t.Vital.Label(v.p.Lang()), "values", joinedBy(", ", words...))
	return out
}

// latest is the table of the last value of each measure, with its trend.
func (v requestView) latest(trends []request.Trend) web.DataTable {
	table := web.DataTable{ID: "constantes-dernieres", Caption: v.p.T("pro.vitals"), Columns: []web.Column{
		{Label: v.p.T("pro.vitals.what")}, {Label: v.p.T("pro.vitals.last")}, {Label: v.p.T("pro.vitals.when")}, {Label: v.p.T("pro.vitals.evolution")},
	}}
	for _, t := range trends {
		last := t.Points[len(t.Points)-1]
		evolution := textCell("–")
		if len(t.Points) > 1 {
			evolution = v.trend(t)
		}
		table.Lines = append(table.Lines, web.Line{Cells: []templ.Component{
			textCell(t.Vital.Label(v.p.Lang())), v.reading(last.Reading), textCell(moment(v.p, last.At, v.Now, v.loc)), evolution,
		}})
	}
	return table
}

// allMeasures is the table behind the trends: a line a moment, a column a measure.
func (v requestView) allMeasures(all []request.Measured, trends []request.Trend) web.DataTable {
	table := web.DataTable{ID: "constantes-toutes", Caption: v.p.T("pro.vitals.all"), Columns: []web.Column{{Label: v.p.T("pro.vitals.when")}}}
	for _, t := range trends {
		table.Columns = append(table.Columns, web.Column{Label: t.Vital.Label(v.p.Lang()), Number: true})
	}
	for i := len(all) - 1; i >= 0; i-- {
		cells := []templ.Component{textCell(v.noted(all[i].At, all[i].Name))}
		for _, t := range trends {
			cell := textCell("–")
			for _, r := range all[i].Vitals {
				if r.Code == t.Vital.Code {
					cell = v.reading(r)
				}
			}
			cells = append(cells, cell)
		}
		table.Lines = append(table.Lines, web.Line{Cells: cells})
	}
	return table
}

// usualRanges says what is usual for each measure shown.
func (v requestView) usualRanges(trends []request.Trend) string {
	if !v.adult() {
		return v.p.T("pro.vitals.child")
	}
	var words []string
	for _, t := range trends {
		if s := t.Vital.Base(); s.HasUsual {
			words = append(words, v.p.T("pro.vitals.usual", "what", t.Vital.Label(v.p.Lang()), "low", v.p.Decimal(s.Low, s.Decimals), "high", s.Text(v.p, s.High)))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return v.p.T("pro.vitals.ranges", "list", joinedBy(" ; ", words...))
}
