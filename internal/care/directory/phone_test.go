package directory

import (
	"strings"
	"testing"
)

func TestParsePhone(t *testing.T) {
	for in, want := range map[string]struct{ e164, printed string }{
		"06 39 98 12 34":       {"+33639981234", "06 39 98 12 34"},
		"0639981234":           {"+33639981234", "06 39 98 12 34"},
		"+33 (0)6.39-98/12 34": {"+33639981234", "06 39 98 12 34"},
		"0033639981234":        {"+33639981234", "06 39 98 12 34"},
		"+33 06 39 98 12 34":   {"+33639981234", "06 39 98 12 34"},
		"\u00a001\u202f99\u00a000\u00a012\u00a034": {"+33199001234", "01 99 00 12 34"},
		"0262 20 12 34":     {"+262262201234", "02 62 20 12 34"},
		"0639 69 12 34":     {"+262639691234", "06 39 69 12 34"},
		"+590 690 12 34 56": {"+590690123456", "06 90 12 34 56"},
		"0596123456":        {"+596596123456", "05 96 12 34 56"},
		"+687 12 34 56":     {"+687123456", "+687 12 34 56"},
		"+689 87 12 34 56":  {"+68987123456", "+689 87 12 34 56"},
		"+32 470 12 34 56":  {"+32470123456", "+32470123456"},
		"+33 692 12 34 56":  {"+262692123456", "06 92 12 34 56"},
		"  ":                {"", ""},
	} {
		p, err := ParsePhone(in)
		if err != nil || string(p) != want.e164 || strings.ReplaceAll(p.String(), "\u00a0", " ") != want.printed {
			t.Errorf("ParsePhone(%q) = %q printed %q (%v), want %q printed %q", in, string(p), p.String(), err, want.e164, want.printed)
		}
	}
	for _, in := range []string{"12", "00 12 34 5", "+262 6 12 34 56 78", "+262 639 98 12 34", "06 39 98 12 3", "06 39 98 12 345", "06 39 98 12 3a", "+", "+33", "+33 6 39 98", "00", "3615", "+33 00 39 98 12 34", strings.Repeat("1", 50), "06‑39 98\x0012 34"} {
		if p, err := ParsePhone(in); err == nil {
			t.Errorf("ParsePhone(%q) = %q", in, string(p))
		}
	}
}

func TestPhoneKinds(t *testing.T) {
	for in, want := range map[string][2]bool{ // French, mobile
		"06 39 98 12 34": {true, true}, "01 99 00 12 34": {true, false}, "0692 12 34 56": {true, true}, "0262 20 12 34": {true, false},
		"+687 75 12 34": {true, true}, "+32 470 12 34 56": {false, false}, "": {false, false},
	} {
		if p, _ := ParsePhone(in); p.French() != want[0] || p.Mobile() != want[1] {
			t.Errorf("%q: French %t, mobile %t", in, p.French(), p.Mobile())
		}
	}
	if Phone("33").French() || Phone("").Mobile() || Phone("x").String() == "" {
		t.Error("a number that was never read is taken for one that was")
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"06 39 98 12 34", "+33(0)639981234", "0033", "+687123456", "+508412345", "0639"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		p, err := ParsePhone(in)
		if err != nil || p == "" {
			return
		}
		if again, err := ParsePhone(string(p)); err != nil || again != p {
			t.Errorf("%q gives %q, which gives %q (%v)", in, string(p), string(again), err)
		}
		if again, err := ParsePhone(p.String()); err != nil || again != p {
			t.Errorf("%q is printed %q, which gives %q (%v)", in, p.String(), string(again), err)
		}
	})
}
