package directory

import (
	"strings"

	"entractes/internal/base/fault"
)

// Phone is a number in the international form of E.164, "+33639981234"; empty when there is none.
type Phone string

// overseas tells which beginnings of a ten-digit French number belong to another country code than
// 33. 063998 stays with 33: Arcep keeps it for fiction, although 0639 is otherwise a mobile of Mayotte.
var overseas = []struct{ begins, country string }{
	{"063998", "33"},
	{"0262", "262"}, {"0263", "262"}, {"0269", "262"}, {"0639", "262"}, {"0692", "262"}, {"0693", "262"},
	{"0590", "590"}, {"0690", "590"}, {"0691", "590"},
	{"0594", "594"}, {"0694", "594"},
	{"0596", "596"}, {"0696", "596"}, {"0697", "596"},
	{"0508", "508"},
}

// plans lists the country codes of French territories and how many digits follow each.
var plans = []struct {
	country string
	digits  int
}{{"33", 9}, {"262", 9}, {"590", 9}, {"594", 9}, {"596", 9}, {"508", 9}, {"508", 6}, {"681", 6}, {"687", 6}, {"689", 8}}

// ParsePhone reads a number as people write it: 06 39 98 12 34, +33 (0)6.39.98.12.34, 0033639981234,
// +687 12 34 56, +32 470 12 34 56. The empty text is no phone. What cannot be called is refused with the
// code directory.phone; the caller names the field.
func ParsePhone(text string) (Phone, error) {
	digits, international, ok := dialled(text)
	refused := fault.Invalid("directory.phone", "phone")
	switch {
	case !ok:
		return "", refused
	case digits == "" && !international:
		return "", nil
	case international:
		return abroad(digits, refused)
	case len(digits) != 10 || digits[0] != '0' || digits[1] == '0':
		return "", refused
	}
	return Phone("+" + countryOf(digits) + digits[1:]), nil
}

// countryOf tells which country code reaches a ten-digit French number.
func countryOf(national string) string {
	for _, o := range overseas {
		if strings.HasPrefix(national, o.begins) {
			return o.country
		}
	}
	return "33"
}

// dialled keeps the digits of text and tells whether they begin with a country code.
func dialled(text string) (digits string, international, ok bool) {
	const longest = 40
	text = strings.TrimSpace(text)
	if len(text) > longest {
		return "", false, false
	}
	text, international = strings.CutPrefix(text, "+")
	if international {
		text = strings.Replace(text, "(0)", "", 1)
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.ContainsRune(" .-/()\u00a0\u202f\u2011", r):
			return "", false, false
		}
	}
	digits = b.String()
	if rest, zeros := strings.CutPrefix(digits, "00"); zeros && !international {
		return rest, true, true
	}
	return digits, international, true
}

// abroad accepts what the plan of a French territory allows, and 8 to 15 digits elsewhere.
func abroad(digits string, refused error) (Phone, error) {
	known := false
	for _, p := range plans {
		rest, ok := strings.CutPrefix(digits, p.country)
		if !ok {
			continue
		}
		known = true
		if p.digits == 9 && len(rest) == 10 && rest[0] == '0' {
			rest = rest[1:] // +33 06…, as many people write it
		}
		switch {
		case len(rest) != p.digits || p.digits == 9 && rest[0] == '0':
		case p.digits < 9 || p.country == countryOf("0"+rest):
			return Phone("+" + p.country + rest), nil
		case p.country == "33": // an overseas number dialled as if it were in the mainland
			return Phone("+" + countryOf("0"+rest) + rest), nil
		}
	}
	if known || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return "", refused
	}
	return Phone("+" + digits), nil
}

// French tells whether the number belongs to a French territory.
func (p Phone) French() bool {
	_, _, ok := p.split()
	return ok
}

// Mobile tells whether the number is French and receives text messages.
func (p Phone) Mobile() bool {
	country, rest, ok := p.split()
	if !ok || rest == "" {
		return false
	}
	switch country {
	case "33", "262", "590", "594", "596":
		return rest[0] == '6' || rest[0] == '7'
	case "687", "689":
		return rest[0] == '7' || rest[0] == '8' || rest[0] == '9'
	}
	return false
}

// String writes the number as it is read aloud: 06 39 98 12 34 in France, +687 12 34 56
// in the Pacific, without groups abroad. Spaces are unbreakable.
func (p Phone) String() string {
	country, rest, ok := p.split()
	switch {
	case p == "":
		return ""
	case ok && len(rest) == 9:
		return pairs("0" + rest)
	case ok:
		return "+" + country + "\u00a0" + pairs(rest)
	}
	return string(p)
}

func (p Phone) split() (country, rest string, ok bool) {
	digits, ok := strings.CutPrefix(string(p), "+")
	if !ok {
		return "", "", false
	}
	for _, plan := range plans {
		if rest, ok := strings.CutPrefix(digits, plan.country); ok && len(rest) == plan.digits {
			return plan.country, rest, true
		}
	}
	return "", "", false
}

func pairs(digits string) string {
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && i%2 == len(digits)%2 {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(r)
	}
	return b.String()
}
