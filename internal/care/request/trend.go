package request

import (
	"slices"
	"time"

	"entractes/internal/care/nomenclature"
)

// Measured is what was measured at one moment, by one person.
type Measured struct {
	At     time.Time
	Name   string
	Vitals []nomenclature.Reading
}

// Measures gathers the vitals of visits and reports, the first one first.
func Measures(visits []Visit, reports []Report) []Measured {
	var out []Measured
	for _, v := range visits {
		out = append(out, Measured{v.At, v.Name, v.Vitals})
	}
	for _, r := range reports {
		at := r.At
		if !r.Seen.IsZero() {
			at = r.Seen
		}
		out = append(out, Measured{at, r.Name, r.Vitals})
	}
	out = slices.DeleteFunc(out, func(m Measured) bool { return len(m.Vitals) == 0 })
	slices.SortStableFunc(out, func(a, b Measured) int { return a.At.Compare(b.At) })
	return out
}

// Trend is one measure through time, the first value first.
type Trend struct {
	Vital  nomenclature.Vital
	Points []Point
}

// Point is one value of a trend.
type Point struct {
	At      time.Time
	Reading nomenclature.Reading
}

// Trends sorts measures by what is measured, in the order of the nomenclature.
func Trends(all []Measured) []Trend {
	var out []Trend
	for _, v := range nomenclature.Vitals() {
		t := Trend{Vital: v}
		for _, m := range all {
			for _, r := range m.Vitals {
				if r.Code == v.Code {
					t.Points = append(t.Points, Point{m.At, r})
				}
			}
		}
		if len(t.Points) > 0 {
			out = append(out, t)
		}
	}
	return out
}
