package nomenclature

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

func TestRangesHoldOneAnother(t *testing.T) {
	if len(Vitals()) < 10 {
		t.Fatalf("%d measures", len(Vitals()))
	}
	for _, v := range Vitals() {
		for n, s := range v.Scales {
			if s.Least >= s.Most || s.HasUsual && (s.Low < s.Least || s.High > s.Most || s.Low >= s.High) || s.HasUsual == (s.Source == "") {
				t.Errorf("%s in %s: %+v", v.Code, s.Unit, s)
			}
			if base := v.Base(); n > 0 && (math.Abs(s.Low/s.Factor-base.Low) > 0.05*base.Low || math.Abs(s.High/s.Factor-base.High) > 0.05*base.High) {
				t.Errorf("%s: usual in %s is not usual in %s", v.Code, s.Unit, base.Unit)
			}
		}
	}
}

func TestReadings(t *testing.T) {
	cases := []struct {
		list  []Reading
		fault string
	}{
		{nil, ""},
		{[]Reading{{"temp", 38.5, "°C"}, {"pain", 0, "/10"}}, ""},
		{[]Reading{{"sys", 135, "mmHg"}, {"dia", 80, "mmHg"}}, ""},
		{[]Reading{{"sys", 13, "mmHg"}}, "nomenclature.vital_range"}, // in centimetres
		{[]Reading{{"sys", 80, "mmHg"}, {"dia", 135, "mmHg"}}, "nomenclature.vital_pressure"},
		{[]Reading{{"temp", 385, "°C"}}, "nomenclature.vital_range"},
		{[]Reading{{"temp", math.NaN(), "°C"}}, "nomenclature.vital_range"},
		{[]Reading{{"pain", 11, "/10"}}, "nomenclature.vital_range"},
		{[]Reading{{"glucose", 7.8, "mmol/L"}}, ""},
		{[]Reading{{"glucose", 78, "g/L"}}, "nomenclature.vital_range"},
		{[]Reading{{"glucose", 1, "mg"}}, "nomenclature.vital_unknown"},
		{[]Reading{{"mood", 1, ""}}, "nomenclature.vital_unknown"},
		{[]Reading{{"temp", 38, "°C"}, {"temp", 39, "°C"}}, "nomenclature.vital_unknown"},
	}
	for _, c := range cases {
		got := CheckReadings(c.list).Err()
		if fault.CodeOf(got) != c.fault && (got != nil || c.fault != "") {
			t.Errorf("%v: %v, want %s", c.list, got, c.fault)
		}
		for _, f := range fault.Fields(got) {
			if f.Field == "" {
				t.Errorf("%v: the fault has no field", c.list)
			}
		}
	}
}

func TestReadingsInWords(t *testing.T) {
	fr := i18n.For("fr")
	for want, r := range map[string]Reading{
		"38,5\u00a0°C": {"temp", 38.5, "°C"}, "72/min": {"pulse", 72, "/min"}, "3/10": {"pain", 3, "/10"}, "1,05\u00a0g/L": {"glucose", 1.05, "g/L"},
		"7,0\u00a0mmol/L": {"glucose", 7, "mmol/L"}, "97\u00a0%": {"spo2", 97, "%"}, "1500\u00a0mL/24\u00a0h": {"diuresis", 1500, "mL/24\u00a0h"},
	} {
		if got := r.Text(fr); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	sides := map[Side]Reading{Above: {"temp", 38.5, "°C"}, Below: {"spo2", 91, "%"}, "": {"weight", 180, "kg"}}
	for want, r := range sides {
		if got := r.Usual(); got != want {
			t.Errorf("%v is %q, want %q", r, got, want)
		}
	}
	if r := (Reading{"glucose", 5.551, "mmol/L"}); math.Abs(r.InBase()-1) > 1e-9 {
		t.Errorf("5,55 mmol/L are %v g/L", r.InBase())
	}
	if r := (Reading{"temp", 38.549, "°C"}).Rounded(); r.Value != 38.5 {
		t.Errorf("rounded to %v", r.Value)
	}
}

// What is accepted is within the plausible range, whatever is sent.
func TestWhatIsAcceptedIsPlausible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(Vitals()).Draw(t, "vital")
		s := rapid.SampledFrom(v.Scales).Draw(t, "scale")
		x := rapid.Float64Range(-1000, 30000).Draw(t, "value")
		accepted := len(CheckReadings([]Reading{{v.Code, x, s.Unit}})) == 0
		if accepted != (x >= s.Least && x <= s.Most) {
			t.Fatalf("%v %s of %s: accepted is %v", x, s.Unit, v.Code, accepted)
		}
	})
}

func TestReportTermsAreWellWritten(t *testing.T) {
	for _, list := range [][]Term{WoundStages(), WoundAspects(), Tolerances()} {
		for _, term := range list {
			if slips := append(i18n.Slips("fr", term.FR), i18n.Slips("en", term.EN)...); slips != nil {
				t.Errorf("%s: %v", term.Code, slips)
			}
		}
	}
	for _, v := range Vitals() {
		if slips := append(i18n.Slips("fr", v.FR), i18n.Slips("en", v.EN)...); slips != nil {
			t.Errorf("%s: %v", v.Code, slips)
		}
	}
	for _, a := range woundActs {
		if _, ok := ActOf(a); !ok {
			t.Errorf("%s is no act", a)
		}
	}
}
