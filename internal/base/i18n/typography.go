package i18n

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	looseUnit = regexp.MustCompile(`[0-9}] (h|min|km|kg|mg|ml|mm|€|%)(\PL|$)`)
	thousands = regexp.MustCompile(`[0-9] [0-9]{3}(\D|$)`)
)

// Slips names the typographical faults of a text in lang; none for a clean one. The
// tests of catalogues and nomenclatures call it. French wants a space that does not
// break before ; : ! ? » % and units, and after «. Both languages want ’ and ….
func Slips(lang, text string) []string {
	var slips []string
	add := func(found bool, what string) {
		if found {
			slips = append(slips, what)
		}
	}
	add(strings.Contains(text, "'"), "straight apostrophe instead of ’")
	add(strings.Contains(text, "..."), "three dots instead of …")
	add(strings.Contains(text, "  "), "two spaces")
	add(text != strings.TrimSpace(text), "space at an end")
	if lang != "fr" {
		return slips
	}
	add(strings.Contains(text, `"`), "straight quotation mark instead of « »")
	add(looseUnit.MatchString(text), "breaking space before a unit")
	add(thousands.MatchString(text), "breaking space inside a number")
	text = strings.ToValidUTF8(text, "\ufffd")
	for i, r := range text {
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch r {
		case ';', ':', '!', '?', '»':
			// An address and 14:30 as it is typed keep their punctuation; ?! or (?) stand together.
			typed := r == ':' && (after == '/' || unicode.IsDigit(before) && unicode.IsDigit(after)) || r == '?' && isNameRune(after)
			if i == 0 || typed || strings.ContainsRune("!?(", before) {
				continue
			}
			add(!isHardSpace(before), "no unbreakable space before "+string(r))
		case '«':
			add(!isHardSpace(after), "no unbreakable space after «")
		}
	}
	return slips
}

func isHardSpace(r rune) bool { return r == '\u00a0' || r == '\u202f' }

// isNameRune tells a query string (?page=2) from a question.
func isNameRune(r rune) bool { return r >= 'a' && r <= 'z' }
