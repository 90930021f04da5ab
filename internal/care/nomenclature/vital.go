package nomenclature

import (
	"math"
	"slices"
	"strconv"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// VitalCode names what is measured at the patient's.
type VitalCode string

// The measures the product itself compares.
const (
	Systolic  VitalCode = "sys"
	Diastolic VitalCode = "dia"
)

// Vital is something measured, with the scales it may be written in; the first is the
// one that values are compared in. Ranges are those of an adult.
type Vital struct {
	Code VitalCode
	Words
	Scales []Scale
}

// Scale is one unit of a measure. Outside Least…Most a value is a slip of the finger;
// outside Low…High it is unusual. HasUsual is false for what has no usual range.
type Scale struct {
	Unit        string
	Decimals    int
	Least, Most float64
	Low, High   float64
	HasUsual    bool
	Factor      float64 // of this unit in one of the first
	Source      string  // of the usual range
}

// Vitals lists what may be measured, in the order it is read.
func Vitals() []Vital { return slices.Clone(data().vitals) }

// VitalOf returns a measure; false when there is none of this code.
func VitalOf(code VitalCode) (Vital, bool) {
	return find(data().vitals, func(v Vital) bool { return v.Code == code })
}

// Scale returns the scale of a unit; false when the measure is not written in it.
func (v Vital) Scale(unit string) (Scale, bool) {
	return find(v.Scales, func(s Scale) bool { return s.Unit == unit })
}

// Base is the first scale, in which values are compared.
func (v Vital) Base() Scale { return v.Scales[0] }

// Reading is one value of a measure, in the unit it was written in.
type Reading struct {
	Code  VitalCode `json:"code"`
	Value float64   `json:"value"`
	Unit  string    `json:"unit"`
}

// Side tells on which side of the usual range a value is.
type Side string

// The sides. An empty Side is usual, or unknown.
const (
	Below Side = "low"
	Above Side = "high"
)

// scale finds how r is written.
func (r Reading) scale() (Scale, bool) {
	v, ok := VitalOf(r.Code)
	if !ok {
		return Scale{}, false
	}
	return v.Scale(r.Unit)
}

// Rounded is r with the decimals of its scale.
func (r Reading) Rounded() Reading {
	if s, ok := r.scale(); ok {
		ten := math.Pow10(s.Decimals)
		r.Value = math.Round(r.Value*ten) / ten
	}
	return r
}

// Usual tells on which side of an adult's usual range r is; empty inside, and where there is no such range.
func (r Reading) Usual() Side {
	s, ok := r.scale()
	switch {
	case !ok || !s.HasUsual:
	case r.Value < s.Low:
		return Below
	case r.Value > s.High:
		return Above
	}
	return ""
}

// InBase is the value of r in the first unit of its measure.
func (r Reading) InBase() float64 {
	s, ok := r.scale()
	if !ok {
		return r.Value
	}
	return r.Value / s.Factor
}

// Text writes r with its unit: « 38,5 °C ».
func (r Reading) Text(p *i18n.Printer) string {
	s, ok := r.scale()
	if !ok {
		return p.Decimal(r.Value, 2) + "\u00a0" + r.Unit
	}
	return s.Text(p, r.Value)
}

// Text writes a value of the scale with its unit.
func (s Scale) Text(p *i18n.Printer, value float64) string {
	number := p.Decimal(value, s.Decimals)
	if s.Unit[0] == '/' {
		return number + s.Unit // 72/min, 3/10
	}
	return number + "\u00a0" + s.Unit
}

// Field is the name under which a form sends r, and its faults come back.
func (v VitalCode) Field() string { return "vital_" + string(v) }

// CheckReadings returns every fault of a list of readings, each with its field: what
// nobody can have, what is measured twice, and a pressure upside down.
func CheckReadings(list []Reading) (l fault.List) {
	seen := map[VitalCode]float64{}
	for _, r := range list {
		s, ok := r.scale()
		_, twice := seen[r.Code]
		switch {
		case !ok || twice:
			l.Add(fault.Invalid("nomenclature.vital_unknown", r.Code.Field()))
			continue
		case !(r.Value >= s.Least && r.Value <= s.Most): // not a number is neither
			l.Add(fault.Invalid("nomenclature.vital_range", r.Code.Field(), "least", s.Least, "most", s.Most, "unit", s.Unit))
		}
		seen[r.Code] = r.Value
	}
	high, ok := seen[Systolic]
	low, both := seen[Diastolic]
	if ok && both && low >= high && len(l) == 0 {
		l.Add(fault.Invalid("nomenclature.vital_pressure", Diastolic.Field()))
	}
	return l
}

// readVital reads one line: a measure, or another scale of the one before.
func (t *tables) readVital(r row) {
	s := Scale{Unit: r["unit"], Source: r["source"], HasUsual: r["low"] != ""}
	for _, f := range []struct {
		column string
		into   *float64
	}{{"least", &s.Least}, {"most", &s.Most}, {"low", &s.Low}, {"high", &s.High}, {"factor", &s.Factor}} {
		if text := r[f.column]; text != "" {
			var err error
			if *f.into, err = strconv.ParseFloat(text, 64); err != nil {
				t.problem("vitals: %s: %v", r["code"], err)
			}
		}
	}
	var err error
	if s.Decimals, err = strconv.Atoi(r["decimals"]); err != nil || s.Factor <= 0 || s.Unit == "" {
		t.problem("vitals: %s %s: %v", r["code"], s.Unit, err)
	}
	if n := len(t.vitals) - 1; n >= 0 && t.vitals[n].Code == VitalCode(r["code"]) {
		t.vitals[n].Scales = append(t.vitals[n].Scales, s)
		return
	}
	t.vitals = append(t.vitals, Vital{Code: VitalCode(r["code"]), Words: Words{FR: r["fr"], EN: r["en"]}, Scales: []Scale{s}})
}

// SayReadings writes each reading with the name of what is measured, in the order of the
// measures; the two pressures stand together: « TA 135/80 mmHg ».
func SayReadings(p *i18n.Printer, list []Reading) []string {
	var out []string
	high, low := readingOf(list, Systolic), readingOf(list, Diastolic)
	for _, v := range Vitals() {
		r := readingOf(list, v.Code)
		switch {
		case r == nil || r == low && high != nil:
		case r == high && low != nil:
			out = append(out, p.T("nomenclature.vital.pressure", "high", p.Decimal(high.Value, 0), "low", low.Text(p)))
		default:
			out = append(out, v.Label(p.Lang())+" "+r.Text(p))
		}
	}
	return out
}

func readingOf(list []Reading, code VitalCode) *Reading {
	if i := slices.IndexFunc(list, func(r Reading) bool { return r.Code == code }); i >= 0 {
		return &list[i]
	}
	return nil
}
