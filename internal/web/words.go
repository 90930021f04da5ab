package web

import (
	"strings"
	"unicode"

	"entractes/internal/base/i18n"
)

// initials returns at most two letters: of the first and the last word that begins with one.
func initials(name string) string {
	var letters []rune
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '’' }) {
		if r := []rune(word)[0]; unicode.IsLetter(r) && !strings.HasSuffix(word, ".") || len(letters) > 0 && unicode.IsLetter(r) {
			letters = append(letters, unicode.ToUpper(r))
		}
	}
	switch len(letters) {
	case 0:
		return "?"
	case 1:
		return string(letters)
	}
	return string([]rune{letters[0], letters[len(letters)-1]})
}

// hue gives each name its colour, always the same.
func hue(name string) string {
	sum := 0
	for _, r := range name {
		sum = (sum*31 + int(r)) % 10007
	}
	return []string{"", "a1", "a2", "a3", "a4"}[sum%5]
}

// Euros writes an amount in thousandths of a euro: « 1,25 € ».
func Euros(p *i18n.Printer, thousandths int) string {
	return p.T("common.euros", "amount", p.Decimal(float64(thousandths)/1000, 2))
}
